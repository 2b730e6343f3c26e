/** `flywheel doctor`: what this computer has, and (with --fix) installs the browser and upgrades the workspace. Out: one line per finding. */
import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { isWheelError, WheelError } from "../../env/errors.ts";
import { findBrowser, installBrowser } from "../../env/findBrowser.ts";
import { launchBrowser } from "../../env/launch.ts";
import { fontLikeArial, installFonts } from "../../env/systemFonts.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";
import { findPages } from "../../tasks/miniwob/pages.ts";
import { action } from "../context.ts";
import { examples } from "../options.ts";

interface Finding {
  readonly name: string;
  readonly detail: string;
  /** What is wrong, or null. */
  readonly problem: WheelError | null;
}

/** Least free space, in bytes, for a run and its browser. */
const ENOUGH_DISK = 2 ** 30;

/** Adds the command. */
export function doctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .description("check this computer and the workspace; --fix installs what is missing")
    .option("--fix", "find or install a browser and fonts, upgrade an older workspace");
  examples(command, "doctor", "doctor --fix");
  action<{ fix?: true }>(command, async ({ options, say, emit }) => {
    const fix = options.fix === true;
    if (fix) {
      installBrowser(say);
      installFonts(say);
    }
    const findings = [
      node(),
      machine(),
      await finding("browser", browser),
      { name: "fonts", detail: fonts(), problem: null },
      await finding("miniwob", suitePages),
      await finding("workspace", () => workspace(options.workspace, fix)),
    ];
    for (const { name, detail, problem } of findings) {
      say(`${problem === null ? "ok" : "no"}  ${name.padEnd(9)}  ${detail}`);
      emit({ name, ok: problem === null, detail });
    }
    const first = findings.find(({ problem }) => problem !== null);
    if (first !== undefined) throw first.problem;
  });
}

/** Runs a check; what it throws is what was found. */
async function finding(name: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { name, detail: await check(), problem: null };
  } catch (error) {
    if (!isWheelError(error)) throw error;
    return { name, detail: error.message, problem: error };
  }
}

function node(): Finding {
  const { node: version } = process.versions;
  const old = Number(version.split(".")[0]) < 24;
  const problem = old
    ? new WheelError("usage", `Node ${version} is too old.`, "Run `npm ci`, then use `npx flywheel` or the npm scripts: Node 24 comes with it.")
    : null;
  return { name: "Node", detail: version, problem };
}

function machine(): Finding {
  return {
    name: "computer",
    detail: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}-${process.arch}`,
    problem: null,
  };
}

async function browser(): Promise<string> {
  const found = findBrowser();
  if (found === null)
    throw new WheelError(
      "browser-missing",
      "No Chrome or Chromium was found.",
      "Run `flywheel doctor --fix` to install one, or set FLYWHEEL_BROWSER to its path.",
    );
  const open = await launchBrowser();
  const version = open.version();
  await open.close();
  return `Chromium ${version} at ${found.executablePath} (${found.source})`;
}

/** Pages of our own need none. */
function fonts(): string {
  const family = fontLikeArial();
  return family ?? "none with the metrics of Arial: pages of MiniWoB++ are laid out differently; install fonts-liberation";
}

/** Pages of a suite are optional; a wrong path to them is not. */
async function suitePages(): Promise<string> {
  const pages = findPages();
  return pages === null ? "no pages; `flywheel tasks miniwob --fetch` downloads them for the tasks miniwob/*" : `pages in ${pages.source}`;
}

/** Looks at the workspace, if there is one, and at the space left for it. */
async function workspace(dir: string, fix: boolean): Promise<string> {
  if (existsSync(dir) && !statSync(dir).isDirectory()) throw new WheelError("usage", `${dir} is not a folder.`, "Name a folder with --workspace.");
  const { bavail, bsize } = await statfs(existsSync(dir) ? dir : ".");
  if (bavail * bsize < ENOUGH_DISK) {
    throw new WheelError(
      "disk-full",
      `Only ${gigabytes(bavail * bsize)} are free for ${dir}.`,
      `Make room (${gigabytes(ENOUGH_DISK)}), or choose another folder with --workspace.`,
    );
  }
  if (!existsSync(join(dir, "flywheel.db"))) return `none in ${dir} yet; ${gigabytes(bavail * bsize)} free`;
  await using open = await openUpgraded(dir, fix);
  const [problem] = open.integrityCheck();
  if (problem !== "ok")
    throw new WheelError(
      "workspace-corrupt",
      `The database in ${dir} is damaged: ${problem}.`,
      "Restore the folder from a copy, or start a new one with --workspace.",
    );
  return `${dir} is sound: ${open.runs.list().length} runs, ${open.checkpoints.list().length} checkpoints; ${gigabytes(bavail * bsize)} free`;
}

/** Opens for reading, so a wheel may be turning meanwhile; an older schema is upgraded when asked for. */
async function openUpgraded(dir: string, fix: boolean): Promise<Workspace> {
  try {
    return await openWorkspace(dir, { readOnly: true });
  } catch (error) {
    if (fix && isWheelError(error, "usage")) return openWorkspace(dir);
    throw error;
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
