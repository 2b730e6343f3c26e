/**
 * Keeps secrets out of records. In: pixels and the boxes of filled password / payment fields, typed text and what was said openly.
 * Out: pixels and text safe to hash and store. What the task itself says aloud (instruction, parameters) is not a secret.
 */
import type { Action } from "./action.ts";
import type { Pixels } from "./observation.ts";
import type { Box } from "./task.ts";

const SECRET_FIELDS = "input[type=password],input[autocomplete^=cc-],[data-secret]";

/**
 * In-page: boxes (CSS px) of secret fields that hold something, and whether one of them has the focus. `more`: CSS selectors of further secret
 * fields; one that is no selector hides nothing.
 */
export function secretFieldsScript(more: readonly string[] = []): string {
  return `(() => {
  const matching = (selector) => { try { return [...document.querySelectorAll(selector)]; } catch { return []; } };
  const fields = [...new Set(${JSON.stringify([SECRET_FIELDS, ...more])}.flatMap(matching))];
  const visible = fields.filter((f) => (f.value ?? f.textContent) !== '').map((f) => f.getBoundingClientRect());
  return {
    boxes: visible.map((r) => ({ x: r.x, y: r.y, width: r.width, height: r.height })),
    focused: fields.includes(document.activeElement),
  };
})()`;
}

export interface SecretFields {
  readonly boxes: readonly Box[];
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

/** The action as it may be stored: text typed into a secret field is replaced unless it was said openly. */
export function maskAction(action: Action, intoSecretField: boolean, saidOpenly: string): Action {
  if (action.kind !== "type" || !intoSecretField || saidOpenly.includes(action.text)) return action;
  return { kind: "type", text: "•".repeat(8) };
}
