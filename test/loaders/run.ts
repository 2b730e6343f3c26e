/**
 * Loads an export with its consumers' own code: `datasets`, TRL, LLaMA-Factory, ms-swift, verl, mlcroissant. Run: npm run test:loaders
 * Makes a Python environment once, in the user's cache folder; exports a small workspace of an agent's and a person's episodes; runs one script per
 * consumer. It skips, and says why, only where PyPI cannot be reached.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { exportNow, fillWorkspace } from "../flywheel/export/exportFixtures.ts";
import { temporaryFolder, temporaryWorkspace } from "../flywheel/storeFixtures.ts";
import { pythonEnvironment } from "../pythonEnvironment.ts";

/** In this order: torch first, so that nothing that depends on it brings another build. */
const PACKAGES = [
  ["torch==2.13.0"],
  ["datasets==5.2.*", "transformers==5.23.*", "trl==1.16.*", "accelerate==1.15.*", "peft==0.21.*", "pillow"],
  ["--no-deps", "llamafactory==0.9.5", "ms-swift==4.6.*", "verl==0.9.1"],
  // What those three import before they read a row.
  ["ray", "tensordict==0.10.0", "omegaconf", "hydra-core", "codetiming", "dill", "torchdata", "websockets", "scipy", "einops", "modelscope"],
  ["addict", "attrdict", "json-repair", "dacite", "requests", "simplejson", "binpacking", "sentencepiece", "tiktoken", "zstandard", "aiohttp"],
  ["sortedcontainers", "fastapi", "openai", "av", "fire", "tyro", "cachetools", "mlcroissant"],
] as const;

const SCRIPTS = ["trl_loader", "llamafactory_loader", "swift_loader", "verl_loader", "croissant_loader"] as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const found = pythonEnvironment("loaders", PACKAGES, say);
if ("why" in found) {
  say(`skipped: ${found.why}`);
  process.exit(0);
}
await using workspace = await temporaryWorkspace();
using out = temporaryFolder();
await fillWorkspace(workspace);
const failed: string[] = [];
for (const dialect of ["qwen3-vl", "ui-tars-1.5"] as const) {
  const folder = join(out.path, dialect);
  await exportNow(workspace, folder, { dialect, splitBy: "none" });
  for (const script of SCRIPTS) {
    say(`${script} on ${dialect}`);
    const env = { ...process.env, HF_HUB_OFFLINE: "1", HF_DATASETS_CACHE: join(out.path, "cache"), TOKENIZERS_PARALLELISM: "false" };
    const run = spawnSync(found.python, [join(import.meta.dirname, `${script}.py`), folder], { encoding: "utf8", env });
    say(
      run.stdout
        .split("\n")
        .filter((line) => /^(ok|NO) /.test(line))
        .join("\n"),
    );
    if (run.status === 0) continue;
    failed.push(`${script} on ${dialect}`);
    say(run.stderr.split("\n").slice(-25).join("\n"));
  }
}
say(failed.length === 0 ? "all loaders agree" : `failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
