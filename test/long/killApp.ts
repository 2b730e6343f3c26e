/**
 * Kills the desktop app's parts with SIGKILL while a run turns, one after another: core, window (the process that draws the page), main.
 * `node test/long/killApp.ts --kills 12 --workspace DIR [--preset smoke] [--reference DIR]`; needs a display and Electron, as `npm run test:desktop`.
 * After each kill nothing that was committed may be gone; the window must show the core's page again, by itself or with the next start, and that page
 * must offer to go on where the run has stopped. What the page offers is looked at in the browser of the tests, at the window's address: Electrons that
 * are older than the pages open them, but cannot draw them. `--reference`: workspace of the same run, never killed, to compare with at the end.
 * Out: one JSON line per kill and a summary. Exit status 1 when anything is wrong.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { _electron, type Browser, type ElectronApplication } from "playwright";
import { connectCore, type CoreClient } from "../../app/coreClient.ts";
import { entranceOf, findCore } from "../../app/core/coreFile.ts";
import { buildShell } from "../../app/electron/build.ts";
import { buildPages } from "../../app/renderer/build.ts";
import { launchBrowser } from "../../env/launch.ts";
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
  const browser = await launchBrowser({ resolveNames: true });
  let opened: Opened | null = null;
  try {
    for (let n = 0; n < plan.kills; n++) {
      opened ??= await open(plan.dir, user);
      const { core } = opened;
      const random = rng("kill app", n);
      const before = await core.call.runs.get({});
      if (before?.state === "finished") return;
      if (before === null) await core.call.runs.start(plan.start);
      else if (before.state !== "turning") await goOn(plan.dir, browser);
      await within("the run turns", async () => ((await core.call.runs.get({}))?.state === "turning" ? true : null));
      await sleep(random.int(plan.longest));
      const victim = VICTIMS[n % VICTIMS.length]!;
      const { stage, problems } = await killOne(plan.dir, opened, victim);
      if (victim !== "window") opened = victim === "main" ? null : { ...opened, core: await coreOf(plan.dir) };
      yield { victim, stage, problems };
    }
  } finally {
    await opened?.app.close().catch(() => undefined);
    await browser.close();
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

/** Presses what the page offers. */
async function goOn(dir: string, browser: Browser): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(entranceOf((await findCore(dir))!));
  await page.getByRole("button", { name: /^Go on/ }).click({ timeout: GRACE });
  await page
    .getByRole("button", { name: /^Pause/ })
    .first()
    .waitFor({ timeout: GRACE });
  await context.close();
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
      await within("the window shows the other core's page", () => drawn(app, dir));
      break;
    case "window":
      process.kill(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId()), "SIGKILL");
      await within("the page is there again", () => drawn(app, dir));
      if (!isRunning(address.pid)) problems.push("the core has ended with the window");
      break;
    case "main":
      app.process().kill("SIGKILL");
      await within("the core ends", async () => (isRunning(address.pid) ? null : true));
      break;
  }
  if (victim !== "window") await within("its processes end", async () => (left.some(({ pid }) => isRunning(pid)) ? null : true));
  const now = await traceStore(dir);
  problems.push(...now.integrity.filter((line) => line !== "ok"), ...lostSince(before, now, true), ...now.problems);
  return { stage: `${at?.cycle} ${at?.stage}`, problems };
}

/** True: the window has a living page of the core. */
async function drawn(app: ElectronApplication, dir: string): Promise<true | null> {
  const seen = await app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    return webContents.isCrashed() || webContents.isLoading() ? null : new URL(webContents.getURL()).origin;
  });
  return seen !== null && seen === (await findCore(dir))?.origin ? true : null;
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
