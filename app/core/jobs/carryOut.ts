/** What each kind of order does: the same functions as the command line. In: an order, an open workspace. Out: its result as JSON. */
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ON_POLICY } from "../../../agent/model/choose.ts";
import { WheelError } from "../../../env/errors.ts";
import type { Json } from "../../../env/json.ts";
import { EnvironmentPool } from "../../../env/pool.ts";
import { buildSnapshot } from "../../../flywheel/buildSnapshot.ts";
import { parseConfig, presetConfig } from "../../../flywheel/config.ts";
import { exportSnapshot } from "../../../flywheel/exportDataset.ts";
import { turnWheel } from "../../../flywheel/loop.ts";
import type { OnProgress } from "../../../flywheel/progress.ts";
import { readSnapshot } from "../../../flywheel/readSnapshot.ts";
import { replayEpisode } from "../../../flywheel/replay.ts";
import { rollOut, type RolloutJob } from "../../../flywheel/rollout.ts";
import { drawSeeds } from "../../../flywheel/seeds.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { Wheel } from "../../../flywheel/wheel.ts";
import { writeReport } from "../../commands/report.ts";
import { exactTasks } from "../../selectTasks.ts";
import { exportEpisodes } from "./exportEpisodes.ts";
import type { JobOrder, JobSetting, Turning } from "./orders.ts";
import { exportTrainers, importFrom, verifyFolder } from "./trainerJobs.ts";

export interface Means {
  readonly workspace: Workspace;
  readonly setting: JobSetting;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Tells what is too long for a result. */
  readonly tellDetail: (detail: Json) => void;
  readonly hold: () => Promise<void>;
  /** Asked after each cycle, as people change their mind. */
  readonly turning: () => Turning;
}

export function carryOut(order: JobOrder, means: Means): Promise<Json> {
  switch (order.kind) {
    case "run":
      return turn(order, means);
    case "snapshot":
      return freeze(order, means);
    case "export":
      return exportDataset(order, means);
    case "export for trainers":
      return exportTrainers(order, means);
    case "verify export":
      return verifyFolder(order, means);
    case "import":
      return importFrom(order, means);
    case "export episodes":
      return exportEpisodes(order, means);
    case "export checkpoint":
      return exportCheckpoint(order, means);
    case "rerun":
      return rerun(order, means);
    case "rollout":
      return rollOutTask(order, means);
    case "report":
      return report(order, means);
  }
}

type Order<Kind extends JobOrder["kind"]> = Extract<JobOrder, { readonly kind: Kind }>;

async function turn({ config, promotion }: Order<"run">, { workspace, setting, signal, onProgress, hold, turning }: Means): Promise<Json> {
  const tasks = await exactTasks(config.tasks, setting.taskModules);
  // A cycle that was there already is passed through in no time: "one cycle" is the first in which something is done.
  const worked = new Set<number>();
  const listen: OnProgress = (event) => {
    if (event.kind === "stage-done" && !event.resumed && event.cycle !== null) worked.add(event.cycle);
    onProgress(event);
  };
  await using wheel = new Wheel({ workspace, config, tasks, signal, onProgress: listen, promotion, hold });
  workspace.runs.open(wheel.run, config, config.seed);
  let finished = true;
  await turnWheel(wheel, (cycle) => (finished = turning() === "keep turning" || !worked.has(cycle)));
  return { run: wheel.run, acting: wheel.actingId(), finished };
}

/** Later than every cycle there can be. */
const NOW = { cycle: 1_000_000, stage: "rl" } as const;

async function freeze({ run }: Order<"snapshot">, { workspace }: Means): Promise<Json> {
  const moment = run === null ? NOW : { ...NOW, run, cycle: Math.max(0, ...workspace.checkpoints.list(run).map(({ cycle }) => cycle)) + 1 };
  return { hash: buildSnapshot(workspace, moment).hash };
}

async function exportDataset({ snapshot, stages, folder }: Order<"export">, { workspace, signal, onProgress }: Means): Promise<Json> {
  const open = await readSnapshot(join(workspace.dir, "snapshots", snapshot));
  const count = (done: number, total: number): void => onProgress({ kind: "progress", cycle: null, stage: "export", done, total, note: "screens" });
  return { ...(await exportSnapshot(workspace, open, folder, { stages, signal, onProgress: count })), folder };
}

async function exportCheckpoint({ checkpoint, folder }: Order<"export checkpoint">, { workspace }: Means): Promise<Json> {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new WheelError("usage", `${folder} is not empty.`, "Choose an empty folder.");
  mkdirSync(folder, { recursive: true });
  cpSync(join(workspace.dir, workspace.checkpoints.get(checkpoint).path), folder, { recursive: true });
  return { folder };
}

async function rerun({ episode: id }: Order<"rerun">, { workspace, setting, onProgress }: Means): Promise<Json> {
  const episode = workspace.episodes.get(id);
  const [task] = await exactTasks([episode.task], setting.taskModules);
  const steps = workspace.steps.of(id);
  onProgress({ kind: "progress", cycle: null, stage: "re-run", done: 0, total: steps.length + 1, note: "screens" });
  await using pool = new EnvironmentPool(1);
  const [result] = await pool.run([episode], (environment) => replayEpisode(environment, task!, episode, steps));
  const { screens, sameScreens, firstDrift, recorded, replayed, seen } = result!;
  if (seen !== null) workspace.blobs.put(seen);
  workspace.reruns.add({ episode: id, screens, sameScreens, firstDrift, seen: seen?.screenHash ?? null, recorded, replayed });
  return { episode: id, screens, sameScreens, firstDrift, seen: seen?.screenHash ?? null, recorded, replayed };
}

async function rollOutTask(
  { task: id, count, checkpoint }: Order<"rollout">,
  { workspace, setting, signal, onProgress, hold }: Means,
): Promise<Json> {
  const [task] = await exactTasks([id], setting.taskModules);
  const base = presetConfig("tour") as Record<string, unknown>;
  const config = parseConfig({ ...base, tasks: [task!.id], demonstrated: [], contexts: 2 }, "rollout");
  await using wheel = new Wheel({ workspace, config, tasks: [task!], signal, onProgress, hold });
  const actor = await wheel.actor(checkpoint);
  // Seeds that nobody has played yet: the same button twice gives new episodes.
  const played = workspace.episodes.list({ run: null, task: task!.id, role: "rollout" }).length;
  const jobs = drawSeeds(task!, "train", null, count, ["by hand", played]).map((seed): RolloutJob => ({
    run: null,
    runSeed: config.seed,
    cycle: 0,
    purpose: "train",
    role: "rollout",
    task: task!,
    seed,
    trial: 0,
    policy: actor.policy(ON_POLICY),
    checkpoint,
    weights: actor.digest,
  }));
  let done = 0;
  const onEpisode = (): void => onProgress({ kind: "progress", cycle: null, stage: "roll out", done: ++done, total: jobs.length, note: "episodes" });
  const episodes = await rollOut(jobs, { ...wheel.rollout, onEpisode });
  return { episodes: episodes.map((episode) => episode.id), passed: episodes.filter(({ verdict }) => verdict === "pass").length };
}

async function report({ run, file }: Order<"report">, { workspace }: Means): Promise<Json> {
  return { file: await writeReport(workspace, run, file ?? undefined) };
}
