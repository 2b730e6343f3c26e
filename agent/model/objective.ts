/**
 * What training minimises: one graph for all stages, with per-sample weights choosing the terms.
 * Imitation (CT grounding, SFT): −log p(action). RL: PPO's clipped surrogate with clip-higher. Value: cross-entropy to the return.
 * CT forward prediction: which tokens change. p(action) sums over all tokens that mean the action.
 * Sources: PPO (arXiv 1707.06347), DAPO clip-higher (2503.14476), VAPO (2504.05118).
 */
import {
  add,
  clip,
  div,
  exp,
  log,
  logSoftmax,
  minimum,
  mul,
  neg,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  scale,
  slice,
  softmax,
  sub,
  type Graph,
  type Tensor,
} from "../autodiff/index.ts";
import { MODEL_KINDS, PRESSES } from "./actionSpace.ts";
import type { NetworkOutputs } from "./network.ts";
import type { Layout } from "./layout.ts";
import { SIDES } from "./sides.ts";
import { FORMS, NUMBERS } from "./typing.ts";

/** Fixed coefficients of the objective. */
export interface ObjectiveConfig {
  /** PPO's lower and upper clip range (clip-higher). */
  readonly clipLow: number;
  readonly clipHigh: number;
  readonly valueWeight: number;
  readonly entropyWeight: number;
  /** RL's rows were sampled at this temperature, and are judged at it. */
  readonly temperature: number;
}

export const DEFAULT_OBJECTIVE: ObjectiveConfig = { clipLow: 0.2, clipHigh: 0.28, valueWeight: 0.5, entropyWeight: 0.003, temperature: 1 };

/** Shapes of the target inputs for a batch. Pointer rows are multi-hot; `use*` says whether a pointer counts. */
export function targetShapes(layout: Layout, batch: number) {
  const pointer = [batch, layout.tokens] as const;
  const one = [batch] as const;
  return {
    kindTarget: [batch, MODEL_KINDS.length],
    pointTarget: pointer,
    toTarget: pointer,
    startTarget: pointer,
    endTarget: pointer,
    /** 1 where the span may end, given its start. */
    endAllowed: pointer,
    changeTarget: pointer,
    changeCount: pointer,
    formTarget: [batch, FORMS.length],
    numberTarget: [batch, NUMBERS],
    gripTarget: [batch, SIDES.length],
    dropTarget: [batch, SIDES.length],
    pressesTarget: [batch, PRESSES.length],
    usePoint: one,
    useTo: one,
    useSpan: one,
    usePresses: one,
    /** The text is a number that can be typed as such; and whether that is the only way. */
    useNumber: one,
    onlyNumber: one,
    imitate: one,
    reinforce: one,
    oldLogProb: one,
    advantage: one,
    learnValue: one,
    returnTarget: one,
  } as const;
}

export type TargetName = keyof ReturnType<typeof targetShapes>;

export interface ObjectiveOutputs {
  readonly loss: Tensor;
  /** [B] log-probability of each sample's action. */
  readonly logProb: Tensor;
  /** [B] predicted value, 0–1. */
  readonly value: Tensor;
  /** Mean entropy of the kind head. */
  readonly entropy: Tensor;
}

/** Adds targets and loss to a graph that holds the network. */
export function buildObjective(graph: Graph, config: ObjectiveConfig, layout: Layout, batch: number, network: NetworkOutputs): ObjectiveOutputs {
  const shapes = targetShapes(layout, batch);
  const t = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, shape)])) as Record<TargetName, Tensor>;
  const outputs = atTemperature(graph, config.temperature, network, t);
  const barred = scale(sub(t.endAllowed, graph.constant(1)), 1e9);
  const pointers = [
    mul(t.usePoint, chosen(graph, outputs.point, t.pointTarget)),
    mul(t.useTo, chosen(graph, outputs.to, t.toTarget)),
    mul(t.useSpan, chosen(graph, outputs.start, t.startTarget)),
    mul(t.useSpan, chosen(graph, add(outputs.end, barred), t.endTarget)),
    mul(t.useSpan, chosen(graph, outputs.form, t.formTarget)),
    mul(t.useTo, chosen(graph, outputs.grip, t.gripTarget)),
    mul(t.useTo, chosen(graph, outputs.drop, t.dropTarget)),
    mul(t.usePresses, chosen(graph, outputs.presses, t.pressesTarget)),
  ];
  const logProb = orByNumber(graph, pointers.reduce(add, chosen(graph, outputs.kind, t.kindTarget)), outputs, t);
  const entropies = neg(reduceSum(mul(softmax(outputs.kind), logSoftmax(outputs.kind)), [1]));
  const { probability, crossEntropy } = valueTerms(graph, outputs.value, t.returnTarget, batch);
  const terms = [
    neg(mul(t.imitate, logProb)),
    mul(t.reinforce, sub(surrogate(graph, config, logProb, t), scale(entropies, config.entropyWeight))),
    scale(mul(t.learnValue, crossEntropy), config.valueWeight),
    changeTerm(graph, outputs.change, t),
  ];
  return { loss: reduceMean(terms.reduce(add)), logProb, value: probability, entropy: reduceMean(entropies) };
}

/** The policy as it was sampled: logits of RL's rows divided by the temperature. */
function atTemperature(graph: Graph, temperature: number, outputs: NetworkOutputs, t: Record<TargetName, Tensor>): NetworkOutputs {
  if (temperature === 1) return outputs;
  const factor = sub(graph.constant(1), scale(t.reinforce, 1 - 1 / temperature));
  const tempered = (logits: Tensor): Tensor => mul(logits, reshape(factor, [logits.shape[0]!, 1]));
  const { kind, point, to, start, end, form, number, grip, drop, presses } = outputs;
  const acts = { kind, point, to, start, end, form, number, grip, drop, presses };
  return { ...outputs, ...Object.fromEntries(Object.entries(acts).map(([name, logits]) => [name, tempered(logits)])) };
}

/** log Σ p over a multi-hot target, [B]; a floor keeps it finite. */
function chosen(graph: Graph, logits: Tensor, target: Tensor): Tensor {
  return log(add(reduceSum(mul(softmax(logits), target), [1]), graph.constant(1e-7)));
}

/** log p of an action that may also be reached by working its number out: the two ways add up. */
function orByNumber(graph: Graph, copied: Tensor, outputs: NetworkOutputs, t: Record<TargetName, Tensor>): Tensor {
  const kind = MODEL_KINDS.indexOf("type-number");
  const typing = reduceSum(slice(softmax(outputs.kind), 1, kind, kind + 1), [1]);
  const number = reduceSum(mul(softmax(outputs.number), t.numberTarget), [1]);
  const worked = mul(t.useNumber, mul(typing, number));
  const direct = mul(sub(graph.constant(1), t.onlyNumber), exp(copied));
  const both = log(add(add(direct, worked), graph.constant(1e-7)));
  return add(mul(t.useNumber, both), mul(sub(graph.constant(1), t.useNumber), copied));
}

/** Negative clipped surrogate, [B]; |log ratio| is bounded by 3 against overflow. */
function surrogate(graph: Graph, { clipLow, clipHigh }: ObjectiveConfig, logProb: Tensor, t: Record<TargetName, Tensor>): Tensor {
  const ratio = exp(clip(sub(logProb, t.oldLogProb), -3, 3));
  return neg(minimum(mul(ratio, t.advantage), mul(clip(ratio, 1 - clipLow, 1 + clipHigh), t.advantage)));
}

/** Cross-entropy of the success probability to the return (both 0–1), from the logit. */
function valueTerms(graph: Graph, logit: Tensor, target: Tensor, batch: number): { probability: Tensor; crossEntropy: Tensor } {
  const flat = reduceSum(logit, [1]);
  const one = graph.constant(1, [batch]);
  const bounded = clip(flat, -12, 12);
  return { probability: div(one, add(one, exp(neg(bounded)))), crossEntropy: binaryCrossEntropy(graph, bounded, target) };
}

/** log(1 + e^z) − t·z, written so that it never overflows. */
function binaryCrossEntropy(graph: Graph, logit: Tensor, target: Tensor): Tensor {
  const magnitude = add(relu(logit), relu(neg(logit)));
  return add(sub(relu(logit), mul(logit, target)), log(add(graph.constant(1), exp(neg(magnitude)))));
}

/** Mean cross-entropy over the tokens whose change is known, [B]. `changeCount` holds 1/count on those tokens, 0 elsewhere. */
function changeTerm(graph: Graph, logits: Tensor, t: Record<TargetName, Tensor>): Tensor {
  return reduceSum(mul(t.changeCount, binaryCrossEntropy(graph, clip(logits, -12, 12), t.changeTarget)), [1]);
}
