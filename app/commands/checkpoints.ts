/** `flywheel checkpoints`: list, show, promote, rollback, merge, lineage, null-test. In: ids. Out: who acts and why; new folders for merges. */
import { join, relative } from "node:path";
import type { Command } from "commander";
import { isRemote, loadCheckpoint, mergeWeights, readManifest, saveCheckpoint } from "../../agent/checkpoint.ts";
import { verifyCheckpoint } from "../../agent/remote/remoteCheckpoint.ts";
import { WheelError } from "../../env/errors.ts";
import { installBrowser } from "../../env/findBrowser.ts";
import { parseConfig } from "../../flywheel/config.ts";
import { nullTest } from "../../flywheel/nullTest.ts";
import type { Checkpoint } from "../../flywheel/store/checkpoints.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { actingCheckpoint } from "../actingCheckpoint.ts";
import { Wheel } from "../../flywheel/wheel.ts";
import { columns } from "../columns.ts";
import { action, type Context } from "../context.ts";
import { examples, share, whole, withAuthor, withTaskModule, type Authored } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { selectTasks } from "../selectTasks.ts";

/** Adds the command and its subcommands. */
export function checkpointsCommand(program: Command): void {
  const checkpoints = program.command("checkpoints").description("who acts and why: list, show, promote, rollback, merge, lineage, null-test");
  listCommand(checkpoints);
  showCommand(checkpoints);
  promoteCommand(checkpoints);
  rollbackCommand(checkpoints);
  mergeCommand(checkpoints);
  lineageCommand(checkpoints);
  nullTestCommand(checkpoints);
  examples(checkpoints, "checkpoints list", "checkpoints lineage", "checkpoints rollback s1-1a2b3c4d.c3 --reason 'clicks twice'");
}

function listCommand(checkpoints: Command): void {
  const command = checkpoints.command("list").description("all checkpoints, oldest first");
  examples(command, "checkpoints list", "checkpoints list --json");
  action(command, async ({ say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const all = workspace.checkpoints.list();
    for (const line of columns(all.map((one) => [one.id, `cycle ${one.cycle}`, one.status, gateScore(workspace, one)]))) say(line);
    for (const checkpoint of all) emit(checkpoint);
    if (all.length === 0) say("No checkpoints yet. `flywheel run` makes the first in cycle 0.");
  });
}

function showCommand(checkpoints: Command): void {
  const command = checkpoints.command("show <checkpoint>").description("manifest, decisions and scores of one checkpoint");
  examples(command, "checkpoints show s1-1a2b3c4d.c0");
  action(command, async ({ say, emit, openWorkspace }, [id]) => {
    await using workspace = await openWorkspace("read");
    const checkpoint = workspace.checkpoints.get(id!);
    const manifest = await readManifest(join(workspace.dir, checkpoint.path));
    const decisions = workspace.checkpoints.promotions(checkpoint.run).filter((one) => one.checkpoint === id);
    const evaluations = workspace.evaluations.list(checkpoint.run).filter((one) => one.checkpoint === id);
    emit({ checkpoint, manifest, decisions, evaluations });
    const facts = [
      ["status", `${checkpoint.status} (cycle ${checkpoint.cycle} of run ${checkpoint.run})`],
      ["folder", join(workspace.dir, checkpoint.path)],
      ["parents", checkpoint.parents.join(", ") || "none"],
      ["snapshot", checkpoint.snapshot ?? "none"],
      ...whatItIs(manifest),
      ["learned from", counts(manifest.demonstrations) || "no episodes"],
      ...evaluations.map(({ purpose, cycle, summary }) => [`${purpose} score`, `${interval(summary)} in cycle ${cycle}`]),
      ...decisions.map(({ action: what, author, decision }) => [what, `by ${author}: ${JSON.stringify(decision)}`]),
    ];
    for (const line of columns([["checkpoint", checkpoint.id], ...facts])) say(line);
  });
}

function whatItIs(manifest: Awaited<ReturnType<typeof readManifest>>): string[][] {
  if (!isRemote(manifest)) {
    return [
      ["network", counts(manifest.network)],
      ["perception", manifest.perceptionVersion],
    ];
  }
  const { endpoint, model, files } = manifest;
  return [
    ["agent", `${endpoint.model} at ${endpoint.baseUrl}, spoken to in ${endpoint.dialect}`],
    ["weights", model === null ? "those its server had" : `${Object.keys(files).length} files`],
  ];
}

function promoteCommand(checkpoints: Command): void {
  const command = withAuthor(checkpoints.command("promote <checkpoint>").description("let a checkpoint act from now on, whatever the gate said"));
  examples(command, "checkpoints promote s1-1a2b3c4d.c2 --reason 'better on my tasks'");
  action<Authored>(command, async (context, [id]) => {
    await using workspace = await context.openWorkspace("change");
    const { path, status } = workspace.checkpoints.get(id!);
    if (status === "acting") throw new WheelError("usage", `${id} acts already.`, "`flywheel checkpoints list` shows who acts.");
    // Nobody is put in charge whose weights cannot be read.
    await verifyCheckpoint(join(workspace.dir, path));
    decideByHand(context, workspace, id!, "promote");
  });
}

function rollbackCommand(checkpoints: Command): void {
  const command = withAuthor(checkpoints.command("rollback <checkpoint>").description("undo the promotion of the acting checkpoint"));
  examples(command, "checkpoints rollback s1-1a2b3c4d.c3 --reason 'clicks twice'");
  action<Authored>(command, async (context, [id]) => {
    await using workspace = await context.openWorkspace("change");
    decideByHand(context, workspace, id!, "rollback");
  });
}

function decideByHand({ options, say, emit }: Context<Authored>, workspace: Workspace, id: string, what: "promote" | "rollback"): void {
  const acting = workspace.checkpoints.decide(id, what, { kind: "by hand", reason: options.reason }, options.author);
  emit({ checkpoint: id, action: what, acting });
  say(`${acting ?? "Nobody"} acts now. Undo: flywheel checkpoints ${what === "promote" ? "rollback" : "promote"} ${id}`);
}

function mergeCommand(checkpoints: Command): void {
  const command = checkpoints
    .command("merge <a> <b>")
    .description("average two checkpoints, (1 − alpha)·a + alpha·b, into a candidate like any other")
    .option("--alpha <x>", "weight of b, 0 to 1", share, 0.5);
  examples(command, "checkpoints merge s1-1a2b3c4d.c2 s1-1a2b3c4d.c3 --alpha 0.3");
  action<{ alpha: number }>(command, async ({ options: { alpha }, say, emit, openWorkspace }, [a, b]) => {
    await using workspace = await openWorkspace("change");
    const [first, second] = [workspace.checkpoints.get(a!), workspace.checkpoints.get(b!)];
    const [one, two] = [await loadCheckpoint(join(workspace.dir, first.path)), await loadCheckpoint(join(workspace.dir, second.path))];
    const id = `${first.id}+${second.id.split(".").at(-1)}@${alpha}`;
    const dir = join(workspace.dir, "checkpoints", id);
    const parents = [first.id, second.id];
    await saveCheckpoint(dir, { ...one.manifest, id, parents, snapshot: null, training: { kind: "merge", alpha } }, mergeWeights(one, two, alpha));
    workspace.checkpoints.add({ id, run: first.run, cycle: first.cycle, path: relative(workspace.dir, dir), parents, snapshot: null, scores: {} });
    emit(workspace.checkpoints.get(id));
    say(`${id} made. Try it: flywheel evaluate --checkpoint ${id}`);
  });
}

function lineageCommand(checkpoints: Command): void {
  const command = checkpoints
    .command("lineage [checkpoint]")
    .description("where a checkpoint (default: the acting one) comes from: parents, snapshots, scores");
  examples(command, "checkpoints lineage", "checkpoints lineage s1-1a2b3c4d.c2 --json");
  action(command, async ({ say, emit, openWorkspace }, [id]) => {
    await using workspace = await openWorkspace("read");
    const seen = new Set<string>();
    const print = (one: string, depth: number): void => {
      const checkpoint = workspace.checkpoints.get(one);
      say(
        `${"  ".repeat(depth)}${one} · ${checkpoint.status} · snapshot ${checkpoint.snapshot?.slice(0, 12) ?? "none"} · ${gateScore(workspace, checkpoint)}`,
      );
      if (seen.has(one)) return;
      seen.add(one);
      emit(checkpoint);
      for (const parent of checkpoint.parents) print(parent, depth + 1);
    };
    print(id ?? actingCheckpoint(workspace), 0);
  });
}

interface NullTestChoice {
  readonly candidates: number;
  readonly rounds: number;
  readonly taskModule?: readonly string[];
}

function nullTestCommand(checkpoints: Command): void {
  const command = checkpoints
    .command("null-test [checkpoint]")
    .description("train a checkpoint (default: the acting one) again and again with new random numbers: how often would the gate promote luck?")
    .option("--candidates <n>", "how many are trained", whole(2, 100), 10)
    .option("--rounds <n>", "independent sets of gate seeds", whole(1, 100), 1);
  withTaskModule(command);
  examples(command, "checkpoints null-test", "checkpoints null-test s1-1a2b3c4d.c1 --candidates 12 --rounds 3 --json");
  action<NullTestChoice>(command, async ({ options, say, emit, signal, openWorkspace }, [named]) => {
    await using workspace = await openWorkspace("change");
    const checkpoint = workspace.checkpoints.get(named ?? actingCheckpoint(workspace));
    const config = parseConfig(workspace.runs.get(checkpoint.run)!.config, `run ${checkpoint.run}`);
    const tasks = await selectTasks(config.tasks, options.taskModule);
    installBrowser(say);
    const onProgress = progressPrinter();
    await using wheel = new Wheel({ workspace, config, tasks, signal, onProgress });
    const { candidates, decisions, promoted, rate, snapshot } = await nullTest(wheel, { ...options, checkpoint: checkpoint.id });
    onProgress({ kind: "line", text: "" });
    for (const decision of decisions) emit(decision);
    emit({ summary: { snapshot, candidates, judged: decisions.length, promoted, ...rate } });
    say(
      `${candidates.length} candidates of one snapshot, ${decisions.length} ordered pairs: ${promoted} promoted, ` +
        `rate ${rate.estimate.toFixed(3)} [${rate.low.toFixed(3)}, ${rate.high.toFixed(3)}].`,
    );
  });
}

function counts(record: Readonly<Record<string, number>>): string {
  return Object.entries(record)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function gateScore(workspace: Workspace, { id, run }: Checkpoint): string {
  const last = workspace.evaluations.list(run).findLast((one) => one.checkpoint === id && one.purpose === "gate");
  return last === undefined ? "not evaluated" : `gate ${interval(last.summary)}`;
}

/** A score may be missing: every episode of it can have met an environment error. */
function interval(summary: unknown): string {
  const { estimate, low, high, n } = summary as { estimate?: number; low?: number; high?: number; n: number };
  return estimate === undefined ? "no fair episodes" : `${estimate.toFixed(3)} [${low!.toFixed(3)}, ${high!.toFixed(3)}] n=${n}`;
}
