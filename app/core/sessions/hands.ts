/**
 * A person's mouse and keyboard on a session's page. Every event goes through at once, so the page feels live; what belongs together (a double
 * click, a drag, a word, a scroll) is then recorded as one step, as if an agent had done it. In: raw events. Out: actions to record.
 */
import type { Page } from "playwright";
import { WheelError } from "../../../env/errors.ts";
import type { Action, Point } from "../../../env/action.ts";
import type { ParsedInputEvent } from "../../api/sessions.ts";

/** Silence after which what was begun counts as done, in ms: between the clicks of a double click, keys of a word, turns of a wheel. */
const [CLICK_GAP, KEY_GAP, WHEEL_GAP] = [280, 900, 250];
/** A button that moved further than this, in CSS px, has dragged. */
const DRAG = 4;
/** Points of a recorded drag at most. */
const POINTS = 20;

type Modifier = Extract<ParsedInputEvent, { kind: "key" }>["modifiers"][number];
type Button = Extract<ParsedInputEvent, { kind: "down" | "up" }>["button"];

type Begun =
  | { readonly kind: "press"; readonly path: Point[]; readonly button: Button; readonly count: number; readonly modifiers: readonly Modifier[] }
  | { readonly kind: "finished"; readonly action: Action };

export interface HandsOptions {
  /** Runs something on the page, at once. */
  readonly reach: (use: (page: Page) => Promise<void>) => Promise<void>;
  /** Records an action whose events are through already. */
  readonly record: (action: Action) => Promise<void>;
}

export class Hands {
  readonly #reach: HandsOptions["reach"];
  readonly #record: HandsOptions["record"];
  #begun: Begun | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Events and recordings happen one after another. */
  #turn: Promise<void> = Promise.resolve();

  constructor({ reach, record }: HandsOptions) {
    [this.#reach, this.#record] = [reach, record];
  }

  /** Resolves when the events have reached the page. */
  input(events: readonly ParsedInputEvent[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const event of events) await this.#handle(event);
    });
  }

  /** Records what is begun now: before handing back, or before a whole action. */
  finish(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #handle(event: ParsedInputEvent): Promise<void> {
    switch (event.kind) {
      case "move":
        return this.#move(event);
      case "down":
        return this.#press(event);
      case "up":
        return this.#release(event);
      case "wheel":
        return this.#scroll(event);
      case "key":
        return this.#key(event);
      case "text":
        return this.#type(event.text);
    }
  }

  async #move({ x, y }: Point): Promise<void> {
    if (this.#begun?.kind === "press") this.#begun.path.push({ x, y });
    await this.#reach((page) => page.mouse.move(x, y));
  }

  async #press({ x, y, button, count, modifiers }: Extract<ParsedInputEvent, { kind: "down" | "up" }>): Promise<void> {
    // The second press of a double click belongs to the first.
    const again = count > 1 && this.#begun?.kind === "finished" && this.#begun.action.kind === "click";
    if (!again) await this.#close();
    clearTimeout(this.#timer);
    this.#begun = { kind: "press", path: [{ x, y }], button, count, modifiers };
    await this.#reach(async ({ mouse, keyboard }) => {
      for (const key of modifiers) await keyboard.down(key);
      await mouse.move(x, y);
      await mouse.down({ button, clickCount: count });
    });
  }

  async #release({ x, y, count }: Extract<ParsedInputEvent, { kind: "down" | "up" }>): Promise<void> {
    const begun = this.#begun;
    if (begun?.kind !== "press") return;
    const { path, button, modifiers } = begun;
    path.push({ x, y });
    await this.#reach(async ({ mouse, keyboard }) => {
      await mouse.move(x, y);
      await mouse.up({ button, clickCount: count });
      for (const key of modifiers) await keyboard.up(key);
    });
    const [start] = path as [Point];
    const dragged = path.some((point) => Math.hypot(point.x - start.x, point.y - start.y) > DRAG);
    const action: Action = dragged
      ? { kind: "drag", path: thinned(path) }
      : { kind: "click", at: start, count: begun.count, button, modifiers: [...modifiers] };
    this.#wait(action, dragged ? 0 : CLICK_GAP);
  }

  async #scroll({ x, y, dx, dy }: Extract<ParsedInputEvent, { kind: "wheel" }>): Promise<void> {
    const before = this.#finished("scroll");
    if (before === null) await this.#close();
    await this.#reach(async ({ mouse }) => {
      await mouse.move(x, y);
      await mouse.wheel(dx, dy);
    });
    this.#wait({ kind: "scroll", at: before?.at ?? { x, y }, dx: (before?.dx ?? 0) + dx, dy: (before?.dy ?? 0) + dy }, WHEEL_GAP);
  }

  async #key({ key, modifiers }: Extract<ParsedInputEvent, { kind: "key" }>): Promise<void> {
    const held = modifiers.filter((one) => one !== "Shift");
    if (Array.from(key).length === 1 && held.length === 0) return this.#type(key);
    const typed = this.#finished("type");
    if (key === "Backspace" && held.length === 0 && typed !== null && typed.text.length > 1) {
      await this.#reach(({ keyboard }) => keyboard.press("Backspace"));
      return this.#wait({ kind: "type", text: Array.from(typed.text).slice(0, -1).join("") }, KEY_GAP);
    }
    const chord = [...modifiers, key].join("+");
    const before = this.#finished("key");
    const again = before?.chord === chord && before.count < 60;
    if (!again) await this.#close();
    await this.#reach(({ keyboard }) => pressed(keyboard, chord));
    this.#wait({ kind: "key", chord, count: again ? before.count + 1 : 1 }, KEY_GAP / 3);
  }

  async #type(text: string): Promise<void> {
    const before = this.#finished("type");
    if (before === null) await this.#close();
    await this.#reach(({ keyboard }) => keyboard.type(text));
    this.#wait({ kind: "type", text: (before?.text ?? "") + text }, KEY_GAP);
  }

  /** What is done but may go on, if it is of this kind. */
  #finished<Kind extends Action["kind"]>(kind: Kind): Extract<Action, { kind: Kind }> | null {
    const begun = this.#begun;
    return begun?.kind === "finished" && begun.action.kind === kind ? (begun.action as Extract<Action, { kind: Kind }>) : null;
  }

  #wait(action: Action, ms: number): void {
    this.#begun = { kind: "finished", action };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.finish().catch(() => undefined), ms);
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    const begun = this.#begun;
    this.#begun = null;
    if (begun?.kind === "finished") return this.#record(begun.action);
    // Somebody let go outside of the page: nothing was done, but no button stays down.
    if (begun?.kind === "press") await this.#reach(({ mouse }) => mouse.up({ button: begun.button }));
  }
}

async function pressed(keyboard: Page["keyboard"], chord: string): Promise<void> {
  try {
    await keyboard.press(chord);
  } catch (error) {
    if (!/Unknown key/.test(String(error))) throw error;
    throw new WheelError("usage", `There is no key "${chord}".`, "Press another one.");
  }
}

/** Start, end, and evenly chosen points between. */
function thinned(path: readonly Point[]): Point[] {
  if (path.length <= POINTS) return [...path];
  return Array.from({ length: POINTS }, (_, i) => path[Math.round((i * (path.length - 1)) / (POINTS - 1))]!);
}
