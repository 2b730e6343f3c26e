/** What each named filter check said about an episode under one verdict, with its reason; a later look replaces the earlier one. */
import type { Connection } from "./connection.ts";

export interface CheckResult {
  readonly check: string;
  readonly passed: boolean;
  readonly reason: string;
}

export type FilterChecks = ReturnType<typeof filterChecks>;

/** Repository of filter checks. */
export function filterChecks(connection: Connection) {
  const { query } = connection;
  const ofEpisode = connection.often((episode) =>
    query
      .selectFrom("filter_checks as f")
      .innerJoin("verdicts as v", "v.id", "f.verdict")
      .select(["f.check", "f.passed", "f.reason"])
      .where("f.episode", "=", episode)
      .where("v.routing", "=", 1)
      .orderBy("f.check"),
  );
  return {
    /** Replaces the checks of this episode under this verdict. */
    record(episode: string, verdict: number, results: readonly CheckResult[]): void {
      connection.transaction(() => {
        connection.run(query.deleteFrom("filter_checks").where("episode", "=", episode).where("verdict", "=", verdict));
        const rows = results.map(({ check, passed, reason }) => ({ episode, verdict, check, passed: passed ? (1 as const) : (0 as const), reason }));
        if (rows.length > 0) connection.run(query.insertInto("filter_checks").values(rows));
      });
    },

    /** Checks of an episode under its routing verdict, by name. */
    of(episode: string): CheckResult[] {
      const rows = connection.all(ofEpisode(episode));
      return rows.map(({ check, passed, reason }) => ({ check, passed: passed === 1, reason }));
    },
  };
}
