/**
 * The clock of a sealed page: it stands still until it is moved, and then timers, animation frames and dates move with it.
 * In: milliseconds to go on. Out: nothing; the page has lived through them. It is Playwright's clock, which makes two journeys to the browser for
 * each move, one after the other: for pages that will be loaded, and for those there are. Here nobody waits for the first.
 */
import type { BrowserContext, CDPSession, Page } from "playwright";
import { BETWEEN_PAGES } from "./inPage.ts";
import { SessionLost } from "./sessionLost.ts";

/** Virtual time at which every episode starts: a Tuesday, 12:00 UTC. */
const EPISODE_START = Date.UTC(2026, 2, 10, 12);
/** The clock draws its animation frames at multiples of this many milliseconds. */
const FRAME_MS = 16;
/** A page that was asked for gets so much real time to be there, and is looked after this often. */
const LOAD_MS = 2000;
const POLL_MS = 3;

const CONTROLLER = "globalThis.__pwClock.controller";
const NOT_YET = "not yet";

type Move = readonly [command: "pauseAt" | "runFor" | "setSystemTime", milliseconds: number];

interface Begun {
  readonly facts?: unknown;
  /** Whether another page was coming in when time had passed; undefined while it has not. */
  readonly isLeft?: boolean;
  /** What a timer of the page threw. */
  readonly thrown?: string;
}

export class VirtualClock {
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #cdp: CDPSession;
  /** Virtual milliseconds since the context was opened. */
  #elapsed = 0;
  /** Settles when pages that will be loaded know of all moves. */
  #foreseen: Promise<unknown> = Promise.resolve();

  constructor(context: BrowserContext, page: Page, cdp: CDPSession) {
    [this.#context, this.#page, this.#cdp] = [context, page, cdp];
  }

  /** Stops the time of all pages that `context` will have; it has none yet. */
  static async install(context: BrowserContext): Promise<void> {
    await context.clock.install({ time: EPISODE_START });
    // Playwright's own `pauseAt` lets pass the real time since `install`, a millisecond or none.
    await context.addInitScript(logOf(["pauseAt", EPISODE_START + 1000]));
  }

  /**
   * Lets `ms` pass, then runs `script`; costs about 1 ms of real time. A page that is being loaded is waited for before and after. Throws what a timer of
   * the page throws.
   */
  async advance(ms: number, script = "undefined"): Promise<void> {
    this.#elapsed += ms;
    if (!this.#standsAlone()) {
      await this.#foreseen;
      await this.#page.clock.runFor(ms);
      await this.#evaluate(script);
      return;
    }
    const move = this.#onceThere(`${CONTROLLER}.runFor(${ms}).finally(() => ${script}).then(() => ${BETWEEN_PAGES})`);
    const isLeft = await move.finally(() => this.#foresee(["runFor", ms]));
    if (isLeft === true) await this.#onceThere(script);
  }

  /**
   * Runs `setup`, lets `ms` pass and runs `script`: one journey for all. On a page with frames, whose clocks are out of reach, only `setup` is run. Throws what
   * `setup` throws, and {@link SessionLost} when the page is left meanwhile.
   */
  async begin(setup: string, ms: number, script: string): Promise<Begun> {
    const inOne = `(async () => {
      const facts = await (${setup});
      if (window.length > 0) return { facts };
      const thrown = await ${CONTROLLER}.runFor(${ms}).then(() => undefined, String);
      const isLeft = ${BETWEEN_PAGES};
      if (!isLeft) await ${script};
      return { facts, thrown, isLeft };
    })()`;
    const begun = await this.#evaluate(this.#standsAlone() ? inOne : `(async () => ({ facts: await (${setup}) }))()`);
    if (begun === NOT_YET) throw new SessionLost({ kind: "crash", detail: "the page was left while it was set up", fatal: true });
    const { isLeft } = begun as Begun;
    if (isLeft === undefined) return begun as Begun;
    this.#elapsed += ms;
    this.#foresee(["runFor", ms]);
    if (isLeft) await this.#onceThere(script);
    return begun as Begun;
  }

  /** Every episode begins on a frame, so that animations go through the same pictures. */
  async toFrame(): Promise<void> {
    if (this.#untilFrame() > 0) await this.advance(this.#untilFrame());
  }

  /** The time at which episodes begin. */
  async toStart(): Promise<void> {
    await this.#foreseen;
    await this.#page.clock.setSystemTime(EPISODE_START);
  }

  /**
   * Goes on to a frame, runs `script`, and is back at the start of an episode: one journey for all. Returns what the script does; undefined when the
   * page was left meanwhile or has frames, whose clocks are out of reach.
   */
  async startOver(script: string): Promise<unknown> {
    if (!this.#standsAlone()) return undefined;
    const ms = this.#untilFrame();
    this.#elapsed += ms;
    // What timers of the last episode throw concerns nobody.
    const result = this.#evaluate(`(async () => {
      if (${BETWEEN_PAGES}) return undefined;
      if (${ms} > 0) await ${CONTROLLER}.runFor(${ms}).catch(() => undefined);
      const result = await (${script});
      await ${CONTROLLER}.setSystemTime(${EPISODE_START});
      return result;
    })()`);
    this.#foresee(["runFor", ms], ["setSystemTime", EPISODE_START]);
    return result;
  }

  #untilFrame(): number {
    return (FRAME_MS - (this.#elapsed % FRAME_MS)) % FRAME_MS;
  }

  /** One page, and nothing in it that has a clock of its own. */
  #standsAlone(): boolean {
    return this.#page.frames().length === 1 && this.#context.pages().length === 1;
  }

  /** Tells pages that are loaded later, also those that are asked for by now: it is sent at once, but behind what somebody waits for. */
  #foresee(...moves: readonly Move[]): void {
    const behind = new Promise((resolve) => setImmediate(resolve));
    // A context that is closed has no pages to tell.
    const told = behind.then(() => this.#context.addInitScript(logOf(...moves))).catch(() => undefined);
    this.#foreseen = this.#foreseen.then(() => told);
  }

  /** What `expression` gives on the page that is there, or will be. */
  async #onceThere(expression: string): Promise<unknown> {
    await this.#foreseen;
    for (const end = performance.now() + LOAD_MS; performance.now() < end; await sleep(POLL_MS)) {
      const answer = await this.#evaluate(`${BETWEEN_PAGES} ? "${NOT_YET}" : ${expression}`);
      if (answer !== NOT_YET) return answer;
    }
    return this.#evaluate(expression);
  }

  /** Like Playwright, is content when the page is left meanwhile. */
  async #evaluate(expression: string): Promise<unknown> {
    const answer = await this.#cdp.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }).catch(() => null);
    if (answer === null) return NOT_YET;
    const thrown = answer.exceptionDetails;
    if (thrown !== undefined) throw new Error(thrown.exception?.description ?? String(thrown.exception?.value ?? thrown.text));
    return answer.result.value;
  }
}

/** What a page that is loaded later has to catch up with, in Playwright's words. The real time between moves is nothing. */
function logOf(...moves: readonly Move[]): string {
  return moves.map(([command, value]) => `${CONTROLLER}.log("${command}", 0, ${value});`).join("");
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
