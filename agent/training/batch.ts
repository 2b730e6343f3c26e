/**
 * Batches: samples of one layout written as the flat arrays that the training graph is fed with.
 * In: samples, optional distortions. Out: network inputs and targets by name.
 */
import { MODEL_KINDS } from "../model/actionSpace.ts";
import { emptyInputs, writeScene, type Distortion, type InputName } from "../model/features.ts";
import { targetShapes, type TargetName } from "../model/objective.ts";
import { endSlots, type Layout } from "../model/scene.ts";
import { FORMS, NUMBERS } from "../model/typing.ts";
import type { Sample } from "./sample.ts";

export type Feeds = Record<InputName | TargetName, Float32Array>;

/** Writes `samples` (all of `layout`); rows beyond them stay zero and weigh nothing. */
export function makeBatch(layout: Layout, batch: number, samples: readonly Sample[], distortions: readonly (Distortion | undefined)[] = []): Feeds {
  const inputs = emptyInputs(layout, batch);
  const targets = emptyTargets(layout, batch);
  for (const [row, sample] of samples.entries()) {
    writeScene(inputs, row, sample.scene, distortions[row]);
    writeTargets(targets, row, sample, layout);
  }
  // An unused row still passes through softmax: give it one valid token of each sort.
  for (let row = samples.length; row < batch; row++) {
    for (const name of ["valid", "pointable", "spannable"] as const) inputs[name][row * layout.tokens] = 1;
  }
  return { ...inputs, ...targets };
}

function emptyTargets(layout: Layout, batch: number): Record<TargetName, Float32Array> {
  const entries = Object.entries(targetShapes(layout, batch)).map(([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]);
  return Object.fromEntries(entries) as Record<TargetName, Float32Array>;
}

function writeTargets(out: Record<TargetName, Float32Array>, row: number, sample: Sample, layout: Layout): void {
  const { targets, scene } = sample;
  const at = (token: number): number => row * layout.tokens + scene.slots[token]!;
  out.imitate[row] = sample.imitate;
  out.reinforce[row] = sample.reinforce;
  out.oldLogProb[row] = sample.oldLogProb;
  out.advantage[row] = sample.advantage;
  out.learnValue[row] = sample.learnValue;
  out.returnTarget[row] = sample.returnTarget;
  if (targets !== null) {
    out.kindTarget[row * MODEL_KINDS.length + MODEL_KINDS.indexOf(targets.kind)] = 1;
    for (const token of targets.points) out.pointTarget[at(token)] = 1;
    for (const token of targets.to) out.toTarget[at(token)] = 1;
    for (const token of targets.starts) out.startTarget[at(token)] = 1;
    for (const token of targets.ends) out.endTarget[at(token)] = 1;
    for (const start of targets.starts) {
      for (const slot of endSlots(scene.slots[start]!, layout)) out.endAllowed[row * layout.tokens + slot] = 1;
    }
    for (const form of targets.forms) out.formTarget[row * FORMS.length + form] = 1;
    if (targets.number !== null) out.numberTarget[row * NUMBERS + targets.number] = 1;
    out.useNumber[row] = targets.number === null ? 0 : 1;
    out.onlyNumber[row] = targets.kind === "type-number" ? 1 : 0;
    out.usePoint[row] = targets.points.length > 0 ? 1 : 0;
    out.useTo[row] = targets.to.length > 0 ? 1 : 0;
    out.useSpan[row] = targets.starts.length > 0 ? 1 : 0;
  }
  const known = sample.change.filter((value) => value !== null).length;
  for (const [token, value] of sample.change.entries()) {
    if (value === null) continue;
    out.changeTarget[at(token)] = value;
    out.changeCount[at(token)] = 1 / known;
  }
}
