/** Handlers of `datasets`, `checkpoints` and `tasks`. */
import { cp } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { loadCheckpoint } from "../../../agent/checkpoint.ts";
import { WheelError } from "../../../env/errors.ts";
import { actingCheckpoint } from "../../actingCheckpoint.ts";
import type { TrainerChoice } from "../../api/datasets.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import type { Core } from "../core.ts";
import { requireTask } from "../reading/tasks.ts";
import { os } from "./os.ts";

export const datasetHandlers = os.datasets.router({
  pools: os.datasets.pools.handler(({ context: { core }, input }) => core.reads.ask("datasets.pools", input)),
  ledger: os.datasets.ledger.handler(({ context: { core }, input }) => core.reads.ask("datasets.ledger", input)),
  composition: os.datasets.composition.handler(({ context: { core }, input }) => core.reads.ask("datasets.composition", input)),
  snapshots: os.datasets.snapshots.handler(({ context: { core }, input }) => core.reads.ask("datasets.snapshots", input)),
  snapshot: os.datasets.snapshot.handler(({ context: { core }, input }) => core.reads.ask("datasets.snapshot", input)),
  freeze: os.datasets.freeze.handler(({ context: { core }, input }) => {
    const order = { kind: "snapshot", run: input.run ?? null } as const;
    return { job: core.jobs.order({ kind: "snapshot", title: "New snapshot", unit: "rows" }, order, core.jobSetting).id };
  }),
  diff: os.datasets.diff.handler(({ context: { core }, input }) => core.reads.ask("datasets.diff", input)),
  rows: os.datasets.rows.handler(({ context: { core }, input }) => core.reads.ask("datasets.rows", input)),
  exportPreview: os.datasets.exportPreview.handler(({ context: { core }, input }) => core.reads.ask("datasets.exportPreview", input)),
  export: os.datasets.export.handler(async ({ context: { core }, input }) => {
    const { hash, name } = await core.reads.ask("datasets.snapshot", { hash: input.snapshot });
    const order = { kind: "export", snapshot: hash, stages: input.stages, folder: input.folder } as const;
    return { job: core.jobs.order({ kind: "export", title: `Export of ${name}`, unit: "screens" }, order, core.jobSetting).id };
  }),
  countForTrainers: os.datasets.countForTrainers.handler(({ context: { core }, input }) => orderTrainers(core, input, null)),
  counted: os.datasets.counted.handler(({ context: { core }, input }) => {
    const counted = core.jobs.detail(input.job);
    if (counted === null) throw new WheelError("usage", `Job ${input.job} has counted nothing.`, "Count again.");
    return counted as unknown as Outputs["datasets"]["counted"];
  }),
  exportForTrainers: os.datasets.exportForTrainers.handler(({ context: { core }, input: { folder, ...choice } }) =>
    orderTrainers(core, choice, folder),
  ),
  verifyExport: os.datasets.verifyExport.handler(({ context: { core }, input: { folder } }) => {
    const facts = { kind: "verify", title: `Check of ${basename(folder)}`, unit: "files" } as const;
    return { job: core.jobs.order(facts, { kind: "verify export", folder }, core.jobSetting).id };
  }),
  import: os.datasets.import.handler(async ({ context: { core }, input }) => {
    if (!input.dryRun) await core.requireRoom();
    const title = `${input.dryRun ? "Look into" : "Import of"} ${basename(input.folder)}`;
    return { job: core.jobs.order({ kind: "import", title, unit: "episodes" }, { kind: "import", ...input }, core.jobSetting).id };
  }),
});

/** An order about a snapshot, which may be named by the beginning of its hash. */
async function orderTrainers(core: Core, given: TrainerChoice, folder: string | null): Promise<{ job: string }> {
  const { hash, name } = await core.reads.ask("datasets.snapshot", { hash: given.snapshot });
  const order = { kind: "export for trainers", choice: { ...given, snapshot: hash }, folder } as const;
  const title = folder === null ? `Counting ${name} for trainers` : `Export of ${name} for trainers`;
  return { job: core.jobs.order({ kind: "export", title, unit: "episodes" }, order, core.jobSetting).id };
}

export const checkpointHandlers = os.checkpoints.router({
  list: os.checkpoints.list.handler(({ context: { core }, input }) => core.reads.ask("checkpoints.list", input)),
  get: os.checkpoints.get.handler(({ context: { core }, input }) => core.reads.ask("checkpoints.get", input)),
  compare: os.checkpoints.compare.handler(({ context: { core }, input }) => core.reads.ask("checkpoints.compare", input)),
  decisions: os.checkpoints.decisions.handler(({ context: { core }, input }) => core.reads.ask("checkpoints.decisions", input)),
  decide: os.checkpoints.decide.handler(({ context: { core }, input }) =>
    core.writes.ask("decide", { input, author: core.author, undoHours: core.settings.gate.undoHours }),
  ),
  export: os.checkpoints.export.handler(({ context: { core }, input }) => {
    const { id } = core.workspace.checkpoints.get(input.id);
    const order = { kind: "export checkpoint", checkpoint: id, folder: input.folder } as const;
    return { job: core.jobs.order({ kind: "export", title: `Export of checkpoint ${id}`, unit: "files" }, order, core.jobSetting).id };
  }),
  import: os.checkpoints.import.handler(({ context: { core }, input }) => importCheckpoint(core, input)),
});

/** Checked in its own place first, then copied and added as a candidate. */
async function importCheckpoint(
  { workspace }: Core,
  { folder, run: asked }: Parsed["checkpoints"]["import"],
): Promise<Outputs["checkpoints"]["import"]> {
  const { manifest } = await loadCheckpoint(folder);
  const run = asked ?? workspace.runs.list().at(-1)?.id;
  if (run === undefined || workspace.runs.get(run) === null)
    throw new WheelError(
      "usage",
      "There is no run that it could be a candidate of.",
      "Start a run on Home; its checkpoints and this one then share it.",
    );
  // The id of the place it comes from may be taken here.
  const id = workspace.checkpoints.find(manifest.id) === null ? manifest.id : `${manifest.id}+${basename(folder)}`;
  if (workspace.checkpoints.find(id) !== null) throw new WheelError("usage", `${id} is here already.`, "Nothing to do.");
  const dir = join(workspace.dir, "checkpoints", id.replaceAll(/[^\w.+@-]/g, "-"));
  await cp(folder, dir, { recursive: true, errorOnExist: true, force: false });
  const snapshot = manifest.snapshot !== null && workspace.snapshots.get(manifest.snapshot) !== null ? manifest.snapshot : null;
  const parents = manifest.parents.filter((parent) => workspace.checkpoints.find(parent) !== null);
  workspace.checkpoints.add({ id, run, cycle: manifest.cycle, path: relative(workspace.dir, dir), parents, snapshot, scores: {} });
  return { id };
}

export const taskHandlers = os.tasks.router({
  list: os.tasks.list.handler(({ context: { core }, input }) => core.reads.ask("tasks.list", input)),
  get: os.tasks.get.handler(({ context: { core }, input }) => core.reads.ask("tasks.get", input)),
  preview: os.tasks.preview.handler(({ context: { core }, input }) => core.previews.of(requireTask(core.tasks, input.id), input.seed)),
  heat: os.tasks.heat.handler(({ context: { core }, input }) => core.reads.ask("tasks.heat", input)),
  requests: os.tasks.requests.handler(({ context: { core }, input }) => core.reads.ask("tasks.requests", input)),
  rollOut: os.tasks.rollOut.handler(({ context: { core }, input }) => {
    const { id } = requireTask(core.tasks, input.id);
    const checkpoint = core.workspace.checkpoints.get(input.checkpoint ?? actingCheckpoint(core.workspace)).id;
    const order = { kind: "rollout", task: id, count: input.count, checkpoint } as const;
    const title = `${input.count} rollouts of ${id}`;
    return {
      job: core.jobs.order({ kind: "rollout", title, unit: "episodes", records: true }, order, core.jobSetting, () => core.recoverEpisodes()).id,
    };
  }),
});
