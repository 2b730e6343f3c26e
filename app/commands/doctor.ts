/** `flywheel doctor`: what this machine has, and (with --fix) installs the browser. Out: one line per finding. */
import { totalmem, cpus } from "node:os";
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { findBrowser, installBrowser } from "../../env/findBrowser.ts";
import { launchBrowser } from "../../env/launch.ts";
import { action } from "../context.ts";

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Adds the command. */
export function doctorCommand(program: Command): void {
  const command = program.command("doctor").description("check this computer; --fix installs what is missing").option("--fix", "find or install a browser", false);
  action<{ fix: boolean }>(command, async ({ options, say, emit }) => {
    if (options.fix) installBrowser(say);
    const findings = [node(), machine(), await browser()];
    for (const finding of findings) {
      say(`${finding.ok ? "ok " : "no "} ${finding.name}: ${finding.detail}`);
      emit(finding);
    }
    const missing = findings.find(({ ok }) => !ok);
    if (missing !== undefined) throw new WheelError("browser-missing", `${missing.name}: ${missing.detail}`, "Run `npx flywheel doctor --fix`, or set FLYWHEEL_BROWSER to a Chrome or Chromium.");
  });
}

function node(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  return { name: "Node", ok: major >= 24, detail: `${process.versions.node}${major >= 24 ? "" : " (24 comes with `npm ci`; use `npx flywheel` or npm scripts)"}` };
}

function machine(): Finding {
  return { name: "machine", ok: true, detail: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}-${process.arch}` };
}

async function browser(): Promise<Finding> {
  const found = findBrowser();
  if (found === null) return { name: "browser", ok: false, detail: "none found" };
  const open = await launchBrowser();
  const version = open.version();
  await open.close();
  return { name: "browser", ok: true, detail: `Chromium ${version} at ${found.executablePath} (${found.source})` };
}
