/** Reverse mode: walks the tape from a scalar loss back to the parameters and emits the backward nodes. */
import { AutodiffError } from "./errors.ts";
import { add } from "./elementwise.ts";
import type { Tensor } from "./graph.ts";

/**
 * Gradients of a scalar with respect to `parameters`, in the same graph and the same order.
 * A parameter the loss does not depend on gets zeros. First order only: gradients are not differentiable.
 */
export function gradients(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  const { graph } = loss;
  if (loss.shape.length !== 0) {
    throw new AutodiffError(`The loss has the shape [${loss.shape}]`, "Reduce it to a scalar first");
  }
  const wanted = new Map<string, Tensor>([[loss.name, graph.constant(1)]]);
  graph.withoutTape(() => {
    for (const { output, inputs, pullbacks } of graph.tape.toReversed()) {
      const gradient = wanted.get(output.name);
      if (gradient === undefined) continue;
      inputs.forEach((input, index) => {
        if (!input.differentiable) return;
        const part = pullbacks[index]!(gradient);
        const known = wanted.get(input.name);
        wanted.set(input.name, known === undefined ? part : add(known, part));
      });
    }
  });
  return parameters.map((parameter) => wanted.get(parameter.name) ?? graph.constant(0, parameter.shape));
}
