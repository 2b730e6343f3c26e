/**
 * Acts: changes that people made, each of which can be taken back as one while its time lasts. The rows an act made carry its number;
 * `undo` holds what else is needed. In: facts. Out: acts, newest first.
 */
import type { Json } from "../../env/json.ts";
import type { Connection } from "./connection.ts";
import { readJson } from "./json.ts";

export interface NewAct {
  readonly kind: string;
  /** "312 episodes: label over-shoots". */
  readonly summary: string;
  readonly count: number;
  readonly author: string;
  /** Unix milliseconds until which it can be undone. */
  readonly until: number;
  readonly undo: Json;
}

export interface StoredAct extends NewAct {
  readonly id: number;
  readonly createdAt: number;
  readonly undoneAt: number | null;
}

export type Acts = ReturnType<typeof acts>;

/** Repository of acts. */
export function acts(connection: Connection) {
  const { query } = connection;
  const toAct = (row: Omit<StoredAct, "undo"> & { readonly undo: string }): StoredAct => ({ ...row, undo: readJson(row.undo, "acts.undo") });
  return {
    add: (act: NewAct): number =>
      connection.run(query.insertInto("acts").values({ ...act, undo: JSON.stringify(act.undo), createdAt: Date.now(), undoneAt: null })).id,
    /** How many it changed is known only when it is done. */
    count: (id: number, count: number, summary: string): void =>
      void connection.run(query.updateTable("acts").set({ count, summary }).where("id", "=", id)),
    /** It turned out to change nothing. */
    remove: (id: number): void => void connection.run(query.deleteFrom("acts").where("id", "=", id)),
    markUndone: (id: number): void => void connection.run(query.updateTable("acts").set({ undoneAt: Date.now() }).where("id", "=", id)),
    find(id: number): StoredAct | null {
      const row = connection.first(query.selectFrom("acts").selectAll().where("id", "=", id));
      return row === undefined ? null : toAct(row);
    },
    /** The newest act that was not undone and whose time has not run out. */
    latest(): StoredAct | null {
      const open = query.selectFrom("acts").selectAll().where("undoneAt", "is", null).where("until", ">", Date.now());
      const row = connection.first(open.orderBy("id", "desc").limit(1));
      return row === undefined ? null : toAct(row);
    },
    list: (limit: number): StoredAct[] => connection.all(query.selectFrom("acts").selectAll().orderBy("id", "desc").limit(limit)).map(toAct),
  };
}
