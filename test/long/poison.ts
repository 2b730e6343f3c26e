/**
 * What became of a poisoned run, and whether withdrawing the poison restores the data:
 * `node test/long/poison.ts --workspace DIR` (of a finished `flywheel run --poison CYCLE:SHARE`; verdicts in it are changed, so name a copy).
 * Out: JSON lines: the flipped episodes by route and rejecting check, gate and monitor by cycle, success by cycle, hashes. Exit status 1 when
 * a snapshot built again is another one.
 */
import { parseArgs } from "node:util";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { storedConfig } from "../../flywheel/config.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import { DEFAULT_ROUTING } from "../../flywheel/route.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";

const { values: options } = parseArgs({ options: { workspace: { type: "string", short: "w" } } });
if (options.workspace === undefined) throw new Error("Name a copy of the workspace with --workspace.");
await using workspace = await openWorkspace(options.workspace, {});
const run = workspace.runs.list().at(-1)!;
const { poison, ...controls } = storedConfig(run).controls;
if (poison === null) throw new Error(`Run ${run.id} was not poisoned.`);

const flipped = workspace.episodes.list({ run: run.id }).filter(({ id }) => isPoisoned(workspace, id));
print({
  run: run.id,
  poison,
  controls,
  flipped: flipped.length,
  routes: count(flipped.map(({ route }) => route ?? "none")),
  rejectedBy: rejections(),
});
for (const { cycle, stage, result } of workspace.stages.list(run.id)) if (/^(poison|decide|watch)$/.test(stage)) print({ cycle, stage, result });
for (const { checkpoint, purpose, cycle, summary } of workspace.evaluations.list(run.id)) {
  const { episodes: _, ...success } = summary as Record<string, unknown>;
  print({ checkpoint, purpose, cycle, ...success });
}

const recorded = (
  workspace.stages.list(run.id).find(({ cycle, stage }) => cycle === poison.cycle && stage === "snapshot sft")!.result as { hash: string }
).hash;
const poisoned = snapshot();
withdraw();
const clean = snapshot();
for (const { id, verifier } of flipped) {
  const verdict = { verdict: "pass", reason: "flipped again", evidence: null, rewardRaw: 1, verifier: verifier ?? "", triage: null } as const;
  workspace.verdicts.add(id, verdict, { source: "poison-test", routing: true });
}
const again = snapshot();
withdraw();
const cleanAgain = snapshot();
const ok = poisoned === recorded && again === recorded && clean !== recorded && cleanAgain === clean;
print({ recorded, poisoned, clean, again, cleanAgain, ok });
process.exitCode = ok ? 0 : 1;

/** Routes by the verdicts there are now, and builds the snapshot that the poisoned cycle was trained on. */
function snapshot(): string {
  routeEpisodes(workspace, { run: run.id, config: DEFAULT_ROUTING, again: true });
  return buildSnapshot(workspace, { run: run.id, cycle: poison!.cycle, stage: "sft" }).hash;
}

function withdraw(): void {
  for (const id of workspace.verdicts.from("poison-test")) workspace.verdicts.withdraw(id, "end of the test");
}

function isPoisoned({ verdicts }: Workspace, episode: string): boolean {
  return verdicts.of(episode).some(({ source }) => source === "poison-test");
}

/** How many flipped episodes each check turned away. */
function rejections(): Record<string, number> {
  return count(flipped.flatMap(({ id }) => workspace.filterChecks.of(id).flatMap(({ check, passed }) => (passed ? [] : [check]))));
}

function count(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, own]) => [name, own.length]));
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
