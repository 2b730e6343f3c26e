/** What a verifier looked at, as names and values. In: any JSON. Out: a list; nested parts are folded out to "values.user". */
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";

type Json = Outputs["episode"]["get"]["startState"];

const SHOWN = 14;

export function Evidence({ value }: { readonly value: Json }): ReactNode {
  const facts = flatten(value, "");
  if (facts.length === 0) return null;
  return (
    <dl className="facts evidence">
      {facts.slice(0, SHOWN).map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
      {facts.length > SHOWN && (
        <div>
          <dt className="faint">{facts.length - SHOWN} more</dt>
          <dd />
        </div>
      )}
    </dl>
  );
}

function flatten(value: Json, name: string): [string, string][] {
  if (value === null || typeof value !== "object") return [[name || "found", shown(value)]];
  if (Array.isArray(value))
    return [
      [
        name || "found",
        value.length === 0 ? "none" : value.map((one) => (one !== null && typeof one === "object" ? JSON.stringify(one) : shown(one))).join(", "),
      ],
    ];
  return Object.entries(value).flatMap(([key, part]) => flatten(part, name === "" ? key : `${name}.${key}`));
}

function shown(value: string | number | boolean | null): string {
  if (value === null) return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === "" ? "empty" : String(value);
}
