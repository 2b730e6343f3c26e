/**
 * The clock of a sealed page: it stands still until it is moved, and then timers, animation frames and dates move with it.
 * In: milliseconds to go on. Out: nothing; the page has lived through them. It is Playwright's clock, which makes two journeys to the browser for
 * each move, one after the other: for the pages there are and for those that will be loaded. Here both go at once.
 */
import type { BrowserContext, CDPSession, Page } from "playwright";

/** Virtual time at which every episode starts: a Tuesday, 12:00 UTC. */
const EPISODE_START = Date.UTC(2026, 2, 10, 12);
/** The clock draws its animation frames at multiples of this many milliseconds. */
const FRAME_MS = 16;

export class VirtualClock {
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #cdp: CDPSession;
  /** Virtual milliseconds since the context was opened. */
  #elapsed = 0;

  constructor(context: BrowserContext, page: Page, cdp: CDPSession) {
    [this.#context, this.#page, this.#cdp] = [context, page, cdp];
  }

  /** Stops the time of all pages that `context` will have. */
  static async install(context: BrowserContext): Promise<void> {
    await context.clock.install({ time: EPISODE_START });
    await context.clock.pauseAt(EPISODE_START + 1000);
  }

  /** Lets `ms` pass, then runs `script`; costs about 1 ms of real time. Throws what a timer of the page throws. */
  async advance(ms: number, script = "undefined"): Promise<void> {
    this.#elapsed += ms;
    if (!this.#standsAlone()) {
      await this.#page.clock.runFor(ms);
      await this.#evaluate(script);
    } else await Promise.all([this.#foresee(["runFor", ms]), this.#evaluate(`${CONTROLLER}.runFor(${ms}).finally(() => ${script})`)]);
  }

  /** Every episode begins on a frame, so that animations go through the same pictures. */
  async toFrame(): Promise<void> {
    await this.advance(this.#untilFrame());
  }

  /** The time at which episodes begin. */
  async toStart(): Promise<void> {
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
    const inPage = `(async () => {
      await ${CONTROLLER}.runFor(${ms}).catch(() => undefined);
      const result = await (${script});
      await ${CONTROLLER}.setSystemTime(${EPISODE_START});
      return result;
    })()`;
    const [, result] = await Promise.all([this.#foresee(["runFor", ms], ["setSystemTime", EPISODE_START]), this.#evaluate(inPage)]);
    return result;
  }

  #untilFrame(): number {
    return (FRAME_MS - (this.#elapsed % FRAME_MS)) % FRAME_MS;
  }

  /** One page, and nothing in it that has a clock of its own. */
  #standsAlone(): boolean {
    return this.#page.frames().length === 1 && this.#context.pages().length === 1;
  }

  /** What a page that is loaded later has to catch up with, in Playwright's words. */
  async #foresee(...moves: readonly (readonly [command: string, value: number])[]): Promise<void> {
    const log = moves.map(([command, value]) => `${CONTROLLER}.log("${command}", 0, ${value});`);
    await this.#context.addInitScript(log.join(""));
  }

  /** Like Playwright, is content when the page is left meanwhile: the next one has caught up. */
  async #evaluate(expression: string): Promise<unknown> {
    const answer = await this.#cdp.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }).catch(() => null);
    const thrown = answer?.exceptionDetails;
    if (thrown !== undefined) throw new Error(thrown.exception?.description ?? String(thrown.exception?.value ?? thrown.text));
    return answer?.result.value;
  }
}

const CONTROLLER = "globalThis.__pwClock.controller";
