/** HTML with escaping by default. In: a tagged template. Out: `Markup`, which other templates take over unescaped. */

/** Text that is HTML already. */
export interface Markup {
  readonly markup: string;
}

export type Part = string | number | Markup | null | undefined | false | readonly Part[];

/** Escapes every value but `Markup`; lists are joined, null, undefined and false vanish. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return { markup: strings.reduce((text, part, i) => text + toText(values[i - 1]) + part) };
}

/** Takes text over as it is. */
export function raw(text: string): Markup {
  return { markup: text };
}

function toText(value: Part): string {
  if (value === null || value === undefined || value === false) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return "markup" in value ? value.markup : value.map(toText).join("");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
