/** What is selected: some rows, or everything that matches less some. In: clicks and keys. Out: a selection for the core; it is the query, never a page. */
import type { EpisodeFilter, Selection } from "../../../api/query.ts";

export type Picked = { readonly kind: "ids"; readonly ids: ReadonlySet<string> } | { readonly kind: "query"; readonly except: ReadonlySet<string> };

export const NOTHING: Picked = { kind: "ids", ids: new Set() };
export const EVERYTHING: Picked = { kind: "query", except: new Set() };

export function isPicked(picked: Picked, id: string): boolean {
  return picked.kind === "ids" ? picked.ids.has(id) : !picked.except.has(id);
}

/** The other way round for these. */
export function toggle(picked: Picked, id: string): Picked {
  const one = new Set([id]);
  if (picked.kind === "ids") return { kind: "ids", ids: picked.ids.symmetricDifference(one) };
  return { kind: "query", except: picked.except.symmetricDifference(one) };
}

export function add(picked: Picked, ids: readonly string[]): Picked {
  const more = new Set(ids);
  if (picked.kind === "ids") return { kind: "ids", ids: picked.ids.union(more) };
  return { kind: "query", except: picked.except.difference(more) };
}

export function pickedCount(picked: Picked, matching: number): number {
  return picked.kind === "ids" ? picked.ids.size : Math.max(0, matching - picked.except.size);
}

/** Null: nothing is selected. */
export function toSelection(picked: Picked, filter: EpisodeFilter, asOf: number, matching: number): Selection | null {
  if (pickedCount(picked, matching) === 0) return null;
  if (picked.kind === "ids") return { kind: "ids", ids: [...picked.ids] };
  return { kind: "query", filter, asOf, except: [...picked.except] };
}
