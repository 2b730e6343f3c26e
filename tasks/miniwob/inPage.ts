/**
 * What runs inside the pages of MiniWoB++: starting an episode from a seed and reading how it stands.
 * In: the page's own functions and variables (core.js of MiniWoB++). Out: the utterance; whether it is over, and the raw reward.
 */
import type { Json } from "../../env/json.ts";
import type { Box, PageFacts } from "../../env/task.ts";

/** What core.js and seedrandom leave on the page's global object. */
interface Wob {
  readonly Math: { seedrandom(seed: number): void };
  readonly core: {
    EPISODE_MAX_TIME: number;
    startEpisodeReal(): void;
    clearTimer(): void;
    readonly canvasDrawClick: (event: Event) => void;
    getUtterance(): string | { readonly utterance: string };
  };
  /** On pages that have it. */
  readonly jQuery?: { readonly fx: { off: boolean } };
  readonly WOB_DONE_GLOBAL: boolean;
  readonly WOB_RAW_REWARD_GLOBAL: number;
  readonly WOB_REWARD_REASON: unknown;
}

/** How an episode stands, as recorded at every step. `lost`: the agent left the page. */
export type WobState = {
  readonly done: boolean;
  /** Reward without the page's time penalty, -1 to 1; 0 until it is over. */
  readonly reward: number;
  /** What a few pages say about it. */
  readonly reason: Json;
  readonly lost: boolean;
};

/** The page's own functions, put there by `keepForRestart`. */
interface Restartable {
  __restart?: () => Promise<void>;
}

/**
 * Writes the page, and remembers how to write it again: `__restart` ends what the last episode left (timers, variables, listeners, focus)
 * and runs every script of the page anew, without the cost of a navigation. The environment compares the outcome with a fresh page.
 * `libraries` are the long scripts, which `html` calls by number with `__library`: as one more script element each would be copied and looked up by its text
 * first, which takes as long as it runs. All they declare is declared with `var` and `function`, which is global in both cases.
 */
export function keepForRestart(html: string, libraries: readonly string[]): void {
  const target = globalThis as unknown as Record<string, any>;
  document.currentScript!.remove();
  const native = new Set(Object.getOwnPropertyNames(target));
  const running = new Map<unknown, string>();
  for (const [start, stop] of [
    ["setTimeout", "clearTimeout"],
    ["setInterval", "clearInterval"],
    ["requestAnimationFrame", "cancelAnimationFrame"],
  ] as const) {
    const original = target[start];
    target[start] = (...given: unknown[]) => {
      const id = original(...given);
      running.set(id, stop);
      return id;
    };
  }
  const write = (): void => {
    // Before the episode's seed is known scripts draw too (names of jQuery's own): the same on every load.
    let drawn = 1;
    Math.random = () => (drawn = (drawn * 16_807) % 2_147_483_647) / 2_147_483_647;
    document.write(html);
  };
  const restart = (): Promise<void> => {
    for (const [id, stop] of running) target[stop](id);
    running.clear();
    // Where a focused element vanishes the page looks inactive: its selections are grey.
    window.focus();
    history.replaceState(null, "", location.pathname);
    // What a page declared with `var` cannot be deleted, only emptied.
    for (const name of Object.getOwnPropertyNames(target)) {
      if (!native.has(name) && name !== "__restart" && name !== "__library" && !Reflect.deleteProperty(target, name)) target[name] = undefined;
    }
    const styles = document.adoptedStyleSheets;
    document.open();
    document.adoptedStyleSheets = styles;
    write();
    document.close();
    return new Promise((done) => EventTarget.prototype.addEventListener.call(window, "load", () => done(), { once: true }));
  };
  const evaluate = target["eval"];
  Object.defineProperty(target, "__restart", { value: restart });
  Object.defineProperty(target, "__library", { value: (index: number) => void evaluate(libraries[index]!) });
  write();
}

/** See {@link keepForRestart}; does nothing on a page that was left. */
export async function restartPage(): Promise<void> {
  await (globalThis as Restartable).__restart?.();
}

/** Starts an episode and returns what it asks. Time never runs out by itself: an agent's budget is its steps. */
export function startEpisode(seed: number): PageFacts {
  const { Math: random, core, jQuery } = globalThis as unknown as Wob;
  document.body.removeEventListener("click", core.canvasDrawClick);
  core.EPISODE_MAX_TIME = 1e9;
  // No motion, as everywhere: what fades in is there at once. Its pictures in between would depend on how busy the machine is.
  if (jQuery !== undefined) jQuery.fx.off = true;
  random.seedrandom(seed);
  core.startEpisodeReal();
  core.clearTimer();
  const utterance = core.getUtterance();
  return { instruction: typeof utterance === "string" ? utterance : utterance.utterance };
}

/** How the episode stands, and where the instruction strip is. */
export function readState(): { readonly state: WobState; readonly strip: Box | null } {
  const { WOB_DONE_GLOBAL: done, WOB_RAW_REWARD_GLOBAL: reward, WOB_REWARD_REASON: reason } = globalThis as unknown as Partial<Wob>;
  if (done === undefined || reward === undefined) return { state: { done: false, reward: 0, reason: null, lost: true }, strip: null };
  const state = { done, reward: done ? reward : 0, reason: typeof reason === "string" ? reason : null, lost: false };
  const strip = document.getElementById("query")?.getBoundingClientRect();
  return { state, strip: strip === undefined ? null : { x: strip.x, y: strip.y, width: strip.width, height: strip.height } };
}
