/** Re-runs of an episode from its seed: how many screens were the same, and the first that was not. Append-only. */
import type { VerdictName } from "../../env/verdict.ts";
import type { Connection } from "./connection.ts";

export interface NewRerun {
  readonly episode: string;
  /** Screens compared: the start and one per step. */
  readonly screens: number;
  readonly sameScreens: number;
  /** Number of the first screen that differs (0 = start), or null. */
  readonly firstDrift: number | null;
  /** What was seen in its place. */
  readonly seen: string | null;
  readonly recorded: VerdictName | null;
  readonly replayed: VerdictName | null;
}

export interface StoredRerun extends NewRerun {
  readonly createdAt: number;
}

export type Reruns = ReturnType<typeof reruns>;

/** Repository of re-runs. */
export function reruns(connection: Connection) {
  const { query } = connection;
  return {
    add: (rerun: NewRerun): void => void connection.run(query.insertInto("reruns").values({ ...rerun, createdAt: Date.now() })),
    /** Re-runs of an episode, oldest first. */
    of: (episode: string): StoredRerun[] =>
      connection.all(
        query
          .selectFrom("reruns")
          .select(["episode", "screens", "sameScreens", "firstDrift", "seen", "recorded", "replayed", "createdAt"])
          .where("episode", "=", episode)
          .orderBy("id"),
      ),
  };
}
