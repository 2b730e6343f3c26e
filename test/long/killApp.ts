/**
 * Kills the desktop app's parts with SIGKILL while a run turns, one after another: core, window (the process that draws the page), main.
 * `node test/long/killApp.ts --kills 12 --workspace DIR [--preset smoke] [--reference DIR]`; needs a display and Electron, as `npm run test:desktop`.
 * After each kill nothing that was committed may be gone; the window must come back by itself or with the next start, and offer to go on where the
 * run has stopped. `--reference`: workspace of the same run, never killed, to compare with at the end.
 * Out: one JSON line per kill and a summary. Exit status 1 when anything is wrong.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { _electron, type ElectronApplication, type Page } from "playwright";
import { connectCore, type CoreClient } from "../../app/coreClient.ts";
import { findCore } from "../../app/core/coreFile.ts";
import { buildShell } from "../../app/electron/build.ts";
import { buildPages } from "../../app/renderer/build.ts";
import { rng } from "../../env/random.ts";
import { descendantsOf, flywheel, isRunning } from "../app/flywheelProcess.ts";
import { differences, lostSince, traceStore } from "./storeTrace.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const VICTIMS = ["core", "window", "main"] as const;
/** How long what was killed may take to come back, and what it leaves behind to end, ms. */
const GRACE = 60_000;

export interface KilledApp {
  readonly victim: (typeof VICTIMS)[number];
  /** The stage of the run that it was killed in. */
  readonly stage: string;
  readonly problems: readonly string[];
}

export interface KillPlan {
  readonly dir: string;
  readonly kills: number;
  readonly start: Parameters<CoreClient["call"]["runs"]["start"]>[0];
  /** The longest time between going on and the kill, ms. */
  readonly longest: number;
}

/** Kills in turn; the run is over before, or goes on at the end without its app. */
export async function* killInTurn(plan: KillPlan): AsyncGenerator<KilledApp> {
  const user = mkdtempSync(join(tmpdir(), "flywheel-kill-"));
  let opened: Opened | null = null;
  try {
    for (let n = 0; n < plan.kills; n++) {
      opened ??= await open(plan.dir, user);
      const { core } = opened;
      const random = rng("kill app", n);
      const before = await core.call.runs.get({});
      if (before?.state === "finished") return;
      if (before === null) await core.call.runs.start(plan.start);
      else if (before.state !== "turning") await (await goOnButton(opened)).click();
      await within("the run turns", async () => ((await core.call.runs.get({}))?.state === "turning" ? true : null));
      await sleep(random.int(plan.longest));
      const victim = VICTIMS[n % VICTIMS.length]!;
      const { stage, problems } = await killOne(plan.dir, opened, victim);
      if (victim !== "window") opened = victim === "main" ? null : { ...opened, core: await coreOf(plan.dir) };
      yield { victim, stage, problems };
    }
  } finally {
    await opened?.app.close().catch(() => undefined);
    rmSync(user, { recursive: true, force: true, maxRetries: 10 });
  }
}

interface Opened {
  readonly app: ElectronApplication;
  readonly core: CoreClient;
}

async function open(dir: string, user: string): Promise<Opened> {
  const dist = process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? join(ROOT, "node_modules/electron/dist");
  const executablePath = join(dist, process.platform === "win32" ? "electron.exe" : "electron");
  const app = await _electron.launch({ executablePath, args: ["--no-sandbox", `--user-data-dir=${user}`, ROOT, "--workspace", dir] });
  return { app, core: await coreOf(dir) };
}

async function coreOf(dir: string): Promise<CoreClient> {
  return connectCore(await within("the core answers", () => findCore(dir)));
}

/** "reopening offers to go on": the button of the window's own page. */
async function goOnButton({ app }: Opened) {
  const page: Page = await within("a page is shown", async () => app.windows().find((one) => one.url().startsWith("http://127.0.0.1")) ?? null);
  const button = page.getByRole("button", { name: /^Go on/ });
  await button.waitFor({ timeout: GRACE });
  return button;
}

async function killOne(dir: string, opened: Opened, victim: KilledApp["victim"]): Promise<Pick<KilledApp, "stage" | "problems">> {
  const { app, core } = opened;
  const address = (await findCore(dir))!;
  const at = await core.call.runs.get({});
  const [left, before] = [descendantsOf(address.pid), await traceStore(dir)];
  const problems: string[] = [];
  switch (victim) {
    case "core":
      process.kill(address.pid, "SIGKILL");
      await core.closed;
      await within("another core answers", async () => ((await findCore(dir))?.pid === address.pid ? null : findCore(dir)));
      await goOnButton(opened).catch((error: unknown) => problems.push(`nothing offers to go on: ${String(error)}`));
      break;
    case "window":
      process.kill(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId()), "SIGKILL");
      await within("the page is drawn again", () => titleDrawn(app));
      if (!isRunning(address.pid)) problems.push("the core has ended with the window");
      break;
    case "main":
      app.process().kill("SIGKILL");
      await within("the core ends", async () => (isRunning(address.pid) ? null : true));
      break;
  }
  if (victim !== "window") await within("its processes end", async () => (left.some(({ pid }) => isRunning(pid)) ? null : true));
  const now = await traceStore(dir);
  problems.push(...now.integrity.filter((line) => line !== "ok"), ...lostSince(before, now), ...now.problems);
  return { stage: `${at?.cycle} ${at?.stage}`, problems };
}

/** The heading of the window's page, by another process than before. */
function titleDrawn(app: ElectronApplication): Promise<string | null> {
  return app.evaluate(async ({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    if (webContents.isCrashed() || webContents.isLoading()) return null;
    return (await webContents.executeJavaScript("document.querySelector('h1')?.textContent ?? null")) as string | null;
  });
}

/** Like `until` of the tests, but not for ever. */
async function within<Value>(what: string, look: () => Promise<Value | null>): Promise<Value> {
  for (const end = performance.now() + GRACE; performance.now() < end; await sleep(50)) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error(`${GRACE / 1000} s are over, and still not: ${what}`);
}

async function main(): Promise<boolean> {
  const { values: options } = parseArgs({
    options: {
      kills: { type: "string", default: "12" },
      preset: { type: "string", default: "smoke" },
      workspace: { type: "string", short: "w" },
      reference: { type: "string" },
    },
  });
  if (options.workspace === undefined) throw new Error("Name a folder with --workspace.");
  const dir = options.workspace;
  if (!existsSync(join(ROOT, "dist/renderer/index.html"))) await buildPages();
  await buildShell();
  let [kills, wrong] = [0, 0];
  const start = { preset: options.preset as "smoke" };
  for await (const { victim, stage, problems } of killInTurn({ dir, kills: Number(options.kills), start, longest: 12_000 })) {
    kills++;
    wrong += problems.length;
    process.stdout.write(`${JSON.stringify({ kill: kills, victim, stage, ok: problems.length === 0, problems })}\n`);
  }
  let differentFromReference: string[] | null = null;
  if (options.reference !== undefined) {
    // The command's run with the same preset is the same run.
    const { status, stderr } = await flywheel(["run", "--preset", options.preset, "--workspace", dir]);
    if (status !== 0) throw new Error(stderr);
    differentFromReference = differences(await traceStore(dir), await traceStore(options.reference));
  }
  const ok = wrong === 0 && (differentFromReference ?? []).length === 0;
  process.stdout.write(`${JSON.stringify({ summary: { kills, wrong, differentFromReference, ok } })}\n`);
  return ok;
}

if (import.meta.main) process.exitCode = (await main()) ? 0 : 1;
