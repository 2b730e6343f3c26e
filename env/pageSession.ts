/**
 * One browser context with one page, wired for reproducible episodes: sealed network, virtual clock, still screens, incidents caught.
 * In: browser, viewport, policy. Out: a page to act on, screenshots, and a list of incidents since the last reset.
 */
import type { Browser, BrowserContext, CDPSession, Page } from "playwright";
import type { Incident } from "./episode.ts";
import { Frames } from "./frames.ts";
import { ASK_FRAME_OF_ALL, INIT_SCRIPT, IS_FRESH, REMEMBER_FRESH } from "./inPage.ts";
import { applyNetworkPolicy, taskOrigin, type NetworkPolicy } from "./network.ts";
import { deviceScaleFactorFor, type Tab, type Viewport } from "./observation.ts";
import { SessionLost } from "./sessionLost.ts";
import type { Task } from "./task.ts";
import { VirtualClock } from "./virtualClock.ts";

/** Nothing a page does may take longer than this in real time. */
const HANG_MS = 15_000;
/** A window that was announced comes within this time, or was blocked. */
const POPUP_MS = 2000;
/** A real page that is still loading after a step gets so much more time. */
const LOAD_MS = 5000;

export class PageSession {
  readonly viewport: Viewport;
  readonly deviceScaleFactor: number;
  readonly page: Page;
  /** Steps and resets so far: decides when the context is recycled. */
  uses = 0;
  readonly #context: BrowserContext;
  readonly #cdp: CDPSession;
  /** Time stands still between steps. Real pages have real time, and null here. */
  readonly #clock: VirtualClock | null;
  /** Null: the browser draws by itself. */
  readonly #frames: Frames | null;
  readonly #incidents: Incident[] = [];
  /** Windows that were opened, each until it is closed again. */
  readonly #popups: Promise<void>[] = [];
  /** Why the page is no more. */
  #lost: SessionLost | null = null;
  /** Who waits for the page. Told by hand: a promise that never settles would keep every answer that ever raced it. */
  readonly #waiting = new Set<(lost: SessionLost) => void>();
  #task: Task | null = null;

  private constructor(context: BrowserContext, page: Page, cdp: CDPSession, viewport: Viewport, virtual: boolean, frames: Frames | null) {
    [this.#context, this.page, this.#cdp, this.viewport, this.#frames] = [context, page, cdp, viewport, frames];
    this.#clock = virtual ? new VirtualClock(context, page, cdp) : null;
    this.deviceScaleFactor = deviceScaleFactorFor(viewport);
  }

  static async open(browser: Browser, viewport: Viewport, policy: NetworkPolicy): Promise<PageSession> {
    const deviceScaleFactor = deviceScaleFactorFor(viewport);
    const context = await browser.newContext({
      viewport: { ...viewport },
      deviceScaleFactor,
      locale: "en-US",
      timezoneId: "UTC",
      reducedMotion: "reduce",
      colorScheme: "light",
      serviceWorkers: "block",
      acceptDownloads: false,
    });
    const virtual = policy.kind === "sealed";
    if (virtual) await VirtualClock.install(context);
    await context.addInitScript(INIT_SCRIPT);
    const { page, frames } = virtual ? await Frames.open(browser, context, viewport) : { page: await context.newPage(), frames: null };
    const session = new PageSession(context, page, await context.newCDPSession(page), viewport, virtual, frames);
    await applyNetworkPolicy(
      context,
      policy,
      () => session.#task,
      (url, isMainFrame) => {
        if (isMainFrame) session.#note({ kind: "navigation", detail: `blocked by the network policy: ${url}`, fatal: false });
      },
    );
    session.#listen();
    await session.#cdp.send("Page.enable");
    await session.#cdp.send("Page.setInterceptFileChooserDialog", { enabled: true });
    return session;
  }

  /** Makes the page ready for `task`: in place when nothing of the last episode is left, else by loading it anew. */
  async prepare(task: Task): Promise<"in-place" | "loaded"> {
    this.uses++;
    await this.#guard(Promise.all([this.#mouseAway(), ...this.#popups.splice(0)]));
    const [isCleared, isForgotten] = await Promise.all([this.#clearedInPlace(task), this.#forgetHistory()]);
    const cleared = isCleared && isForgotten;
    if (!cleared) await this.#move((clock) => clock.toFrame());
    this.#incidents.length = 0;
    if (!cleared) await this.#load(task);
    return cleared ? "in-place" : "loaded";
  }

  /** What earlier episodes visited is not to be gone back to. False while another page is coming in: then it can be. */
  async #forgetHistory(): Promise<boolean> {
    const forgetting = this.#cdp.send("Page.resetNavigationHistory").then(
      () => true,
      (error) => {
        if (/Not attached to an active page/.test(String(error))) return false;
        throw error;
      },
    );
    return this.#guard(forgetting);
  }

  /** Moves alone wait for the next frame; what follows them does not, and no button that is let go is no event for the page. */
  async #mouseAway(): Promise<void> {
    const move = this.page.mouse.move(-1, -1);
    await Promise.all([move, this.#cdp.send("Input.dispatchMouseEvent", { type: "mouseReleased", x: -1, y: -1, button: "none" })]);
  }

  async #load(task: Task): Promise<void> {
    this.#task = task;
    await this.run((page) => page.goto(task.startUrl ?? taskOrigin(task) + task.startPath, { waitUntil: "load" }));
    await this.#move((clock) => clock.toStart());
    await this.#forgetHistory();
    // Seen once before anything is on it: a new page's first frames may still be those of the old one.
    if (this.#frames !== null) await this.#guard(this.#frames.picture());
    if (task.clear !== undefined) await this.#guard(this.page.evaluate(REMEMBER_FRESH));
  }

  async #clearedInPlace(task: Task): Promise<boolean> {
    if (this.#task !== task || task.clear === undefined || this.#clock === null) return false;
    return (await this.#guard(this.#clock.startOver(`(async () => { await (${String(task.clear)})(); return ${IS_FRESH}; })()`))) === true;
  }

  /**
   * Lets virtual time pass: timers, animation frames and dates move; costs about 1 ms of real time. A real page gets as much real time, and a
   * page that is loading some more.
   */
  async advance(ms: number): Promise<void> {
    if (this.#clock === null) return this.#settle(ms);
    await this.#move((clock) => clock.advance(ms, ASK_FRAME_OF_ALL));
    this.#frames?.expect();
  }

  /** Sets the page up and lets `ms` pass, as {@link advance} does. Returns what `setup` gives. */
  async begin(setup: string, ms: number): Promise<unknown> {
    const clock = this.#clock;
    if (clock === null) {
      const facts = await this.runLong((page) => page.evaluate(setup));
      await this.#settle(ms);
      return facts;
    }
    const { facts, isLeft, thrown } = await this.runLong(() => clock.begin(setup, ms, ASK_FRAME_OF_ALL));
    if (thrown !== undefined) this.#noteThrown(thrown);
    if (isLeft === undefined) await this.advance(ms);
    else this.#frames?.expect();
    return facts;
  }

  async #move(how: (clock: VirtualClock) => Promise<void>): Promise<void> {
    if (this.#clock === null) return;
    try {
      // The clock is that of all pages: one that closes meanwhile would stop it.
      await this.#guard(Promise.all(this.#popups.splice(0)));
      await this.#guard(how(this.#clock));
    } catch (error) {
      if (error instanceof SessionLost) throw error;
      this.#noteThrown(error instanceof Error ? error.message : String(error));
    }
  }

  /** The fake clock hands on what a page's timer throws. */
  #noteThrown(message: string): void {
    this.#note({ kind: "page-error", detail: message.split("\n")[0]!, fatal: false });
  }

  async #settle(ms: number): Promise<void> {
    await timeout(ms);
    await Promise.race([this.page.waitForLoadState("load").catch(() => undefined), timeout(LOAD_MS)]);
  }

  /**
   * Live pictures of the viewport as JPEG, whenever it changes, at most so many a second, until the returned function is called.
   * The next one is only asked for when `onFrame` is through with this one.
   */
  async screencast(onFrame: (jpeg: Uint8Array) => void, framesPerSecond: number): Promise<() => Promise<void>> {
    if (this.#frames !== null) return this.#frames.watch(onFrame, framesPerSecond);
    const cdp = await this.#context.newCDPSession(this.page);
    const gap = 1000 / framesPerSecond;
    let last = -Infinity;
    cdp.on("Page.screencastFrame", ({ data, sessionId }) => {
      onFrame(Buffer.from(data, "base64"));
      const wait = Math.max(0, gap - (performance.now() - last));
      setTimeout(() => {
        last = performance.now();
        cdp.send("Page.screencastFrameAck", { sessionId }).catch(() => undefined);
      }, wait).unref();
    });
    await cdp.send("Page.startScreencast", { format: "jpeg", quality: 75, everyNthFrame: 1 });
    return () => cdp.detach().catch(() => undefined);
  }

  /**
   * PNG of the viewport. `onSeen` is given what `script` gives, at the latest when the picture is there: the page's scripts know what is on it.
   */
  async screenshot(script = "undefined", onSeen?: (value: unknown) => void): Promise<Uint8Array> {
    if (this.#frames !== null) return this.#guard(this.#frames.picture(script, onSeen));
    const how = { format: "png", captureBeyondViewport: false, optimizeForSpeed: true } as const;
    const { data } = await this.#guard(this.#cdp.send("Page.captureScreenshot", how));
    onSeen?.(await this.run((page) => page.evaluate(script)));
    return Buffer.from(data, "base64");
  }

  /** A frame that nobody looks at but the page's own scripts. */
  async draw(): Promise<void> {
    await (this.#frames === null ? this.screenshot() : this.#guard(this.#frames.draw()));
  }

  /** Goes back in history, never behind the task's start page. */
  async back(): Promise<void> {
    const { currentIndex, entries } = await this.#guard(this.#cdp.send("Page.getNavigationHistory"));
    const previous = entries[currentIndex - 1];
    if (previous === undefined || this.#task === null) return;
    if (!previous.url.startsWith(this.#task.startUrl === undefined ? taskOrigin(this.#task) : "http")) return;
    await this.#guard(this.page.goBack({ waitUntil: "load" }));
  }

  /** Runs something on the page; a hang, crash or closed page becomes {@link SessionLost}. */
  async run<T>(use: (page: Page) => Promise<T>): Promise<T> {
    return this.#guard(use(this.page));
  }

  /** Like {@link run}, for what may wait for frames; these come after `patience` milliseconds. */
  async runLong<T>(use: (page: Page) => Promise<T>, patience = 50): Promise<T> {
    const work = use(this.page);
    return this.#guard(this.#frames === null ? work : this.#frames.during(work, patience));
  }

  tabs(): readonly Tab[] {
    return [{ url: this.page.url(), title: "", active: true }];
  }

  /** Incidents since the last call. */
  takeIncidents(): readonly Incident[] {
    return this.#incidents.splice(0);
  }

  /** Closes the context; never hangs itself. */
  async close(): Promise<void> {
    await Promise.race([this.#context.close().catch(() => undefined), timeout(5000)]);
  }

  #note(incident: Incident): void {
    this.#incidents.push(incident);
    if (!incident.fatal) return;
    this.#lost ??= new SessionLost(incident);
    for (const tell of this.#waiting) tell(this.#lost);
  }

  #listen(): void {
    const note = (kind: Incident["kind"], detail: string, fatal = false): void => this.#note({ kind, detail, fatal });
    this.page.on("dialog", (dialog) => {
      note("dialog", `${dialog.type()}: ${dialog.message()}`);
      dialog.dismiss().catch(() => undefined);
    });
    this.page.on("download", (download) => {
      note("download", download.suggestedFilename());
      download.cancel().catch(() => undefined);
    });
    // Heard from the browser itself: Playwright's own events come some messages later, perhaps after the end of the episode.
    this.#cdp.on("Page.windowOpen", ({ url }) => {
      note("popup", url);
      const popup = this.#context.waitForEvent("page", { timeout: POPUP_MS });
      this.#popups.push(popup.then((page) => page.close()).catch(() => undefined));
    });
    this.#cdp.on("Page.fileChooserOpened", () => note("file-chooser", "a file was asked for"));
    this.page.on("pageerror", (error) => note("page-error", error.message));
    this.page.on("crash", () => note("crash", "the page crashed", true));
    this.page.on("close", () => note("crash", "the page was closed", true));
    this.#context.on("page", (popup) => {
      if (popup === this.page) return;
      popup.close().catch(() => undefined);
    });
  }

  async #guard<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const hang: Incident = { kind: "hang", detail: `no answer from the page in ${HANG_MS / 1000} s`, fatal: true };
    const timer = setTimeout(() => reject(new SessionLost(hang)), HANG_MS);
    this.#waiting.add(reject);
    work.then(resolve, reject);
    if (this.#lost !== null) reject(this.#lost);
    try {
      return await promise;
    } catch (error) {
      if (error instanceof SessionLost) throw error;
      if (/crashed|closed|Target|disconnected/i.test(String(error))) {
        throw new SessionLost({ kind: "crash", detail: String(error).split("\n")[0] ?? "page lost", fatal: true });
      }
      throw error;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(reject);
    }
  }
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
