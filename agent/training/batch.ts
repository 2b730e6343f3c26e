/**
 * Batches: samples written as the flat arrays that the training graph is fed with.
 * In: samples, optional distortions, room. Out: network inputs and targets by name.
 */
import { MODEL_KINDS, PRESSES } from "../model/actionSpace.ts";
import { inputShapes, writeScene, type Distortion, type InputName } from "../model/features.ts";
import { targetShapes, type TargetName } from "../model/objective.ts";
import type { Layout } from "../model/layout.ts";
import { spanEnds } from "../model/scene.ts";
import { SIDES } from "../model/sides.ts";
import { FORMS, NUMBERS } from "../model/typing.ts";
import type { Sample } from "./sample.ts";

export type Feeds = Record<InputName | TargetName, Float32Array>;

/** A sample as one step sees it. */
export interface Row {
  readonly sample: Sample;
  readonly distortion?: Distortion | undefined;
}

/** Room for a batch. */
export function emptyBatch(layout: Layout, batch: number, allocate: (length: number) => Float32Array): Feeds {
  const shapes = { ...inputShapes(layout, batch), ...targetShapes(layout, batch) };
  const entries = Object.entries(shapes).map(([name, shape]) => [name, allocate(shape.reduce((a, b) => a * b, 1))]);
  return Object.fromEntries(entries) as Feeds;
}

/** Writes `rows` over whatever `feeds` holds; rows beyond them become zero and weigh nothing. `layout` must hold the scenes. */
export function writeBatch(feeds: Feeds, layout: Layout, rows: readonly Row[]): void {
  for (const values of Object.values(feeds)) values.fill(0);
  for (const [at, { sample, distortion }] of rows.entries()) {
    writeScene(feeds, layout, at, sample.scene, distortion);
    writeTargets(feeds, at, sample, layout);
  }
  // An unused row still passes through softmax: give it one valid token of each sort.
  for (let at = rows.length * layout.tokens; at < feeds.valid.length; at += layout.tokens) {
    for (const name of ["valid", "pointable", "spannable"] as const) feeds[name][at] = 1;
  }
}

function writeTargets(out: Record<TargetName, Float32Array>, row: number, sample: Sample, layout: Layout): void {
  const { targets, scene } = sample;
  const at = (token: number): number => row * layout.tokens + token;
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
      for (const end of spanEnds(start, scene)) out.endAllowed[at(end)] = 1;
    }
    for (const form of targets.forms) out.formTarget[row * FORMS.length + form] = 1;
    if (targets.number !== null) out.numberTarget[row * NUMBERS + targets.number] = 1;
    if (targets.grip !== null) out.gripTarget[row * SIDES.length + targets.grip] = 1;
    if (targets.drop !== null) out.dropTarget[row * SIDES.length + targets.drop] = 1;
    if (targets.presses !== null) out.pressesTarget[row * PRESSES.length + targets.presses] = 1;
    out.usePresses[row] = targets.presses === null ? 0 : 1;
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
