/**
 * The tour and what it is without each of its parts: `node test/long/controls.ts --workspaces DIR [--seeds 1,2,3] [--only no-ct,no-rl]`.
 * Runs `flywheel run --preset tour` for every seed, then every control with the same seed and the tour's requests. What each run found is kept
 * in `test/long/results`; what is there already is not run again, and a run that was stopped goes on. About nine minutes a run on two idle cores.
 * Results of earlier networks are kept in folders of their names.
 * Out: the files, and at the end what `flywheel compare` says of them.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const CONTROLS = ["demos-only", "frozen-actor", "no-filter", "no-ct", "no-rl", "no-requests"] as const;
const CLI = fileURLToPath(new URL("../../app/cli.ts", import.meta.url));
const RESULTS = fileURLToPath(new URL("results", import.meta.url));

const { values: options } = parseArgs({
  options: {
    workspaces: { type: "string" },
    seeds: { type: "string", default: "1,2,3" },
    only: { type: "string", default: CONTROLS.join(",") },
  },
});
if (options.workspaces === undefined) throw new Error("Name a folder with --workspaces.");
const folder = options.workspaces;
const seeds = options.seeds.split(",");
const controls = options.only.split(",").filter((name) => name !== "");

/** Throws when the command does not end well, also because it was interrupted. */
async function flywheel(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: "inherit" });
  const stop = (): void => void child.kill("SIGINT");
  process.on("SIGINT", stop);
  const status = await new Promise((resolve) => child.on("exit", resolve));
  process.off("SIGINT", stop);
  if (status !== 0) throw new Error(`flywheel ${args.join(" ")} ended with ${String(status)}.`);
}

const fileOf = (name: string): string => join(RESULTS, `${name}.json`);

async function keep(name: string, ...args: readonly string[]): Promise<void> {
  if (existsSync(fileOf(name))) return;
  const workspace = join(folder, name);
  await flywheel("run", "--preset", "tour", "-w", workspace, ...args);
  await flywheel("results", "-w", workspace, "--out", fileOf(name));
}

mkdirSync(RESULTS, { recursive: true });
for (const seed of seeds) await keep(`s${seed}`, "--seed", seed);
for (const control of controls) {
  for (const seed of seeds) await keep(`s${seed}-${control}`, "--seed", seed, `--${control}`, "--reference", fileOf(`s${seed}`));
}
const names = seeds.flatMap((seed) => [`s${seed}`, ...controls.map((control) => `s${seed}-${control}`)]);
if (controls.length > 0) await flywheel("compare", ...names.map(fileOf));
