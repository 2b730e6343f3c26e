/** Results of queries that are kept while they stay right. In: a key, a result, what had been written. Out: the result. */
import { sql } from "kysely";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { column } from "../statements.ts";

/**
 * How many are kept, and for how many ms while a run records more and more; while nobody writes they stay right, and what a person changed
 * is seen at once.
 */
const [MOST, FRESH] = [24, 2000];

/** What had been written when something was made, by anybody and by people. */
export interface Written {
  readonly all: string;
  readonly acts: string;
}

export class Kept<Value> {
  readonly #values = new Map<string, { readonly value: Value; readonly at: number; readonly written: Written }>();

  /** Undefined when it was never made or is no longer right. */
  get(key: string, now: Written): Value | undefined {
    const known = this.#values.get(key);
    if (known === undefined || known.written.all === now.all) return known?.value;
    return known.written.acts === now.acts && performance.now() - known.at < FRESH ? known.value : undefined;
  }

  /** `written`: as it was before the value was read. */
  put(key: string, value: Value, written: Written): void {
    this.#values.delete(key);
    this.#values.set(key, { value, at: performance.now(), written });
    if (this.#values.size > MOST) this.#values.delete(this.#values.keys().next().value!);
  }
}

/** `all` changes whenever anybody has written; a reader itself never does. */
export function writtenIn(workspace: Workspace): Written {
  return {
    all: String(workspace.connection.pragma("data_version")[0]!["data_version"]),
    acts: column<string>(workspace, sql`select ifnull(max(id), 0) || ' ' || ifnull(max(undoneAt), 0) from acts`)[0]!,
  };
}
