/** The app as `flywheel serve` serves it, from a process of its own, and pages of it in a real browser. In: a workspace. Out: pages that note what they show. */
import type { Browser, BrowserContext, Page } from "playwright";
import { connectCore, type CoreClient } from "../../../app/coreClient.ts";
import { findCore, type CoreAddress } from "../../../app/core/coreFile.ts";
import { descendantsOf, FlywheelProcess, memoryOf } from "../../app/flywheelProcess.ts";
import { watchPage, type Desk } from "./inPage.ts";

/** A page that does not do what it is waited for, ms; far more than any bound, as the machine may be busy. */
const PATIENCE = 90_000;

export class ServedApp implements AsyncDisposable {
  readonly address: CoreAddress;
  readonly client: CoreClient;
  /** From the start of the process until it said where it serves, ms. */
  readonly startMs: number;
  /** When the process was started, Unix ms. */
  readonly startedAt: number;
  readonly #process: FlywheelProcess;

  private constructor(process: FlywheelProcess, startedAt: number, startMs: number, address: CoreAddress, client: CoreClient) {
    [this.#process, this.startedAt, this.startMs, this.address, this.client] = [process, startedAt, startMs, address, client];
  }

  static async open(dir: string): Promise<ServedApp> {
    const startedAt = Date.now();
    const served = new FlywheelProcess(["serve", "--json", "--workspace", dir]);
    await served.printed("entrance");
    const startMs = Date.now() - startedAt;
    const address = (await findCore(dir))!;
    return new ServedApp(served, startedAt, startMs, address, await connectCore(address));
  }

  get call(): CoreClient["call"] {
    return this.client.call;
  }

  /** A page in a fresh profile, at a path of the app; `waitUntil` nothing but the answer to the first request. */
  async page(browser: Browser, path: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.addInitScript(watchPage);
    await page.goto(`${this.address.origin}${path}${path.includes("?") ? "&" : "?"}token=${this.address.token}`, { waitUntil: "commit" });
    return page;
  }

  /** MB of the core with all its threads, and of the processes that it started. */
  memory(): { readonly core: number; readonly children: readonly number[] } {
    const { pid } = this.#process;
    return { core: memoryOf([pid]), children: descendantsOf(pid).map((child) => memoryOf([child.pid])) };
  }

  /** MB of the largest of our own browser's processes that draw pages: there is one page. */
  rendererMemory(): number {
    const cores = new Set(descendantsOf(this.#process.pid).map(({ pid }) => pid));
    const renderers = descendantsOf(process.pid).filter(({ pid, command }) => !cores.has(pid) && command.includes("--type=renderer"));
    return Math.max(0, ...renderers.map(({ pid }) => memoryOf([pid])));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    this.#process.kill("SIGTERM");
    const { status, stderr } = await this.#process.ended;
    if (status !== 0) throw new Error(`The core ended with ${status}: ${stderr}`);
  }
}

/** What the page has noted so far. */
export function noted(page: Page): Promise<Desk & { readonly now: number }> {
  return page.evaluate(() => ({ ...(globalThis as unknown as { desk: Desk }).desk, now: performance.now() }));
}

export function closed(page: Page): Promise<void> {
  const context: BrowserContext = page.context();
  return context.close();
}

/** Waits for a value of the page that is not null. */
export async function waitNoted(page: Page, name: "firstShownAt" | "homeAt"): Promise<number> {
  await page.waitForFunction((key) => (globalThis as unknown as { desk?: Desk }).desk?.[key] != null, name);
  return (await noted(page))[name]!;
}
