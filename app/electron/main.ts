/**
 * The desktop shell: one window on one core. It starts and watches the core, has the menu bar, dialogs, notifications and taskbar progress, and
 * knows nothing of episodes. In: the command line (`--workspace DIR`). Out: a window. CommonJS once built, so that every Electron can load it.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { app, BrowserWindow, dialog, ipcMain, Menu, Notification, safeStorage, screen, session, shell, type IpcMainInvokeEvent } from "electron";
import { CoreProcess, type Address, type CoreEvent, type Program } from "./coreProcess.ts";
import { Keychain } from "./keychain.ts";
import { buildMenu } from "./menu.ts";
import { safeCipher } from "./safeCipher.ts";
import { denyPermissions, isTrusted, lockDown } from "./security.ts";
import { CHANNELS, type KeychainState, type KeyKept } from "./shellApi.ts";
import { waitingPage } from "./waiting.ts";
import { onScreen, readState, writeState } from "./windowState.ts";

/** The core, or the page's process, may die so often in so long before it is left alone, ms. */
const [DEATHS, IN] = [3, 60_000];

let window: BrowserWindow | null = null;
let core: CoreProcess | null = null;
let address: Address | null = null;
let jobs: Extract<CoreEvent, { event: "jobs" }> = { event: "jobs", running: 0, fraction: null, whenClosing: "ask" };
let quitting = false;
const keychain = new Keychain(app.getPath("userData"), safeCipher(safeStorage));
/** When the core died, newest last, and when the page's process did. */
let deaths: readonly number[] = [];
let pageDeaths: readonly number[] = [];
/** The page that was shown when the core died. */
let lastPath = "/";

const origin = (): string => address?.origin ?? "";

// Chromium reorders the arguments that a second start hands over, so what it asked for is sent as data.
if (!app.requestSingleInstanceLock({ workspace: workspaceIn(process.argv) })) app.exit(0);
else start();

function start(): void {
  lockDown(origin);
  app.on("second-instance", (_, __, ___, data) => {
    const asked = (data as { workspace?: unknown } | null)?.workspace;
    if (typeof asked === "string" && asked !== core?.dir) void openWorkspace(asked);
    showWindow();
  });
  app.on("window-all-closed", () => undefined);
  app.on("activate", showWindow);
  app.on("before-quit", (event) => {
    if (quitting) return;
    event.preventDefault();
    void quit();
  });
  handleCalls();
  void app.whenReady().then(async () => {
    denyPermissions(session.fromPartition(PARTITION));
    Menu.setApplicationMenu(
      buildMenu({
        send: (command) => window?.webContents.send(CHANNELS.command, command),
        openWorkspace: () => void chooseWorkspace(),
        revealWorkspace: () => core !== null && shell.showItemInFolder(join(core.dir, "flywheel.db")),
        openInBrowser: () => address !== null && void shell.openExternal(`${address.origin}/?token=${address.token}`),
        reload: () => void reload(),
      }),
    );
    await openWorkspace(workspaceIn(process.argv) ?? readState(app.getPath("userData")).workspace ?? defaultWorkspace());
  });
}

/** Kept in memory: the token is in no file of the browser. */
const PARTITION = "flywheel";

function workspaceIn(args: readonly string[]): string | null {
  const at = args.findIndex((arg) => arg === "--workspace" || arg.startsWith("--workspace="));
  if (at < 0) return null;
  const value = args[at]!.includes("=") ? args[at]!.slice(args[at]!.indexOf("=") + 1) : args[at + 1];
  return value === undefined || value === "" ? null : resolve(value);
}

function defaultWorkspace(): string {
  return app.isPackaged ? join(app.getPath("documents"), "GUI Flywheel") : resolve("workspace");
}

/** Beside the packaged app, or in the project's folder; the Node binary is the one that was installed with it. */
function program(): Program {
  const packaged = join(process.resourcesPath, "core");
  const root = existsSync(join(packaged, "package.json")) ? packaged : resolve(__dirname, "../..");
  const node = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
  return { node, cli: join(root, "app/cli.ts") };
}

async function openWorkspace(dir: string): Promise<void> {
  await core?.stop();
  address = null;
  deaths = [];
  lastPath = "/";
  core = new CoreProcess(dir, program(), { onEvent: hear, onLost: (words) => void restart(words) });
  saveState();
  showWindow();
  await load();
}

/** Starts the core and shows its page. */
async function load(): Promise<void> {
  try {
    address = await core!.start();
    await giveKeys();
  } catch (error) {
    const text = "Choose another workspace in the File menu, or mend what is said here and reload.";
    return show(waitingPage("The core did not start", text, error instanceof Error ? error.message : String(error)));
  }
  show(entrance(address));
}

/** The page that was shown last, and the way in. */
function entrance({ origin: at, token }: Address): string {
  return `${at}${lastPath}${lastPath.includes("?") ? "&" : "?"}token=${token}`;
}

async function giveKeys(): Promise<void> {
  if (core?.isOwn === true) core.giveKeys(await keychain.all());
}

const FOREIGN_CORE = "The core was started elsewhere (flywheel serve), so it takes keys from its own environment only.";

async function keychainState(): Promise<KeychainState> {
  if (core?.isOwn !== true) return { kind: "foreign-core", why: FOREIGN_CORE };
  const why = await keychain.problem();
  return why === null ? { kind: "keychain" } : { kind: "no-keychain", why };
}

async function keepKey(server: string, key: string): Promise<KeyKept> {
  if (core?.isOwn !== true) return { kind: "refused", words: FOREIGN_CORE };
  const kept = await keychain.keep(server, key);
  await giveKeys();
  return kept;
}

async function forgetKey(server: string): Promise<void> {
  keychain.forget(server);
  await giveKeys();
}

async function restart(words: string): Promise<void> {
  lastPath = pathShown() ?? lastPath;
  address = null;
  hear({ ...jobs, running: 0, fraction: null });
  deaths = withNow(deaths);
  if (deaths.length > DEATHS) {
    const text = "It stopped several times in a row and is left alone now. Nothing that was committed is lost. Reload to try again.";
    return show(waitingPage("The core stopped", text, words));
  }
  show(waitingPage("The core stopped and is started again", "Nothing that was committed is lost; a run can go on where it stopped."));
  await load();
}

/** The process that draws the page died: the page is opened again where it was. What runs, runs in the core and goes on. */
function reopenPage(reason: string): void {
  lastPath = pathShown() ?? lastPath;
  pageDeaths = withNow(pageDeaths);
  if (address === null) return;
  if (pageDeaths.length <= DEATHS) return show(entrance(address));
  const text = "It stopped several times in a row and is left alone now. What runs goes on without it. Reload to try again.";
  show(waitingPage("The page stopped", text, reason));
}

/** Where no page of the core is shown, everything is tried again. */
async function reload(): Promise<void> {
  if (address !== null && pathShown() !== null) return window?.webContents.reload();
  [deaths, pageDeaths] = [[], []];
  if (address !== null) return show(entrance(address));
  show(waitingPage("GUI Flywheel", "The core is starting."));
  await load();
}

function withNow(times: readonly number[]): number[] {
  const now = Date.now();
  return [...times.filter((at) => now - at < IN), now];
}

function pathShown(): string | null {
  try {
    const url = new URL(window?.webContents.getURL() ?? "");
    return url.origin === origin() ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}

function show(url: string): void {
  // A page that is replaced while it loads says so as an error.
  window?.loadURL(url).catch(() => undefined);
}

function showWindow(): void {
  if (window !== null) {
    if (window.isMinimized()) window.restore();
    window.show();
    return window.focus();
  }
  const { bounds, maximised } = readState(app.getPath("userData"));
  const place = onScreen(
    bounds,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );
  window = new BrowserWindow({
    width: 1440,
    height: 900,
    ...place,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: "GUI Flywheel",
    icon: join(__dirname, "icon.png"),
    webPreferences: {
      preload: join(__dirname, "preload.cjs"),
      partition: PARTITION,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
    },
  });
  if (maximised) window.maximize();
  window.once("ready-to-show", () => window?.show());
  window.on("close", (event) => {
    saveState();
    if (quitting || jobs.running === 0) return;
    event.preventDefault();
    void closeWindow();
  });
  window.webContents.on("render-process-gone", (_, { reason }) => {
    if (!quitting && reason !== "clean-exit") reopenPage(reason);
  });
  window.on("closed", () => {
    window = null;
    // Without a window and without work there is nothing left to do.
    if (!quitting && jobs.running === 0) app.quit();
  });
  show(address === null ? waitingPage("GUI Flywheel", "The core is starting.") : entrance(address));
}

function saveState(): void {
  const bounds = window === null ? readState(app.getPath("userData")).bounds : window.getNormalBounds();
  writeState(app.getPath("userData"), { bounds, maximised: window?.isMaximized() ?? false, workspace: core?.dir ?? null });
}

type Closing = "go on" | "stop" | "cancel";

/** What becomes of running jobs; people are asked unless they have said it for good in the settings. */
async function whatAboutJobs(): Promise<Closing> {
  if (jobs.whenClosing !== "ask") return jobs.whenClosing;
  const choices: readonly Closing[] = ["go on", "stop", "cancel"];
  const options = {
    type: "question" as const,
    buttons: ["Go on without a window", "Stop and quit", "Cancel"],
    defaultId: 0,
    cancelId: 2,
    message: jobs.running === 1 ? "One job is running." : `${jobs.running} jobs are running.`,
    detail: "Stopped jobs go on where they stopped when they are started again. Jobs that go on end the program when they are done.",
  };
  const { response } = window === null ? await dialog.showMessageBox(options) : await dialog.showMessageBox(window, options);
  return choices[response] ?? "cancel";
}

async function closeWindow(): Promise<void> {
  const choice = await whatAboutJobs();
  if (choice === "go on") window?.destroy();
  if (choice === "stop") await quitNow();
}

async function quit(): Promise<void> {
  const choice = jobs.running === 0 ? "stop" : await whatAboutJobs();
  if (choice === "go on") window?.destroy();
  if (choice === "stop") await quitNow();
}

async function quitNow(): Promise<void> {
  saveState();
  quitting = true;
  await core?.stop();
  app.quit();
}

/** What the core tells: progress for the taskbar, notifications for who looks elsewhere. */
function hear(event: CoreEvent): void {
  if (event.event === "notify") {
    if (Notification.isSupported() && window?.isFocused() !== true) {
      const notification = new Notification({ title: event.title, body: event.body });
      notification.on("click", showWindow);
      notification.show();
    }
    return;
  }
  jobs = event;
  window?.setProgressBar(event.running === 0 ? -1 : (event.fraction ?? 2));
  if (event.running === 0 && window === null && !quitting) void quitNow();
}

async function chooseWorkspace(): Promise<void> {
  const folder = await openDialog("Open a workspace", ["openDirectory", "createDirectory"]);
  if (folder !== null) await openWorkspace(folder);
}

type Property = "openFile" | "openDirectory" | "createDirectory";

async function openDialog(title: string, properties: Property[], endings: readonly string[] = []): Promise<string | null> {
  const filters = endings.length === 0 ? [] : [{ name: endings.join(", "), extensions: [...endings] }];
  const options = { title, properties, filters };
  const { filePaths } = window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
  return filePaths[0] ?? null;
}

/** Every call is refused unless it comes from the main frame of the core's own page; what it brings is text and nothing else. */
function handleCalls(): void {
  const handle = (channel: string, work: (...values: readonly string[]) => unknown): void =>
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...values: unknown[]) => {
      if (!isTrusted(event, origin)) throw new Error("This page may not ask.");
      return work(...values.flat().map((value) => String(value).slice(0, 4000)));
    });
  handle(CHANNELS.chooseFolder, (title = "") => openDialog(title, ["openDirectory", "createDirectory"]));
  handle(CHANNELS.chooseFile, (title = "", ...endings) =>
    openDialog(
      title,
      ["openFile"],
      endings.filter((one) => /^\w{1,12}$/.test(one)),
    ),
  );
  handle(CHANNELS.chooseSaveFile, async (title = "", name = "") => {
    const options = { title, defaultPath: name };
    const { filePath } = window === null ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
    return filePath === "" ? null : filePath;
  });
  handle(CHANNELS.reveal, (path = "") => existsSync(path) && shell.showItemInFolder(resolve(path)));
  handle(CHANNELS.openWorkspace, chooseWorkspace);
  handle(CHANNELS.keychainState, keychainState);
  handle(CHANNELS.keepKey, (server = "", key = "") => keepKey(server, key));
  handle(CHANNELS.forgetKey, (server = "") => forgetKey(server));
}
