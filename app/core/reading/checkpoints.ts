/** Checkpoints as the API shows them: lineage, scores, what the gate found, training curves, two of them compared. In: ids. Out: API values. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { z } from "zod";
import type { Json } from "../../../env/json.ts";
import { storedConfig } from "../../../flywheel/config.ts";
import { fairResults, type EpisodeResult } from "../../../flywheel/results.ts";
import { groupsOf, lastMinusFirst, scoreGroups } from "../../../flywheel/score.ts";
import { countPairs, pairedDifference } from "../../../flywheel/statistics.ts";
import { manifestSchema } from "../../../flywheel/snapshotRows.ts";
import type { Checkpoint, Promotion } from "../../../flywheel/store/checkpoints.ts";
import type { Stage } from "../../../flywheel/store/stages.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { CheckpointView } from "../../api/checkpoints.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import { evaluated } from "../../report/gatherFinals.ts";
import { gatherStages } from "../../report/gatherStages.ts";
import { checkpointName } from "../names.ts";
import { rows } from "../statements.ts";
import { gateLooks, namesOf, whyDecided } from "./gates.ts";
import { gateScore, runOrNewest } from "./runs.ts";

const NO_SCORES = { all: null, demonstrated: null, requested: null, never: null };

export function listCheckpoints(workspace: Workspace, input: Parsed["checkpoints"]["list"]): Outputs["checkpoints"]["list"] {
  const run = runOrNewest(workspace, input.run);
  if (run === null) return [];
  const all = viewsOf(workspace, run.id);
  return input.onTheWay ? all : all.filter(({ onTheWay }) => !onTheWay);
}

function viewsOf(workspace: Workspace, run: string): CheckpointView[] {
  const record = workspace.runs.get(run);
  const groups = record === null ? null : groupsOf(storedConfig(record), workspace.demonstrations.list(run));
  const looks = new Map(gateLooks(workspace, run).map((look) => [look.candidate, look]));
  const names = namesOf(workspace, run);
  const stages = workspace.stages.list(run);
  const played = new Map([...evaluated(workspace, run, "gate"), ...evaluated(workspace, run, "final")].map((one) => [one.checkpoint, one.results]));
  return workspace.checkpoints.list(run).map((one): CheckpointView => {
    const { id, cycle, status, parents, snapshot, createdAt, path } = one;
    const look = looks.get(id);
    const incumbent = names.get(look?.result?.incumbent ?? "");
    const results = played.get(id) ?? [];
    return {
      ...checkpointName(one),
      run,
      status,
      parents: [...parents],
      snapshot,
      createdAt,
      waits: look?.waits === true,
      onTheWay: id !== `${run}.c${cycle}` && !isAddedByHand(one),
      bytes: folderBytes(join(workspace.dir, path)),
      gate: gateScore(workspace, run, id, "gate"),
      final: gateScore(workspace, run, id, "final"),
      groups: groups === null || results.length === 0 ? NO_SCORES : scoreGroups(results, groups, id),
      against:
        look?.result == null || incumbent === undefined
          ? null
          : {
              checkpoint: incumbent,
              gain: gainOf(look.result),
            },
      steps: results.length === 0 ? null : results.reduce((sum, { steps }) => sum + steps, 0) / results.length,
      trainedOn: trainedOn(workspace, snapshot),
      minutes: trainingMinutes(stages, cycle),
    };
  });
}

/** Merged or brought in from elsewhere: neither a cycle's candidate nor on the way to one. */
function isAddedByHand({ id }: Checkpoint): boolean {
  return !/\.c\d+(-[a-z0-9]+)?$/.test(id);
}

function gainOf({ difference, counts, p }: NonNullable<ReturnType<typeof gateLooks>[number]["result"]>) {
  return { ...difference, counts, p, n: counts.both + counts.onlyA + counts.onlyB + counts.neither };
}

function folderBytes(dir: string): number {
  if (!existsSync(dir)) return 0;
  return readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}

function trainedOn(workspace: Workspace, snapshot: string | null): CheckpointView["trainedOn"] {
  const manifest = manifestSchema.safeParse(snapshot === null ? null : workspace.snapshots.get(snapshot)?.manifest);
  if (!manifest.success) return null;
  const [members] = rows(workspace, sql<{ rl: number }>`select count(*) as rl from snapshot_members where snapshot = ${snapshot} and pool = 'rl'`);
  const { sft, ct } = manifest.data.files;
  return { sft: sft.rows, ct: ct.rows, rl: members?.rl ?? 0 };
}

function trainingMinutes(stages: readonly Stage[], cycle: number): number | null {
  const own = stages.filter((one) => one.cycle === cycle && one.status === "done" && /^(train|reinforce)/.test(one.stage));
  return own.length === 0 ? null : own.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) / 60;
}

type DecisionView = Outputs["checkpoints"]["decisions"][number];

function viewDecision(names: ReturnType<typeof namesOf>, { id, checkpoint, action, author, createdAt, decision }: Promotion): DecisionView {
  const name = names.get(checkpoint) ?? checkpointName({ id: checkpoint, cycle: 0 });
  return { id, checkpoint: name, action, author, at: createdAt, why: whyDecided({ action, decision }) };
}

export function decisions(workspace: Workspace, input: Parsed["checkpoints"]["decisions"]): DecisionView[] {
  const run = runOrNewest(workspace, input.run);
  if (run === null) return [];
  const names = namesOf(workspace, run.id);
  return workspace.checkpoints.promotions(run.id).map((one) => viewDecision(names, one));
}

export async function getCheckpoint(workspace: Workspace, { id }: Parsed["checkpoints"]["get"]): Promise<Outputs["checkpoints"]["get"]> {
  const { run, cycle, path } = workspace.checkpoints.get(id);
  const folder = join(workspace.dir, path);
  // Loaded when needed: reading weights brings much along that lists do not need.
  const { readManifest } = await import("../../../agent/checkpoint.ts");
  const names = namesOf(workspace, run);
  const stages = workspace.stages.list(run).filter((stage) => stage.cycle === cycle && stage.status === "done");
  return {
    checkpoint: viewsOf(workspace, run).find((one) => one.id === id)!,
    manifest: (await readManifest(folder)) as unknown as Json,
    folder,
    decisions: workspace.checkpoints
      .promotions(run)
      .filter(({ checkpoint }) => checkpoint === id)
      .map((one) => viewDecision(names, one)),
    training: trainingOf(stages),
  };
}

const rlRecord = z.object({ curve: z.array(z.object({ step: z.number(), loss: z.number() })).optional() });

function trainingOf(stages: readonly Stage[]): Outputs["checkpoints"]["get"]["training"] {
  const supervised = gatherStages(stages).training.flatMap(({ points, samples }) =>
    (["CT", "SFT"] as const).flatMap((stage) => {
      const own = points.filter((point) => point.stage === stage).map(({ step, loss, heldOut }) => ({ step, loss, heldOut }));
      return own.length === 0 ? [] : [{ stage, round: 0, points: own, facts: samples }];
    }),
  );
  const reinforced = stages
    .filter(({ stage }) => stage.startsWith("reinforce"))
    .map(({ stage, result }) => ({
      stage: "RL" as const,
      round: Number(stage.split(" ")[1] ?? 1),
      points: (rlRecord.safeParse(result).data?.curve ?? []).map((point) => ({ ...point, heldOut: null })),
      facts: result,
    }));
  return [...supervised, ...reinforced];
}

/** Both on the same seeds, as they were last played. */
export function compare(workspace: Workspace, { a, b, on }: Parsed["checkpoints"]["compare"]): Outputs["checkpoints"]["compare"] {
  const [first, second] = [workspace.checkpoints.get(a), workspace.checkpoints.get(b)];
  const pairs = pairsOf(resultsOf(workspace, first, on), resultsOf(workspace, second, on));
  const byTask = [...Map.groupBy(pairs, ({ a: own }) => own.task)].map(([task, own]) => {
    const counts = countPairs(own.map((pair) => [passed(pair.a), passed(pair.b)]));
    return { task, counts, n: own.length, difference: pairedDifference(counts) };
  });
  const look = gateLooks(workspace, first.run).find(({ candidate, result }) => candidate === a && result?.incumbent === b);
  const decision = workspace.checkpoints.promotions(first.run).findLast(({ checkpoint }) => checkpoint === a);
  const only = (winner: "a" | "b", loser: "a" | "b"): [string, string][] =>
    pairs.filter((pair) => passed(pair[winner]) && !passed(pair[loser])).map((pair) => [pair[winner].episode, pair[loser].episode]);
  return {
    a: checkpointName(first),
    b: checkpointName(second),
    overall: lastMinusFirst(
      pairs.map((pair) => pair.b),
      pairs.map((pair) => pair.a),
      `compare ${a} ${b}`,
    ),
    tasks: byTask.toSorted((x, y) => y.difference.estimate - x.difference.estimate || (x.task < y.task ? -1 : 1)),
    checklist: look?.result?.reasons ?? [],
    decision: decision === undefined ? null : viewDecision(namesOf(workspace, first.run), decision),
    onlyA: only("a", "b"),
    onlyB: only("b", "a"),
  };
}

interface Pair {
  readonly a: EpisodeResult;
  readonly b: EpisodeResult;
}

const passed = ({ verdict }: EpisodeResult): boolean => verdict === "pass";

function pairsOf(a: readonly EpisodeResult[], b: readonly EpisodeResult[]): Pair[] {
  const others = new Map(fairResults(b).map((result) => [`${result.task} ${result.seed}`, result]));
  return fairResults(a).flatMap((result) => {
    const other = others.get(`${result.task} ${result.seed}`);
    return other === undefined ? [] : [{ a: result, b: other }];
  });
}

/** Every evaluation episode of a checkpoint on these seeds, one per seed: gates of several cycles add up. */
function resultsOf(workspace: Workspace, { id, run }: Checkpoint, on: "gate" | "final"): EpisodeResult[] {
  const all = evaluated(workspace, run, on).filter(({ checkpoint }) => checkpoint === id);
  return [...new Map(all.flatMap(({ results }) => results).map((result) => [`${result.task} ${result.seed}`, result])).values()];
}
