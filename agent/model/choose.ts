/**
 * From the network's logits to one action. Pure.
 * In: logits for a scene, sampling settings, a generator. Out: the decision with log-probability, entropy, value and alternatives.
 */
import type { Rng } from "../../env/random.ts";
import type { Alternative, Decision } from "../policy.ts";
import { BARE, decode, encode, MODEL_KINDS, repeats, targetText, usesPointer, type Choice, type ModelKind, type Targets } from "./actionSpace.ts";
import { isOnScreen, spanEnds, type Scene } from "./scene.ts";

/** Logits of one scene; pointers by token, with padding behind. */
export interface Logits {
  readonly kind: Float32Array;
  readonly point: Float32Array;
  readonly to: Float32Array;
  readonly start: Float32Array;
  readonly end: Float32Array;
  readonly form: Float32Array;
  readonly number: Float32Array;
  readonly grip: Float32Array;
  readonly drop: Float32Array;
  readonly presses: Float32Array;
  readonly value: Float32Array;
}

export interface Sampling {
  /** 0 = greedy. */
  readonly temperature: number;
  /** Probability of a uniformly random on-screen target in place of the chosen one. */
  readonly exploration: number;
}

export const GREEDY: Sampling = { temperature: 0, exploration: 0 };
export const ON_POLICY: Sampling = { temperature: 1, exploration: 0 };

interface Distributions {
  readonly kind: Float64Array;
  readonly point: Float64Array;
  readonly to: Float64Array;
  readonly start: Float64Array;
  readonly end: (start: number) => Float64Array;
  readonly form: Float64Array;
  readonly number: Float64Array;
  readonly grip: Float64Array;
  readonly drop: Float64Array;
  readonly presses: Float64Array;
}

/** Chooses an action. Kinds that need a pointer or text are impossible when the scene offers none. */
export function choose(logits: Logits, scene: Scene, sampling: Sampling, rng: Rng): Decision {
  const distributions = distributionsOf(logits, scene, sampling.temperature === 0 ? 1 : sampling.temperature);
  const explored = sampling.exploration > 0 && rng.chance(sampling.exploration);
  const choice = explored ? explore(scene, distributions, rng) : pick(distributions, scene, sampling.temperature === 0 ? null : rng);
  const action = decode(choice, scene);
  const targets = encode(action, scene, "exact");
  return {
    action,
    target: targetText(action, scene),
    ...(targets === null ? {} : { logProb: logProbOf(targets, distributions) }),
    value: 1 / (1 + Math.exp(-logits.value[0]!)),
    entropy: entropy(distributions.kind) + pointerShare(distributions) * entropy(distributions.point),
    explored,
    alternatives: alternatives(distributions, scene),
  };
}

/** Softmax over tokens; `−1e9` logits come out as zero. */
function distributionsOf(logits: Logits, scene: Scene, temperature: number): Distributions {
  const offersText = scene.tokens.some((token) => token.type === "instruction" || token.type === "word");
  const offersPointer = scene.tokens.some(isOnScreen);
  const kind = softmax(logits.kind, temperature, (i) => {
    const name = MODEL_KINDS[i]!;
    return (offersPointer || !usesPointer(name)) && (offersText || name !== "type");
  });
  return {
    kind,
    point: softmax(logits.point, temperature),
    to: softmax(logits.to, temperature),
    start: softmax(logits.start, temperature),
    end: (start) => {
      const allowed = new Set(spanEnds(start, scene));
      return softmax(logits.end, temperature, (i) => allowed.has(i));
    },
    form: softmax(logits.form, temperature),
    number: softmax(logits.number, temperature),
    grip: softmax(logits.grip, temperature),
    drop: softmax(logits.drop, temperature),
    presses: softmax(logits.presses, temperature),
  };
}

function softmax(logits: Float32Array, temperature: number, allowed: (i: number) => boolean = () => true): Float64Array {
  const out = new Float64Array(logits.length);
  let max = -Infinity;
  for (let i = 0; i < logits.length; i++) if (allowed(i) && logits[i]! > max) max = logits[i]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    if (!allowed(i) || logits[i]! < -1e8) continue;
    out[i] = Math.exp((logits[i]! - max) / temperature);
    sum += out[i]!;
  }
  if (sum > 0) for (let i = 0; i < out.length; i++) out[i]! /= sum;
  return out;
}

/** Samples (with a generator) or takes the most likely choice (without). */
function pick(distributions: Distributions, scene: Scene, rng: Rng | null): Choice {
  const draw = (p: Float64Array): number => (rng === null ? argmax(p) : sample(p, rng));
  const kind = MODEL_KINDS[draw(distributions.kind)]!;
  const start = kind === "type" ? draw(distributions.start) : -1;
  return {
    kind,
    point: usesPointer(kind) ? draw(distributions.point) : -1,
    to: kind === "drag" ? draw(distributions.to) : -1,
    start,
    end: start < 0 ? -1 : draw(distributions.end(start)),
    form: start < 0 ? -1 : draw(distributions.form),
    number: kind === "type-number" ? draw(distributions.number) : -1,
    grip: kind === "drag" ? draw(distributions.grip) : -1,
    drop: kind === "drag" ? draw(distributions.drop) : -1,
    presses: repeats(kind) ? draw(distributions.presses) : -1,
  };
}

/** A uniformly random click target; other kinds are left to the policy. */
function explore(scene: Scene, distributions: Distributions, rng: Rng): Choice {
  const targets = [...scene.tokens.entries()].filter(([, token]) => isOnScreen(token)).map(([index]) => index);
  if (targets.length === 0) return pick(distributions, scene, rng);
  return { ...BARE, kind: "click", point: rng.pick(targets) };
}

/** log p(action), summed over all tokens that mean it; the same formula the objective uses. */
function logProbOf(targets: Targets, d: Distributions): number {
  const sum = (p: Float64Array, tokens: readonly number[]): number => tokens.reduce((total, token) => total + p[token]!, 0);
  const log = (p: number): number => Math.log(p + 1e-7);
  let total = log(d.kind[MODEL_KINDS.indexOf(targets.kind)]!);
  if (targets.points.length > 0) total += log(sum(d.point, targets.points));
  if (targets.to.length > 0) total += log(sum(d.to, targets.to));
  if (targets.grip !== null) total += log(d.grip[targets.grip]!);
  if (targets.drop !== null) total += log(d.drop[targets.drop]!);
  if (targets.presses !== null) total += log(d.presses[targets.presses]!);
  if (targets.starts.length > 0) {
    total += log(sum(d.start, targets.starts));
    total += log(sum(d.end(targets.starts[0]!), targets.ends));
    total += log(targets.forms.reduce((all, form) => all + d.form[form]!, 0));
  }
  if (targets.number === null) return total;
  const copied = targets.kind === "type-number" ? 0 : Math.exp(total);
  return log(copied + d.kind[MODEL_KINDS.indexOf("type-number")]! * d.number[targets.number]!);
}

/** The five most likely (kind, pointer) pairs, as actions. */
function alternatives(d: Distributions, scene: Scene): Alternative[] {
  const best: { probability: number; choice: Choice }[] = [];
  for (const [i, kind] of MODEL_KINDS.entries()) {
    const p = d.kind[i]!;
    if (p < 0.01) continue;
    if (!usesPointer(kind)) best.push({ probability: p, choice: withoutPointer(kind, d) });
    else for (const token of scene.tokens.keys()) pushPointer(best, kind, token, p * d.point[token]!, d);
  }
  best.sort((a, b) => b.probability - a.probability);
  return best.slice(0, 5).map(({ probability, choice }) => ({ action: decode(choice, scene), probability: Math.round(probability * 1e4) / 1e4 }));
}

function pushPointer(best: { probability: number; choice: Choice }[], kind: ModelKind, point: number, probability: number, d: Distributions): void {
  if (probability < 0.01) return;
  const drag = kind === "drag" ? { to: argmax(d.to), grip: argmax(d.grip), drop: argmax(d.drop) } : {};
  best.push({ probability, choice: { ...BARE, kind, point, ...drag } });
}

function withoutPointer(kind: ModelKind, d: Distributions): Choice {
  if (kind === "type-number") return { ...BARE, kind, number: argmax(d.number) };
  if (kind !== "type") return { ...BARE, kind, presses: repeats(kind) ? argmax(d.presses) : -1 };
  const start = argmax(d.start);
  return { ...BARE, kind, start, end: argmax(d.end(start)), form: argmax(d.form) };
}

function argmax(p: Float64Array): number {
  let best = 0;
  for (let i = 1; i < p.length; i++) if (p[i]! > p[best]!) best = i;
  return best;
}

function sample(p: Float64Array, rng: Rng): number {
  let left = rng.next();
  for (let i = 0; i < p.length; i++) {
    left -= p[i]!;
    if (left < 0) return i;
  }
  return argmax(p);
}

function entropy(p: Float64Array): number {
  let sum = 0;
  for (const value of p) if (value > 0) sum -= value * Math.log(value);
  return sum;
}

/** Probability that a pointer is used at all. */
function pointerShare({ kind }: Distributions): number {
  return MODEL_KINDS.reduce((sum, name, i) => sum + (usesPointer(name) ? kind[i]! : 0), 0);
}
