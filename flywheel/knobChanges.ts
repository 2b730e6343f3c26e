/** Which knobs differ between two configurations. In: both as JSON. Out: their paths with both values, as `--set` names them. Pure. */
import { canonicalJson } from "../env/json.ts";

export interface KnobChange {
  readonly path: string;
  /** As JSON; null where it does not exist. */
  readonly before: string | null;
  readonly now: string | null;
}

/** In alphabetical order; lists are compared as a whole. */
export function knobChanges(before: string, now: string): KnobChange[] {
  const [old, own] = [knobsOf(JSON.parse(before)), knobsOf(JSON.parse(now))];
  const paths = [...new Set([...old.keys(), ...own.keys()])].toSorted();
  return paths.map((path) => ({ path, before: old.get(path) ?? null, now: own.get(path) ?? null })).filter((change) => change.before !== change.now);
}

function knobsOf(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map([[path, canonicalJson(value)]]);
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...knobsOf(inner, path === "" ? key : `${path}.${key}`)]));
}
