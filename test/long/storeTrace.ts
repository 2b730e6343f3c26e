/**
 * What a workspace has committed, small enough to keep and compare after every kill. In: a workspace folder. Out: a trace, and what is
 * wrong with it by itself or compared with an earlier one. Reads only.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadCheckpoint, weightsDigest } from "../../agent/checkpoint.ts";
import { canonicalJson, sha256 } from "../../env/json.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";

export interface StoreTrace {
  readonly integrity: readonly string[];
  readonly counts: {
    readonly ended: number;
    readonly interrupted: number;
    readonly steps: number;
    readonly stagesDone: number;
    readonly checkpoints: number;
    readonly decisions: number;
  };
  /** Ended episodes: id → digest of everything but times. */
  readonly ended: ReadonlyMap<string, string>;
  /** Digests of their steps. */
  readonly endedSteps: ReadonlyMap<string, readonly string[]>;
  /** Committed steps of episodes that were under way or given up: episode id → digests of its steps. */
  readonly unfinished: ReadonlyMap<string, readonly string[]>;
  /** Done stages: run, cycle, name → digest of the result. */
  readonly stages: ReadonlyMap<string, string>;
  /** Checkpoint id → digest of its weights. */
  readonly checkpoints: ReadonlyMap<string, string>;
  readonly decisions: readonly string[];
  /** What is counted twice or does not add up. */
  readonly problems: readonly string[];
}

const EMPTY: StoreTrace = {
  integrity: ["ok"],
  counts: { ended: 0, interrupted: 0, steps: 0, stagesDone: 0, checkpoints: 0, decisions: 0 },
  ended: new Map(),
  endedSteps: new Map(),
  unfinished: new Map(),
  stages: new Map(),
  checkpoints: new Map(),
  decisions: [],
  problems: [],
};

/** The trace of a workspace; an empty one when it was killed before it was made. */
export async function traceStore(dir: string): Promise<StoreTrace> {
  if (!existsSync(join(dir, "flywheel.db"))) return EMPTY;
  const opened = await openWorkspace(dir, { readOnly: true }).catch((error: unknown) => {
    // Killed between the first write and the end of the first migration: nothing was committed yet.
    if (String(error).includes("older schema version 0")) return null;
    throw error;
  });
  if (opened === null) return EMPTY;
  await using workspace = opened;
  const [ended, running, interrupted] = (["ended", "running", "interrupted"] as const).map((status) => workspace.episodes.list({ status }));
  const unfinished = new Map([...running!, ...interrupted!].map(({ id }) => [id, workspace.steps.of(id).map(digest)]));
  const stages = new Map(workspace.runs.list().flatMap(({ id }) => doneStages(workspace, id)));
  const decisions = workspace.runs
    .list()
    .flatMap(({ id }) => workspace.checkpoints.promotions(id).map(({ checkpoint, action }) => `${checkpoint} ${action}`));
  const checkpoints = new Map(
    await Promise.all(workspace.checkpoints.list().map(async ({ id, path }) => [id, await weightsOf(join(dir, path))] as const)),
  );
  const steps = workspace.connection.first(workspace.connection.query.selectFrom("steps").select((eb) => eb.fn.countAll<number>().as("n")))!.n;
  return {
    integrity: [...workspace.integrityCheck(), ...workspace.connection.pragma("foreign_key_check").map((row) => JSON.stringify(row))],
    counts: {
      ended: ended!.length,
      interrupted: interrupted!.length,
      steps,
      stagesDone: stages.size,
      checkpoints: checkpoints.size,
      decisions: decisions.length,
    },
    ended: new Map(
      ended!.map(({ startedAt: _, endedAt: __, verdictId: ___, route: ____, routeAuthor: _____, ...episode }) => [
        episode.id,
        digest([episode, workspace.steps.of(episode.id)]),
      ]),
    ),
    endedSteps: new Map(ended!.map(({ id }) => [id, workspace.steps.of(id).map(digest)])),
    unfinished,
    stages,
    checkpoints,
    decisions,
    problems: [
      ...twice(
        "episode key",
        ended!.map(({ key }) => key),
      ),
      ...twice(
        "decision about",
        decisions.map((decision) => decision.split(" ")[0]!),
      ),
      ...ended!.filter(({ verdict }) => verdict === null).map(({ id }) => `episode ${id} ended without a verdict`),
      ...workspace.runs.list().flatMap(({ id }) => ledgerProblems(workspace, id)),
    ],
  };
}

/**
 * What was committed at `before` and is missing or different now. `wentOn`: the run went on after `before`, so what was unfinished then may have
 * ended; else it was set aside.
 */
export function lostSince(before: StoreTrace, now: StoreTrace, wentOn = false): string[] {
  const changed = (name: string, old: ReadonlyMap<string, string>, current: ReadonlyMap<string, string>): string[] =>
    [...old].flatMap(([key, value]) => (current.get(key) === value ? [] : [`${name} ${key} is ${current.has(key) ? "different" : "gone"}`]));
  return [
    ...changed("episode", before.ended, now.ended),
    ...changed("stage", before.stages, now.stages),
    ...changed("checkpoint", before.checkpoints, now.checkpoints),
    ...[...before.unfinished].flatMap(([id, steps]) =>
      keeps(now, id, steps) || (wentOn && isBeginning(steps, now.endedSteps.get(id))) ? [] : [`a step of the unfinished episode ${id} is gone`],
    ),
    ...before.decisions.filter((decision, i) => now.decisions[i] !== decision).map((decision) => `decision "${decision}" is gone`),
    ...(now.counts.steps < before.counts.steps ? [`${before.counts.steps - now.counts.steps} steps fewer`] : []),
  ];
}

/** How a run that was killed differs from one that never was: it must not, in either direction. */
export function differences(killed: StoreTrace, whole: StoreTrace): string[] {
  const finished = (trace: StoreTrace): StoreTrace => ({ ...trace, counts: EMPTY.counts, unfinished: new Map() });
  const missing = lostSince(finished(whole), finished(killed));
  const more = lostSince(finished(killed), finished(whole)).filter((line) => line.endsWith("gone"));
  return [...missing, ...more.map((line) => `only after kills: ${line}`)];
}

/** An unfinished episode is set aside under another id (`id~1`) with all its steps. */
function keeps({ unfinished }: StoreTrace, id: string, steps: readonly string[]): boolean {
  const place = id.split("~")[0]!;
  return [...unfinished].some(([now, kept]) => now.split("~")[0] === place && isBeginning(steps, kept));
}

function isBeginning(steps: readonly string[], kept: readonly string[] | undefined): boolean {
  return kept !== undefined && steps.every((step, i) => kept[i] === step);
}

function doneStages(workspace: Workspace, run: string): [string, string][] {
  const done = workspace.stages.list(run).filter(({ status }) => status === "done");
  return done.map(({ cycle, stage, result }) => [`${run} ${cycle} ${stage}`, digest(result)]);
}

async function weightsOf(folder: string): Promise<string> {
  const { manifest, raw, ema } = await loadCheckpoint(folder);
  return weightsDigest(raw, manifest.network) + weightsDigest(ema, manifest.network);
}

/** The ledger counts every ended learning episode of a run exactly once. */
function ledgerProblems({ ledger, episodes }: Workspace, run: string): string[] {
  const counted = ledger.rows(run).reduce((sum, row) => sum + row.episodes, 0);
  const there = episodes.learning({ run }).filter((episode) => episode.run === run).length;
  return counted === there ? [] : [`the ledger of ${run} counts ${counted} episodes, there are ${there}`];
}

function twice(what: string, names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${what} ${name} occurs twice`);
}

function digest(value: unknown): string {
  return sha256(canonicalJson(value)).slice(0, 16);
}
