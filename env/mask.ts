/**
 * Keeps secrets out of records. In: pixels and the boxes of filled password / payment fields, what they hold, typed text and what was said openly.
 * Out: pixels, text and states safe to hash and store. What the task itself says aloud (instruction, parameters) is not a secret.
 */
import type { Action } from "./action.ts";
import type { Json } from "./json.ts";
import type { Pixels } from "./observation.ts";
import type { Box } from "./task.ts";

const SECRET_FIELDS = "input[type=password],input[autocomplete^=cc-],[data-secret]";

/**
 * In-page: boxes (CSS px) of secret fields that hold something, what they hold, and whether one of them has the focus. A field that was secret
 * once stays it, also when its page shows its content. `more`: CSS selectors of further secret fields; one that is no selector hides nothing.
 */
export function secretFieldsScript(more: readonly string[] = []): string {
  return `(() => {
  const matching = (selector) => { try { return [...document.querySelectorAll(selector)]; } catch { return []; } };
  const known = (document[Symbol.for('flywheel secret fields')] ??= new Set());
  for (const field of ${JSON.stringify([SECRET_FIELDS, ...more])}.flatMap(matching)) known.add(field);
  const fields = [...known].filter((f) => f.isConnected);
  const filled = fields.filter((f) => (f.value ?? f.textContent) !== '');
  return {
    boxes: filled.map((f) => f.getBoundingClientRect()).map((r) => ({ x: r.x, y: r.y, width: r.width, height: r.height })),
    values: filled.map((f) => f.value ?? f.textContent),
    focused: fields.includes(document.activeElement),
  };
})()`;
}

export interface SecretFields {
  readonly boxes: readonly Box[];
  readonly values: readonly string[];
  readonly focused: boolean;
}

/** Paints each box over with one flat grey, in place, inset by 3 CSS px so that the field's own border stays visible. */
export function maskPixels(pixels: Pixels, boxes: readonly Box[], deviceScaleFactor: number): void {
  const words = new Uint32Array(pixels.data.buffer, pixels.data.byteOffset, pixels.width * pixels.height);
  const clamp = (value: number, max: number): number => Math.max(0, Math.min(max, Math.round(value * deviceScaleFactor)));
  for (const box of boxes) {
    const [left, right] = [clamp(box.x + 3, pixels.width), clamp(box.x + box.width - 3, pixels.width)];
    const [top, bottom] = [clamp(box.y + 3, pixels.height), clamp(box.y + box.height - 3, pixels.height)];
    for (let y = top; y < bottom; y++) words.fill(0xff8c8c8c, y * pixels.width + left, y * pixels.width + right);
  }
}

const MASK = "•".repeat(8);
/** A shorter secret is only recognised alone: it would be found in other words. */
const SHORTEST_INSIDE = 4;

/** The secrets of one episode: what its secret fields held so far, but what was said openly. They stay in memory. */
export class Secrets {
  readonly #saidOpenly: string;
  readonly #known = new Set<string>();

  constructor(saidOpenly = "") {
    this.#saidOpenly = saidOpenly;
  }

  /** A field holds this. */
  add(value: string): void {
    for (const secret of [value, value.trim()]) if (secret !== "" && !this.#isOpen(secret)) this.#known.add(secret);
  }

  /** The action as it may be stored: what is typed into a secret field is replaced unless it was said openly. */
  action(action: Action, intoSecretField: boolean): Action {
    const typed = intoSecretField ? typedBy(action) : null;
    if (typed === null || this.#isOpen(typed.trim())) return action;
    this.add(typed);
    return { kind: "type", text: MASK };
  }

  text(text: string): string {
    let safe = text;
    for (const secret of this.#known) {
      if (safe === secret) return MASK;
      if (secret.length < SHORTEST_INSIDE) continue;
      for (const spelled of new Set([secret, encodeURIComponent(secret), encodeURIComponent(secret).replaceAll("%20", "+")])) {
        safe = safe.replaceAll(spelled, MASK);
      }
    }
    return safe;
  }

  /** The same value with every text in it made safe. */
  json<Value>(value: Value): Value {
    return this.#known.size === 0 ? value : (this.#walk(value as Json) as Value);
  }

  #walk(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((inner: Json) => this.#walk(inner));
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.#walk(inner)]));
  }

  /** Said as it is, or, if it is short, as whole words: a letter alone is part of every sentence. */
  #isOpen(text: string): boolean {
    if (text.length >= SHORTEST_INSIDE) return this.#saidOpenly.includes(text);
    const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);
    for (let at = this.#saidOpenly.indexOf(text); text !== "" && at !== -1; at = this.#saidOpenly.indexOf(text, at + 1)) {
      if (!isWord(this.#saidOpenly[at - 1]) && !isWord(this.#saidOpenly[at + text.length])) return true;
    }
    return text === "";
  }
}

/** What an action types; null: nothing, or no character. */
function typedBy(action: Action): string | null {
  if (action.kind === "type") return action.text;
  if (action.kind !== "key") return null;
  const keys = action.chord.split("+");
  const isCharacter = [...keys.at(-1)!].length === 1 && keys.slice(0, -1).every((key) => key === "Shift");
  return isCharacter ? keys.at(-1)!.repeat(action.count) : null;
}
