/**
 * Loads exports with their consumers' own code: `datasets`, TRL, LLaMA-Factory, ms-swift, verl, mlcroissant. Run: npm run test:loaders
 * Makes a Python environment once, in the user's cache folder; exports workspaces of the built-in agent, of a remote agent and of a person, and
 * one of drawn pictures that has every kind of row; runs one script per consumer and workspace. It skips, and says why, only where PyPI cannot
 * be reached.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { DialectId } from "../../agent/dialects/dialect.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { exportNow, fillWorkspace } from "../flywheel/export/exportFixtures.ts";
import { temporaryFolder, temporaryWorkspace } from "../flywheel/storeFixtures.ts";
import { pythonEnvironment } from "../pythonEnvironment.ts";
import { WORKSPACES } from "./workspaces.ts";

/** In this order: torch first, so that nothing that depends on it brings another build. */
const PACKAGES = [
  ["torch==2.13.0"],
  ["datasets==5.2.*", "transformers==5.23.*", "trl==1.16.*", "accelerate==1.15.*", "peft==0.21.*", "pillow"],
  ["--no-deps", "llamafactory==0.9.5", "ms-swift==4.6.*", "verl==0.9.1"],
  // What those three import before they read a row.
  ["ray", "tensordict==0.10.0", "omegaconf", "hydra-core", "codetiming", "dill", "torchdata", "websockets", "scipy", "einops", "modelscope"],
  ["addict", "attrdict", "json-repair", "dacite", "requests", "simplejson", "binpacking", "sentencepiece", "tiktoken", "zstandard", "aiohttp"],
  ["sortedcontainers", "fastapi", "uvicorn", "openai", "av", "fire", "tyro", "cachetools", "mlcroissant"],
] as const;

const SCRIPTS = ["trl_loader", "llamafactory_loader", "swift_loader", "verl_loader", "croissant_loader"] as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const failed: string[] = [];

const found = pythonEnvironment("loaders", PACKAGES, say);
if ("why" in found) say(`skipped: ${found.why}`);
else await all(found.python);

async function all(python: string): Promise<void> {
  using out = temporaryFolder();
  const pool = new EnvironmentPool(1);
  try {
    await using drawn = await temporaryWorkspace();
    await fillWorkspace(drawn);
    for (const dialect of ["qwen3-vl", "ui-tars-1.5"] as const) await load(python, drawn, dialect, out.path, `drawn pictures, ${dialect}`);
    for (const [name, make] of Object.entries(WORKSPACES)) await make(pool, (workspace) => load(python, workspace, "qwen3-vl", out.path, name));
  } finally {
    await pool.close();
  }
  say(failed.length === 0 ? "all loaders agree" : `failed: ${failed.join("; ")}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

async function load(python: string, workspace: Workspace, dialect: DialectId, out: string, name: string): Promise<void> {
  const folder = join(out, name.replaceAll(/\W+/g, "-"));
  const { episodes, files } = await exportNow(workspace, folder, { dialect, splitBy: "none" });
  say(`${name}: ${episodes.kept} of ${episodes.offered} episodes, ${files.reduce((sum, { rows }) => sum + (rows ?? 0), 0)} rows`);
  if (episodes.kept === 0 || episodes.kept < episodes.offered) failed.push(`${name}: episodes are missing from the export`);
  for (const script of SCRIPTS) {
    say(`${script} on ${name}`);
    const env = { ...process.env, HF_HUB_OFFLINE: "1", HF_DATASETS_CACHE: join(out, "cache"), TOKENIZERS_PARALLELISM: "false" };
    const { status, stdout, stderr } = spawnSync(python, [join(import.meta.dirname, `${script}.py`), folder], { encoding: "utf8", env });
    say(stdout.match(/^(?:ok|NO) .*$/gm)?.join("\n") ?? "nothing was checked");
    if (status === 0) continue;
    failed.push(`${script} on ${name}`);
    say(stderr.split("\n").slice(-25).join("\n"));
  }
}
