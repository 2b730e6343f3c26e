/** Reverse mode: walks the tape from a scalar loss back to the parameters and emits the backward nodes. */
import { add } from "./elementwise.ts";
import { AutodiffError } from "./errors.ts";
import { shapeText, type Tensor, type TensorOfEach } from "./graph.ts";
import { concat } from "./layout.ts";

/**
 * Gradients of a scalar with respect to `parameters`, in the same graph and the same order.
 * A parameter the loss does not depend on gets zeros. First order only: gradients are not differentiable.
 */
export function gradients<const T extends readonly Tensor[]>(loss: Tensor, parameters: T): TensorOfEach<T> {
  const { graph } = loss;
  if (loss.shape.length !== 0) {
    throw new AutodiffError(`The loss has the shape ${shapeText(loss.shape)}`, "Reduce it to a scalar first");
  }
  return graph.withoutTape(() => {
    const parts = new Map<string, Tensor[]>([[loss.name, [graph.constant(1)]]]);
    for (const { output, inputs, pullbacks } of graph.tape.toReversed()) {
      const known = parts.get(output.name);
      if (known === undefined) continue;
      const gradient = total(known);
      inputs.forEach((input, index) => {
        if (!input.differentiable) return;
        const list = parts.get(input.name) ?? [];
        parts.set(input.name, [...list, pullbacks[index]!(gradient)]);
      });
    }
    return parameters.map((parameter) => total(parts.get(parameter.name) ?? [graph.constant(0, parameter.shape)])) as TensorOfEach<T>;
  });
}

/** A gradient that is zero outside elements `from` to `to` of one axis: what a slice passes back. */
interface SlicePart {
  readonly inner: Tensor;
  readonly axis: number;
  readonly from: number;
  readonly to: number;
}

/** The sum of the parts of one gradient. Parts that slices pass back are joined where they tile an axis. */
function total(parts: readonly Tensor[]): Tensor {
  const slices = parts.map(slicePart);
  const joined = joinSlices(
    slices.filter((part) => part !== undefined),
    parts[0]!,
  );
  const rest = joined === undefined ? parts : [...parts.filter((_, index) => slices[index] === undefined), joined];
  return rest.reduce(add);
}

function slicePart(part: Tensor): SlicePart | undefined {
  const node = part.graph.producer(part);
  const inner = node?.inputs[0];
  if (node?.op !== "Pad" || inner === undefined) return undefined;
  const axis = inner.shape.findIndex((size, at) => size !== part.shape[at]);
  // A shift pads, too, but keeps the shape.
  if (axis < 0) return undefined;
  const from = node.integers[0]![axis]!;
  return { inner, axis, from, to: from + inner.shape[axis]! };
}

/** One Concat for slices that tile an axis (equal ones are added first); undefined when they do not. */
function joinSlices(slices: readonly SlicePart[], whole: Tensor): Tensor | undefined {
  const [first] = slices;
  if (first === undefined || slices.some(({ axis }) => axis !== first.axis)) return undefined;
  const pieces: SlicePart[] = [];
  for (const slice of slices.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = pieces.at(-1);
    if (last?.from === slice.from && last.to === slice.to) {
      pieces.splice(-1, 1, { ...last, inner: add(last.inner, slice.inner) });
    } else if (slice.from === (last?.to ?? 0)) pieces.push(slice);
    else return undefined;
  }
  if (pieces.at(-1)!.to !== whole.shape[first.axis]) return undefined;
  return concat(
    pieces.map(({ inner }) => inner),
    first.axis,
  );
}
