/**
 * Routes: where an episode goes (SFT, CT, quarantine), as an append-only chain with author and reason; the newest row counts.
 * The database itself refuses to change or delete a row.
 */
import type { Connection } from "./connection.ts";
import type { Route } from "./database.ts";

export interface NewRoute {
  readonly episode: string;
  readonly route: Route;
  readonly author: string;
  readonly reason: string;
}

export interface StoredRoute extends NewRoute {
  readonly id: number;
  /** The row this one replaces. */
  readonly supersedes: number | null;
  readonly createdAt: number;
}

export type Routes = ReturnType<typeof routes>;

/** Repository of routes. */
export function routes(connection: Connection) {
  const { query } = connection;
  const current = (episode: string): StoredRoute | null =>
    connection.first(query.selectFrom("current_routes").selectAll().where("episode", "=", episode)) ?? null;
  const ofEpisode = connection.often((episode) => query.selectFrom("routes").selectAll().where("episode", "=", episode).orderBy("id"));
  return {
    current,
    /** Appends a route that supersedes the current one. Returns its id. */
    append(route: NewRoute): number {
      return connection.transaction(
        () =>
          connection.run(query.insertInto("routes").values({ ...route, supersedes: current(route.episode)?.id ?? null, createdAt: Date.now() })).id,
      );
    },
    /** All routes an episode ever had, oldest first. */
    history: (episode: string): StoredRoute[] => connection.all(ofEpisode(episode)),
  };
}
