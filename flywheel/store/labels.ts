/** Labels: free words people attach to an episode or to one of its steps. Append-only by habit; removed only by their id. */
import type { Connection } from "./connection.ts";

export interface NewLabel {
  readonly episode: string;
  /** Step index, or null for the whole episode. */
  readonly step: number | null;
  readonly label: string;
  readonly note: string;
  readonly author: string;
  /** The act it belongs to. */
  readonly act?: number;
}

export interface StoredLabel extends Omit<NewLabel, "act"> {
  readonly id: number;
  readonly createdAt: number;
}

export type Labels = ReturnType<typeof labels>;

/** Repository of labels. */
export function labels(connection: Connection) {
  const { query } = connection;
  const ofEpisode = connection.often((episode) =>
    query
      .selectFrom("labels")
      .select(["id", "episode", "step", "label", "note", "author", "createdAt"])
      .where("episode", "=", episode)
      .where("removedBy", "is", null)
      .orderBy("id"),
  );
  return {
    add: (label: NewLabel): number => connection.run(query.insertInto("labels").values({ ...label, createdAt: Date.now() })).id,
    remove: (id: number): void => void connection.run(query.deleteFrom("labels").where("id", "=", id)),
    /** Labels of an episode, oldest first. */
    of: (episode: string): StoredLabel[] => connection.all(ofEpisode(episode)),
    /** Ids of the episodes that carry a label. */
    episodes: (label: string): string[] =>
      connection
        .all(query.selectFrom("labels").select("episode").distinct().where("label", "=", label).where("removedBy", "is", null).orderBy("episode"))
        .map((row) => row.episode),
  };
}
