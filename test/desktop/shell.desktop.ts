/** The shell in a real Electron: window, core killed and restarted, second instance, dialogs, quitting while something runs; and each point of its security. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { _electron, type ElectronApplication, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectCore } from "../../app/coreClient.ts";
import { findCore } from "../../app/core/coreFile.ts";
import { buildShell } from "../../app/electron/build.ts";
import { isRunning } from "../app/flywheelProcess.ts";
import { until } from "../app/openCore.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env["ELECTRON_OVERRIDE_DIST_PATH"] ?? join(ROOT, "node_modules/electron/dist");
const binary = join(dist, process.platform === "win32" ? "electron.exe" : "electron");
const folder = mkdtempSync(join(tmpdir(), "flywheel-desktop-"));
const [workspace, user] = [join(folder, "ws"), join(folder, "user")];
const args = ["--no-sandbox", `--user-data-dir=${user}`, ROOT, "--workspace", workspace];

let app: ElectronApplication;
let page: Page;

/** Waits for the core's page in the window. */
async function shown(): Promise<Page> {
  return until(async () => app.windows().find((one) => one.url().startsWith("http://127.0.0.1")) ?? null);
}

const corePid = (): number => (JSON.parse(readFileSync(join(workspace, "core.json"), "utf8")) as { pid: number }).pid;

beforeAll(async () => {
  if (!existsSync(binary)) throw new Error(`There is no Electron at ${binary}: set ELECTRON_OVERRIDE_DIST_PATH, or run npx install-electron.`);
  await buildShell();
  app = await _electron.launch({ executablePath: binary, args });
  page = await shown();
});

afterAll(async () => {
  await app.close().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

test("a window shows the core's page, without the token in its address", async () => {
  await page.waitForLoadState();
  expect(page.url()).not.toContain("token");
  expect(await page.title()).toBe("GUI Flywheel");
});

describe("security", () => {
  test("the page is sandboxed, isolated, without Node, with web security", async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false });
    expect(preferences["allowRunningInsecureContent"] ?? false).toBe(false);
    expect(preferences["experimentalFeatures"] ?? false).toBe(false);
    expect(
      await page.evaluate(() => [typeof (globalThis as any).require, typeof (globalThis as any).process, typeof (globalThis as any).module]),
    ).toEqual(["undefined", "undefined", "undefined"]);
  });

  test("the page gets a handful of functions and no way to the sender of a message", async () => {
    const keys = await page.evaluate(() => Object.keys((globalThis as any).flywheelShell));
    expect(keys.toSorted()).toEqual([
      "chooseFile",
      "chooseFolder",
      "chooseSaveFile",
      "forgetKey",
      "keepKey",
      "keychainState",
      "onCommand",
      "openWorkspace",
      "platform",
      "reveal",
    ]);
    await page.evaluate(() => {
      (globalThis as any).heard = new Promise((resolve) => (globalThis as any).flywheelShell.onCommand((...all: unknown[]) => resolve(all)));
    });
    await app.evaluate(({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById("go.home")!.click());
    expect(await page.evaluate(() => (globalThis as any).heard)).toEqual(["go.home"]);
  });

  test("its policy allows nothing inline and nothing foreign", async () => {
    const answer = await page.reload();
    const policy = answer!.headers()["content-security-policy"]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(
      await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "globalThis.broken = true";
        document.head.append(script);
        return (globalThis as any).broken;
      }),
    ).toBeUndefined();
  });

  test("it cannot leave for another page, nor open a window", async () => {
    const before = page.url();
    await page.evaluate(() => void (location.href = "http://127.0.0.1:1/"));
    await page.evaluate(() => void (location.href = "file:///etc/hostname"));
    expect(await page.evaluate(() => window.open("http://example.org/"))).toBeNull();
    expect([page.url(), app.windows().length]).toEqual([before, 1]);
  });

  test("it gets no permission but to copy", async () => {
    const state = await page.evaluate(async () => (await navigator.permissions.query({ name: "geolocation" })).state);
    expect(state).toBe("denied");
    expect(await page.evaluate(() => Notification.requestPermission())).toBe("denied");
    await expect(page.evaluate(() => navigator.mediaDevices.getUserMedia({ audio: true }))).rejects.toThrow();
  });

  test("a message from any other page is refused", async () => {
    const site = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<title>other</title>"));
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    const { port } = site.address() as AddressInfo;
    const refused = await app.evaluate(
      async ({ BrowserWindow }, [preload, url]) => {
        const other = new BrowserWindow({ show: false, webPreferences: { preload: preload!, sandbox: true, contextIsolation: true } });
        await other.loadURL(url!);
        const said = await other.webContents.executeJavaScript("flywheelShell.reveal('/etc').then(() => 'allowed', (error) => error.message)");
        other.destroy();
        return String(said);
      },
      [join(ROOT, "dist/electron/preload.cjs"), `http://127.0.0.1:${port}/`],
    );
    site.close();
    expect(refused).toContain("This page may not ask.");
  });

  test("the token lies in no file of the browser", async () => {
    const { token } = (await findCore(workspace))!;
    await app.evaluate(({ session }) => session.fromPartition("flywheel").cookies.flushStore());
    expect(spawnSync("grep", ["-rlF", "-e", token, user], { encoding: "utf8" }).stdout).toBe("");
  });
});

describe("keys of model servers", () => {
  const KEY = "sk-planted-secret-of-the-desktop";
  const shell = (call: "keepKey" | "forgetKey" | "keychainState", ...given: string[]): Promise<{ kind: string }> =>
    page.evaluate(([name, values]) => (globalThis as any).flywheelShell[name](...values), [call, given] as const);
  /** Files below these folders that hold the key as it is. */
  const holders = (): string => spawnSync("grep", ["-rlF", "-e", KEY, user, workspace], { encoding: "utf8" }).stdout;

  test("a key goes to the core for its server only, and lies in no file as it is; without a keyring it is not written at all", async () => {
    const core = await connectCore((await findCore(workspace))!);
    const agent = { model: "m", dialect: "flywheel-json" };
    await core.call.agents.put({ ...agent, name: "mine", baseUrl: "https://models.example/v1", keyVariable: "NOT_SET_ANYWHERE" });
    await core.call.agents.put({ ...agent, name: "other", baseUrl: "https://other.example/v1" });
    const places = async (): Promise<string> => (await core.call.agents.list()).map(({ key }) => key).join();
    expect(await places()).toBe("missing,none");
    const state = await shell("keychainState");
    const kept = await shell("keepKey", "https://models.example/v1", KEY);
    expect([state.kind, kept.kind]).toEqual(state.kind === "keychain" ? ["keychain", "kept"] : ["no-keychain", "until-closed"]);
    await until(async () => ((await places()) === "keychain,none" ? true : null));
    expect(holders()).toBe("");
    expect(existsSync(join(user, "keys.json"))).toBe(state.kind === "keychain");
    expect(JSON.stringify(await core.call.agents.list())).not.toContain(KEY);
    await shell("forgetKey", "https://models.example/v1");
    await until(async () => ((await places()) === "missing,none" ? true : null));
    await core[Symbol.asyncDispose]();
  });

  test("a core that was killed gets the keys again when it is started again", async () => {
    await shell("keepKey", "https://models.example", KEY);
    const pid = corePid();
    process.kill(pid, "SIGKILL");
    await until(async () => (existsSync(join(workspace, "core.json")) && corePid() !== pid ? true : null));
    page = await shown();
    const core = await connectCore((await findCore(workspace))!);
    await until(async () => ((await core.call.agents.list())[0]!.key === "keychain" ? true : null));
    await core[Symbol.asyncDispose]();
  });
});

test("native dialogs answer the page", async () => {
  await app.evaluate(({ dialog }) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: ["/chosen/folder"] });
    dialog.showSaveDialog = async () => ({ canceled: true, filePath: "" });
  });
  expect(await page.evaluate(() => (globalThis as any).flywheelShell.chooseFolder("Export to"))).toBe("/chosen/folder");
  expect(await page.evaluate(() => (globalThis as any).flywheelShell.chooseSaveFile("Save", "a.html"))).toBeNull();
});

test("the menu has a key for every page", async () => {
  const keys = await app.evaluate(({ Menu }) =>
    Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items.map(({ id, accelerator }) => [id, accelerator]) ?? []),
  );
  for (const id of ["go.home", "go.sessions", "go.episodes", "go.tasks", "go.datasets", "go.checkpoints", "session.new", "workspace.open", "palette"])
    expect(keys.find(([name]) => name === id)?.[1], id).toMatch(/^(CmdOrCtrl|Alt)\+/);
});

test("a session runs in the core behind the window", async () => {
  const core = await connectCore((await findCore(workspace))!);
  const { ids } = await core.call.sessions.start({
    what: { kind: "task", task: "click-text" },
    agent: { kind: "scripted", name: "oracle" },
    ask: { kind: "never" },
  });
  const session = await until(async () => {
    const view = await core.call.sessions.get({ id: ids[0]! });
    return view.state === "ended" ? view : null;
  });
  expect(session.verdict).toBe("pass");
  await core[Symbol.asyncDispose]();
});

test("a killed core is said to have stopped and is started again, on the same page", async () => {
  const [pid, title] = [corePid(), page.waitForFunction(() => document.title.includes("stopped"))];
  process.kill(pid, "SIGKILL");
  await title;
  page = await shown();
  await page.waitForLoadState();
  expect(corePid()).not.toBe(pid);
  const core = await connectCore((await findCore(workspace))!);
  expect((await core.call.episodes.list({ filter: {} })).count).toBe(1);
  await core[Symbol.asyncDispose]();
});

test("a second start shows the first window and ends", async () => {
  const second = spawn(binary, args, { stdio: "ignore" });
  expect(await new Promise((resolve) => second.once("exit", resolve))).toBe(0);
  expect(app.windows()).toHaveLength(1);
});

test("the window comes back where it was", async () => {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setBounds({ x: 40, y: 30, width: 900, height: 640 }));
  await quit();
  app = await _electron.launch({ executablePath: binary, args: args.slice(0, -2) });
  page = await shown();
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds())).toMatchObject({ width: 900, height: 640 });
});

test("closing while something runs asks; going on keeps the core, a second start brings the window back, and stopping stops it after its step", async () => {
  const core = await connectCore((await findCore(workspace))!);
  const { ids } = await core.call.sessions.start({
    what: { kind: "task", task: "log-in" },
    agent: { kind: "scripted", name: "oracle" },
    mode: "step",
  });
  await until(async () => ((await core.call.sessions.get({ id: ids[0]! })).state === "asking" ? true : null));
  await app.evaluate(({ dialog, BrowserWindow }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
    BrowserWindow.getAllWindows()[0]!.close();
  });
  await until(async () => (app.windows().length === 0 ? true : null));
  expect((await core.call.sessions.get({ id: ids[0]! })).state).toBe("asking");
  spawn(binary, args, { stdio: "ignore" });
  page = await shown();
  const pid = corePid();
  await app.evaluate(({ dialog, app: shell }) => {
    dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false });
    shell.quit();
  });
  await until(async () => (isRunning(pid) ? null : true));
  await core.closed;
  expect(existsSync(join(workspace, "core.json"))).toBe(false);
});

async function quit(): Promise<void> {
  const ended = new Promise((resolve) => app.process().once("exit", resolve));
  await app.evaluate(({ app: shell }) => shell.quit()).catch(() => undefined);
  await ended;
}
