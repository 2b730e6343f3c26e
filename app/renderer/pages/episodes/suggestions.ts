/**
 * What the query bar offers while a person types. In: the text, fields, values that the core counted. Out: fields, then values of the named field,
 * each with what it adds to the URL.
 */
import { filterFromSearch } from "../../../api/query.ts";
import { FIELDS, FLAGS } from "./query.ts";

type FieldName = keyof typeof FIELDS;

export type Suggestion =
  | { readonly kind: "field"; readonly field: FieldName; readonly not: boolean }
  | { readonly kind: "value"; readonly field: FieldName; readonly not: boolean; readonly value: string; readonly count: number | null };

/** The last word that is being typed: `-task:log` → not, task, "log". */
export interface Token {
  /** Text before it. */
  readonly before: string;
  readonly not: boolean;
  readonly field: FieldName | null;
  /** What was typed of the value, or of the field's name. */
  readonly typed: string;
}

export function lastToken(text: string): Token {
  const [, before = "", minus = "", name, typed = ""] = /^(.*?)(-?)(?:([A-Za-z]+)[:=])?((?<=[:=])[^"]*|\S*)$/s.exec(text) ?? [];
  const field = Object.keys(FIELDS).find((one) => one.toLowerCase() === name?.toLowerCase()) as FieldName | undefined;
  if (name !== undefined && field === undefined) return { before: text, not: false, field: null, typed: "" };
  return { before, not: minus === "-", field: field ?? null, typed };
}

/** `values`: those of the token's field, counted by the core. */
export function suggest({ field, typed, not }: Token, values: readonly { readonly value: string; readonly count: number }[]): Suggestion[] {
  if (field === null) {
    const names = Object.keys(FIELDS) as FieldName[];
    return names.filter((name) => name.toLowerCase().startsWith(typed.toLowerCase())).map((name) => ({ kind: "field", field: name, not }));
  }
  if (isRange(field)) return typed !== "" && parses(field, typed) ? [{ kind: "value", field, not: false, value: typed, count: null }] : [];
  const own = ownValues(field);
  const all = own === null ? values : own.map((value) => ({ value, count: null }));
  const matching = all.filter(({ value }) => value.toLowerCase().startsWith(typed.toLowerCase()));
  return matching.map(({ value, count }) => ({ kind: "value", field, not, value, count }));
}

export function isRange(field: FieldName): field is "steps" | "seconds" {
  return field === "steps" || field === "seconds";
}

function ownValues(field: FieldName): readonly string[] | null {
  if (field === "is") return FLAGS;
  return field === "routedBy" ? ["wheel", "person"] : null;
}

function parses(field: string, text: string): boolean {
  const { filter, broken } = filterFromSearch({ [field]: text });
  return broken.length === 0 && Object.keys(filter).length > 0 && /\d/.test(text) && !text.includes("NaN");
}

/** URL parameters after a value was chosen: it joins the field's alternatives. */
export function withValue(
  search: Readonly<Record<string, string>>,
  { field, not, value }: Extract<Suggestion, { kind: "value" }>,
): Record<string, string> {
  const name = not ? `not.${field}` : field;
  if (isRange(field)) return { [name]: value.includes("..") ? value : `${value}..${value}` };
  const escaped = value.replaceAll(",", "\\,");
  const before = search[name];
  const values = before === undefined ? [] : before.split(/(?<!\\),/);
  return { [name]: [...new Set([...values, escaped])].join(",") };
}
