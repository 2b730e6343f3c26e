/**
 * Draws pages for the reader in the project's own browser. In: HTML bodies. Out: the screenshot, and the words a person can see with the
 * place of every character: known here because it is our page, never known when reading.
 */
import type { Browser, CDPSession, Page } from "playwright";
import { launchBrowser } from "../../../env/launch.ts";
import type { Pixels } from "../../../env/observation.ts";
import { decodePng } from "../../../env/pixels.ts";
import { pageWords, type PageWord } from "../../perception/pageWords.ts";
import { fontFile, type FontPackage } from "./fonts.ts";
import type { ReaderPage } from "./trainingPage.ts";

/** A screenshot and the truth about its words. */
export interface ReadingScreen {
  readonly pixels: Pixels;
  readonly deviceScaleFactor: number;
  readonly words: readonly PageWord[];
}

const ORIGIN = "http://reader.flywheel.test";

/** A blinking caret would be there or not by chance. Select lists look as they do in episodes. */
const BASE_CSS =
  "html,body{margin:0;caret-color:transparent}*{transition:none!important;animation:none!important}" +
  "select:not([size]):not([multiple]),::picker(select){appearance:base-select}";

/** One page that shows one body after the other; fonts are loaded once. Dispose it with `await using` or `close()`. */
export class PageRenderer implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #cdp: CDPSession;
  readonly #deviceScaleFactor: 1 | 2;

  private constructor(browser: Browser, page: Page, cdp: CDPSession, deviceScaleFactor: 1 | 2) {
    [this.#browser, this.#page, this.#cdp, this.#deviceScaleFactor] = [browser, page, cdp, deviceScaleFactor];
  }

  static async open(deviceScaleFactor: 1 | 2, fonts: readonly FontPackage[]): Promise<PageRenderer> {
    const browser = await launchBrowser({ deviceScaleFactor });
    const context = await browser.newContext({ deviceScaleFactor, locale: "en-US", reducedMotion: "reduce", colorScheme: "light" });
    const html = `<!doctype html><meta charset="utf-8"><style>${BASE_CSS}${fonts.map(({ faces }) => faces).join("\n")}</style><body></body>`;
    await context.route(/.*/, (route) => {
      const { pathname } = new URL(route.request().url());
      const body = pathname === "/" ? html : fontFile(pathname);
      if (body === undefined) return route.fulfill({ status: 404, body: "" });
      return route.fulfill({ body: Buffer.from(body), contentType: pathname === "/" ? "text/html; charset=utf-8" : "font/woff2" });
    });
    const page = await context.newPage();
    await page.goto(`${ORIGIN}/`);
    return new PageRenderer(browser, page, await context.newCDPSession(page), deviceScaleFactor);
  }

  /** Draws one page. */
  async render({ viewport, body }: ReaderPage): Promise<ReadingScreen> {
    const size = this.#page.viewportSize();
    if (size?.width !== viewport.width || size.height !== viewport.height) await this.#page.setViewportSize({ ...viewport });
    await this.#page.evaluate(showBody, body);
    const { data } = await this.#cdp.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: false, optimizeForSpeed: true });
    const words = await this.#page.evaluate(pageWords, true);
    return { pixels: await decodePng(Buffer.from(data, "base64")), deviceScaleFactor: this.#deviceScaleFactor, words };
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** In-page: shows the body and waits until its fonts are there. */
async function showBody(body: string): Promise<void> {
  document.body.innerHTML = body;
  // Layout is what asks for fonts.
  document.body.getBoundingClientRect();
  await document.fonts.ready;
}
