/**
 * Verdicts: one episode may have several (verifier@version, a person, a poison test); exactly one of them routes.
 * In: a `Verdict` and its source. Out: all verdicts of an episode, oldest first. None is ever changed or deleted, only withdrawn.
 */
import type { Json } from "../../env/json.ts";
import type { Verdict } from "../../env/verdict.ts";
import type { Connection } from "./connection.ts";
import type { VerdictSource } from "./database.ts";
import { readJson } from "./json.ts";

export interface StoredVerdict extends Verdict {
  readonly id: number;
  readonly episode: string;
  readonly source: VerdictSource;
  readonly routing: boolean;
  /** Why it no longer counts, or null. */
  readonly withdrawn: string | null;
  readonly createdAt: number;
}

export type Verdicts = ReturnType<typeof verdicts>;

/** Repository of verdicts. */
export function verdicts(connection: Connection) {
  const { query } = connection;
  const stopRouting = (episode: string): void => {
    connection.run(query.updateTable("verdicts").set({ routing: 0 }).where("episode", "=", episode).where("routing", "=", 1));
  };
  const ofEpisode = connection.often((episode) => query.selectFrom("verdicts").selectAll().where("episode", "=", episode).orderBy("id"));
  return {
    /** Adds a verdict; with `routing` it becomes the one that filter and router go by. Returns its id. */
    add(
      episode: string,
      verdict: Verdict,
      { source, routing, act = null }: { readonly source: VerdictSource; readonly routing: boolean; readonly act?: number | null },
    ): number {
      return connection.transaction(() => {
        if (routing) stopRouting(episode);
        const evidence = JSON.stringify(verdict.evidence);
        const row = {
          ...verdict,
          episode,
          evidence,
          source,
          routing: routing ? (1 as const) : (0 as const),
          withdrawn: null,
          createdAt: Date.now(),
          act,
        };
        return connection.run(query.insertInto("verdicts").values(row)).id;
      });
    },

    /** Withdraws a verdict; the newest one left routes again. An episode without any counts as unverified. */
    withdraw(id: number, reason: string): void {
      connection.transaction(() => {
        const { episode, routing } = connection.first(query.selectFrom("verdicts").select(["episode", "routing"]).where("id", "=", id))!;
        connection.run(query.updateTable("verdicts").set({ withdrawn: reason, routing: 0 }).where("id", "=", id));
        if (routing === 0) return;
        const left = connection.first(
          query.selectFrom("verdicts").select("id").where("episode", "=", episode).where("withdrawn", "is", null).orderBy("id", "desc"),
        );
        if (left !== undefined) connection.run(query.updateTable("verdicts").set({ routing: 1 }).where("id", "=", left.id));
      });
    },

    /** All verdicts of an episode, oldest first. */
    of(episode: string): StoredVerdict[] {
      const rows = connection.all(ofEpisode(episode));
      return rows.map(({ act: _, ...row }) => ({
        ...row,
        routing: row.routing === 1,
        evidence: readJson(row.evidence, "verdicts.evidence") satisfies Json,
      }));
    },

    /** Ids of the verdicts of one source that still count, oldest first. */
    from(source: VerdictSource): number[] {
      return connection
        .all(query.selectFrom("verdicts").select("id").where("source", "=", source).where("withdrawn", "is", null).orderBy("id"))
        .map(({ id }) => id);
    },
  };
}
