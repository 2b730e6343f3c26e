/** `flywheel checkpoints`: list, show, promote, rollback, merge, lineage. In: ids. Out: who acts and why; new folders for merges. */
import { relative } from "node:path";
import { userInfo } from "node:os";
import type { Command } from "commander";
import { loadCheckpoint, mergeWeights, readManifest, saveCheckpoint } from "../../agent/checkpoint.ts";
import { WheelError } from "../../env/errors.ts";
import type { Checkpoint } from "../../flywheel/store/checkpoints.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { action } from "../context.ts";
import { join } from "node:path";

/** Adds the command and its subcommands. */
export function checkpointsCommand(program: Command): void {
  const checkpoints = program.command("checkpoints").description("checkpoints: list, show, promote, rollback, merge, lineage");
  action(checkpoints.command("list").description("all checkpoints, oldest first"), async ({ say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const all = workspace.checkpoints.list();
    for (const checkpoint of all) {
      say(`${checkpoint.id.padEnd(24)} cycle ${checkpoint.cycle}  ${checkpoint.status.padEnd(9)} ${gateScore(workspace, checkpoint)}`);
      emit(checkpoint);
    }
    if (all.length === 0) say("No checkpoints yet. `flywheel run` makes the first in cycle 0.");
  });
  action(checkpoints.command("show <checkpoint>").description("manifest, decisions and scores of one checkpoint"), async ({ say, emit, openWorkspace }, [id]) => {
    await using workspace = await openWorkspace("read");
    const checkpoint = workspace.checkpoints.get(id!);
    const manifest = await readManifest(join(workspace.dir, checkpoint.path));
    const decisions = workspace.checkpoints.promotions(checkpoint.run).filter((one) => one.checkpoint === id);
    const evaluations = workspace.evaluations.list(checkpoint.run).filter((one) => one.checkpoint === id);
    emit({ checkpoint, manifest, decisions, evaluations });
    say(`${checkpoint.id} · ${checkpoint.status} · cycle ${checkpoint.cycle} · parents ${checkpoint.parents.join(", ") || "none"} · snapshot ${checkpoint.snapshot ?? "none"}`);
    say(`network ${JSON.stringify(manifest.network)}, perception ${manifest.perceptionVersion}, demonstrations ${JSON.stringify(manifest.demonstrations)}`);
    for (const { purpose, cycle, summary } of evaluations) say(`${purpose} score in cycle ${cycle}: ${interval(summary)}`);
    for (const { action: what, author, decision } of decisions) say(`${what} by ${author}: ${JSON.stringify(decision)}`);
  });
  promoteCommand(checkpoints);
  mergeCommand(checkpoints);
  action(checkpoints.command("lineage [checkpoint]").description("where a checkpoint comes from: parents, snapshots, decisions"), async ({ say, emit, openWorkspace }, [id]) => {
    await using workspace = await openWorkspace("read");
    const last = id ?? workspace.checkpoints.list().findLast(({ status }) => status === "acting")?.id;
    if (last === undefined) throw new WheelError("unknown-checkpoint", "There are no checkpoints in this workspace.", "Make some with `flywheel run`.");
    printLineage(workspace, last, "", new Set(), say, emit);
  });
}

function promoteCommand(checkpoints: Command): void {
  for (const [name, text] of [["promote", "let a checkpoint act from now on"], ["rollback", "undo the promotion of the acting checkpoint"]] as const) {
    const command = checkpoints.command(`${name} <checkpoint>`).description(text).option("--reason <text>", "why", "").option("--author <name>", "who", userInfo().username);
    action<{ reason: string; author: string }>(command, async ({ options, say, openWorkspace }, [id]) => {
      await using workspace = await openWorkspace("write");
      const acting = workspace.checkpoints.decide(id!, name, { kind: "by hand", reason: options.reason }, options.author);
      say(`${acting ?? "nobody"} acts now. Undo: flywheel checkpoints ${name === "promote" ? "rollback" : "promote"} ${id}`);
    });
  }
}

function mergeCommand(checkpoints: Command): void {
  const command = checkpoints.command("merge <a> <b>").description("average two checkpoints: (1 − alpha)·a + alpha·b; a candidate like any other").option("--alpha <x>", "weight of b, 0 to 1", "0.5");
  action<{ alpha: string }>(command, async ({ options, say, openWorkspace }, [a, b]) => {
    const alpha = Number(options.alpha);
    if (!(alpha >= 0 && alpha <= 1)) throw new WheelError("usage", `--alpha ${options.alpha} is not between 0 and 1.`, "Use for example --alpha 0.5.");
    await using workspace = await openWorkspace("write");
    const [first, second] = [workspace.checkpoints.get(a!), workspace.checkpoints.get(b!)];
    const [one, two] = [await loadCheckpoint(join(workspace.dir, first.path)), await loadCheckpoint(join(workspace.dir, second.path))];
    const id = `${first.id}+${second.id.split(".").at(-1)}@${alpha}`;
    const dir = join(workspace.dir, "checkpoints", id);
    const facts = { ...one.manifest, id, parents: [first.id, second.id], snapshot: null, training: { kind: "merge", alpha } };
    await saveCheckpoint(dir, facts, mergeWeights(one, two, alpha));
    workspace.checkpoints.add({ id, run: first.run, cycle: first.cycle, path: relative(workspace.dir, dir), parents: facts.parents, snapshot: null, scores: {} });
    say(`${id} made. Try it: flywheel evaluate --checkpoint ${id}`);
  });
}

function printLineage(workspace: Workspace, id: string, indent: string, seen: Set<string>, say: (line: string) => void, emit: (value: unknown) => void): void {
  const checkpoint = workspace.checkpoints.get(id);
  say(`${indent}${id} · ${checkpoint.status} · snapshot ${checkpoint.snapshot?.slice(0, 12) ?? "none"} · ${gateScore(workspace, checkpoint)}`);
  emit(checkpoint);
  if (seen.has(id)) return;
  seen.add(id);
  for (const parent of checkpoint.parents) printLineage(workspace, parent, `${indent}  `, seen, say, emit);
}

function gateScore(workspace: Workspace, { id, run }: Checkpoint): string {
  const last = workspace.evaluations.list(run).findLast((one) => one.checkpoint === id && one.purpose === "gate");
  return last === undefined ? "not evaluated" : `gate ${interval(last.summary)}`;
}

function interval(summary: unknown): string {
  const { estimate, low, high, n } = summary as { estimate: number; low: number; high: number; n: number };
  return `${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] n=${n}`;
}
