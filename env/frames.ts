/**
 * The frames of a page, drawn when they are asked for and never else: nobody waits for the display's next sixtieth of a second, and what nobody looks
 * at is not drawn. In: a context of Chromium's headless shell, and wishes for frames. Out: a page in it; PNG, JPEG.
 * See `HeadlessExperimental.beginFrame` of the DevTools protocol.
 */
import type { Browser, BrowserContext, CDPSession, Page } from "playwright";
import { ASK_FRAME, onceFrameBegun } from "./inPage.ts";
import type { Viewport } from "./observation.ts";
import { SessionLost } from "./sessionLost.ts";

/** A frame that is not there by then never comes. */
const HANG_MS = 5000;
/** A page that a frame has missed so often is given a moment each time: its threads may be waiting for a processor. */
const ATTEMPTS_AT_ONCE = 10;
const MOMENT_MS = 5;
/** A page that nothing is done to is looked at this often. */
const IDLE_MS = 500;
/** A live picture is looked at, not kept. */
const JPEG_QUALITY = 75;

interface Picture {
  readonly format: "png" | "jpeg";
  readonly quality?: number;
  readonly optimizeForSpeed?: boolean;
}

/** The last frame of each browser. It draws one at a time: two at once bring it down. */
const lastFrames = new WeakMap<Browser, Promise<void>>();
/** Browsers that draw by themselves, and cannot be told not to. */
const selfDrawing = new WeakSet<Browser>();

export class Frames {
  readonly #browser: Browser;
  readonly #cdp: CDPSession;
  /** Who looks at the page, to be told that something was done there. */
  readonly #watchers = new Set<() => void>();
  /** The page waits for its next frame already. */
  #asked = false;

  private constructor(browser: Browser, cdp: CDPSession) {
    [this.#browser, this.#cdp] = [browser, cdp];
  }

  /** Opens a page in `context`; `frames` is null where the browser draws them by itself. */
  static async open(browser: Browser, context: BrowserContext, viewport: Viewport): Promise<{ page: Page; frames: Frames | null }> {
    const plain = await context.newPage();
    if (selfDrawing.has(browser)) return { page: plain, frames: null };
    const still = await openStill(browser, plain, viewport);
    const frames = still === null ? null : new Frames(browser, await context.newCDPSession(still));
    if (still !== null && (await frames!.#works())) {
      await plain.close();
      return { page: still, frames };
    }
    if (browser.isConnected()) selfDrawing.add(browser);
    await still?.close();
    return { page: plain, frames: null };
  }

  /** The page has asked for its next frame itself. */
  expect(): void {
    this.#asked = true;
  }

  /** Draws what is on the page, and lets its scripts see it. Rejects with {@link SessionLost} when the page hangs. */
  async draw(): Promise<void> {
    await this.#drawn();
    this.#stir();
  }

  /**
   * PNG of the viewport as it is now, compressed lightly: a third less time for a fifth more bytes. Rejects like {@link draw}. `onBegun` is given what
   * `script` gives once the page's scripts have seen what is on it, which is some milliseconds earlier.
   */
  async picture(script?: string, onBegun?: (value: unknown) => void): Promise<Uint8Array> {
    const png = await this.#drawn({ format: "png", optimizeForSpeed: true }, script, onBegun);
    this.#stir();
    return png;
  }

  /** Draws frames for as long as `work` goes on, the first after `patience` milliseconds: a mouse that only moves waits for each of them. */
  async during<T>(work: Promise<T>, patience: number): Promise<T> {
    let going = true;
    const end = (): void => void (going = false);
    const ended = work.then(end, end);
    while (going) {
      await Promise.race([ended, sleep(patience)]);
      if (going) await this.#begin();
      this.#stir();
    }
    return work;
  }

  /** Hands on a JPEG whenever something was done to the page, at most so many a second, until the returned function is called. */
  watch(onFrame: (jpeg: Uint8Array) => void, framesPerSecond: number): () => Promise<void> {
    let watching = true;
    let stirred = Promise.withResolvers<void>();
    const stir = (): void => stirred.resolve();
    const watch = async (): Promise<void> => {
      for (let [last, isStirred]: [Buffer, boolean] = [Buffer.alloc(0), true]; watching;) {
        stirred = Promise.withResolvers();
        const pause = sleep(1000 / framesPerSecond);
        const jpeg = await this.#drawn({ format: "jpeg", quality: JPEG_QUALITY });
        if (watching && (isStirred || !jpeg.equals(last))) onFrame((last = jpeg));
        await pause;
        // Time stands still: nothing changes but by steps and hands.
        isStirred = await Promise.race([stirred.promise.then(() => true), sleep(IDLE_MS).then(() => false)]);
      }
    };
    this.#watchers.add(stir);
    // A page that is lost is no longer watched; whoever works on it hears of that.
    const ended = watch().catch(() => undefined);
    return async () => {
      watching = false;
      this.#watchers.delete(stir);
      stir();
      await ended;
    };
  }

  #stir(): void {
    for (const stir of this.#watchers) stir();
  }

  /**
   * A frame that holds what is on the page now. The browser draws without the page where that has not asked for a frame yet, or not been heard: so the page
   * is told to ask, and says when its frame has begun.
   */
  async #drawn(screenshot?: Picture, script = "undefined", onBegun?: (value: unknown) => void): Promise<Buffer> {
    const end = performance.now() + HANG_MS;
    for (let attempt = 1; performance.now() < end; attempt++) {
      if (attempt > ATTEMPTS_AT_ONCE) await sleep(MOMENT_MS);
      if (!this.#asked) await this.#evaluate(ASK_FRAME);
      this.#asked = false;
      let begun = false;
      void this.#evaluate(onceFrameBegun(script)).then((answer) => {
        begun = answer !== null;
        if (begun) onBegun?.(answer!.value);
      });
      const picture = await this.#begin(screenshot);
      if (begun && (screenshot === undefined || picture.length > 0)) return picture;
    }
    throw new SessionLost(HANG);
  }

  async #works(): Promise<boolean> {
    return this.#begin().then(
      () => true,
      () => false,
    );
  }

  /** Null when the page was left meanwhile, or is lost. */
  async #evaluate(expression: string): Promise<{ readonly value: unknown } | null> {
    const answer = await this.#cdp.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }).catch(() => null);
    return answer === null || answer.exceptionDetails !== undefined ? null : { value: answer.result.value };
  }

  async #begin(screenshot?: Picture): Promise<Buffer> {
    const before = lastFrames.get(this.#browser);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const begin = async (): Promise<void> => {
      await before;
      const timer = setTimeout(() => reject(new SessionLost(HANG)), HANG_MS);
      const frame = this.#cdp.send("HeadlessExperimental.beginFrame", screenshot === undefined ? {} : { screenshot });
      await frame.then(({ screenshotData = "" }) => resolve(screenshotData), reject);
      clearTimeout(timer);
    };
    // A frame that hangs is over when its page is closed.
    lastFrames.set(this.#browser, begin());
    return Buffer.from(await promise, "base64");
  }
}

const HANG = { kind: "hang", detail: `no frame of the page in ${HANG_MS / 1000} s`, fatal: true } as const;

/** A page in the context of `beside` that waits to be drawn; null where there is no such thing. */
async function openStill(browser: Browser, beside: Page, { width, height }: Viewport): Promise<Page | null> {
  const context = beside.context();
  const { targetInfo } = await (await context.newCDPSession(beside)).send("Target.getTargetInfo");
  const root = await browser.newBrowserCDPSession();
  const target = { url: "about:blank", browserContextId: targetInfo.browserContextId!, enableBeginFrameControl: true, width, height };
  const opened = context.waitForEvent("page").catch(() => null);
  try {
    await root.send("Target.createTarget", target);
    return await opened;
  } catch (error) {
    if (!browser.isConnected()) throw error;
    return null;
  } finally {
    await root.detach().catch(() => undefined);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
