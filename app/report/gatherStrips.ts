/**
 * Which episodes are worth showing: per task one final seed played early and late, and one that still fails.
 * In: results of the first and the last checkpoint. Out: film strips, and the screens they need.
 */
import type { EpisodeResult } from "../../flywheel/results.ts";
import type { Episode } from "../../flywheel/store/episodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import type { ScoredCandidate } from "./gatherFinals.ts";
import type { Frame, Strip, StripPair } from "./reportData.ts";

/** Longer episodes show their first and last steps. */
const MAX_FRAMES = 8;

interface Pair {
  readonly early: EpisodeResult;
  readonly late: EpisodeResult;
  readonly feasible: boolean;
}

/** Pairs in the order of `tasks`; main ones first within a task. */
export function gatherStrips(workspace: Workspace, first: ScoredCandidate, last: ScoredCandidate, tasks: readonly string[]): StripPair[] {
  const late = new Map(last.results.map((result) => [`${result.task} ${result.seed}`, result]));
  const pairs = first.results.flatMap((early, i): Pair[] => {
    const other = late.get(`${early.task} ${early.seed}`);
    return other === undefined ? [] : [{ early, late: other, feasible: first.episodes[i]!.feasible }];
  });
  return tasks.flatMap((task) =>
    choose(pairs.filter(({ early }) => early.task === task)).map(({ kind, pair }) => toPair(workspace, kind, pair, first.cycle, last.cycle)),
  );
}

function choose(pairs: readonly Pair[]): { readonly kind: StripPair["kind"]; readonly pair: Pair }[] {
  const byInterest = pairs.toSorted(
    (a, b) => interest(a) - interest(b) || Number(b.feasible) - Number(a.feasible) || length(a) - length(b) || a.early.seed - b.early.seed,
  );
  const main = byInterest[0];
  if (main === undefined) return [];
  const failing = byInterest.find((pair) => pair !== main && pair.late.verdict !== "pass" && pair.late.verdict !== "env-error");
  return [{ kind: "main", pair: main }, ...(failing === undefined ? [] : [{ kind: "late failure" as const, pair: failing }])];
}

/** Learned first, then what still fails, what was always right, what was lost; environment errors last. */
function interest({ early, late }: Pair): number {
  if (early.verdict === "env-error" || late.verdict === "env-error") return 4;
  if (late.verdict === "pass") return early.verdict === "pass" ? 2 : 0;
  return early.verdict === "pass" ? 3 : 1;
}

/** Short pairs are easier to read, but one step shows little. */
function length({ early, late }: Pair): number {
  return Math.max(2, early.steps) + Math.max(2, late.steps);
}

function toPair(workspace: Workspace, kind: StripPair["kind"], { early, late }: Pair, firstCycle: number, lastCycle: number): StripPair {
  const [a, b] = [workspace.episodes.get(early.episode), workspace.episodes.get(late.episode)];
  const { task, seed, instruction, feasible } = a;
  return { task, seed, instruction, feasible, kind, early: toStrip(workspace, a, early, firstCycle), late: toStrip(workspace, b, late, lastCycle) };
}

function toStrip(workspace: Workspace, episode: Episode, { verdict, checkpoint }: EpisodeResult, cycle: number): Strip {
  const steps = workspace.steps.of(episode.id);
  const frames: Frame[] = steps.map(({ screenHash, index, action }) => ({ screen: screenHash, index, action }));
  const end = steps.at(-1)?.nextScreenHash ?? episode.startScreenHash;
  // A closing `done` changes nothing: its own screen is the last one.
  if (steps.length === 0 || end !== steps.at(-1)!.screenHash) frames.push({ screen: end, index: steps.length, action: null });
  const cut = Math.max(0, frames.length - MAX_FRAMES);
  const shown = cut === 0 ? frames : [...frames.slice(0, MAX_FRAMES - 3), ...frames.slice(-3)];
  return { episode: episode.id, checkpoint, cycle, verdict, reason: episode.verdictReason ?? "", viewport: episode.viewport, frames: shown, cut };
}

/** PNG bytes of every screen in the strips, base64 by hash. */
export function screensOf(workspace: Workspace, strips: readonly StripPair[]): Record<string, string> {
  const hashes = new Set(strips.flatMap(({ early, late }) => [...early.frames, ...late.frames].map(({ screen }) => screen)));
  const found = [...hashes].flatMap((hash) => {
    const screen = workspace.blobs.get(hash);
    return screen === null ? [] : [[hash, Buffer.from(screen.png).toString("base64")] as const];
  });
  return Object.fromEntries(found);
}
