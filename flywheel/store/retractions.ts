/** Retractions: an episode taken out of everything learning reads, and perhaps put back, each time with author and reason. */
import type { Connection } from "./connection.ts";

export interface NewRetraction {
  readonly episode: string;
  readonly reason: string;
  readonly author: string;
}

export interface StoredRetraction extends NewRetraction {
  readonly action: "retract" | "restore";
  readonly createdAt: number;
}

export type Retractions = ReturnType<typeof retractions>;

/** Repository of retractions. */
export function retractions(connection: Connection) {
  const { query } = connection;
  const add = (action: "retract" | "restore", retraction: NewRetraction): void =>
    void connection.run(query.insertInto("retractions").values({ ...retraction, action, createdAt: Date.now() }));
  return {
    retract: (retraction: NewRetraction): void => add("retract", retraction),
    restore: (retraction: NewRetraction): void => add("restore", retraction),
    /** Everything that was said about an episode, oldest first. */
    of: (episode: string): StoredRetraction[] =>
      connection.all(
        query.selectFrom("retractions").select(["episode", "action", "reason", "author", "createdAt"]).where("episode", "=", episode).orderBy("id"),
      ),
  };
}
