/** Which answers are asked for again when the core says that something has changed. In: topics of `workspace.watch`. Out: groups of calls. */
import type { QueryClient } from "@tanstack/react-query";
import type { Outputs } from "../../api/index.ts";

type Topic = Outputs["workspace"]["watch"] extends AsyncIterable<infer Message> ? (Message extends { topics: (infer Name)[] } ? Name : never) : never;

/** Beginnings of query keys: a group, or one call of it. */
const STALE: Readonly<Record<Topic, readonly string[]>> = {
  // A list is frozen at its `asOf`: that episodes arrive does not change it.
  episodes: ["workspace", "runs.wheel", "datasets.pools", "datasets.ledger", "tasks", "episode"],
  labels: ["episodes", "episode", "datasets", "runs.wheel"],
  runs: ["workspace", "runs", "tasks"],
  sessions: ["workspace", "sessions"],
  datasets: ["workspace", "datasets"],
  checkpoints: ["workspace", "checkpoints", "runs", "tasks"],
  tasks: ["workspace", "tasks"],
  settings: ["settings"],
  agents: ["agents"],
  jobs: [],
  acts: ["acts"],
  views: ["views"],
};

export function refresh(queries: QueryClient, topics: readonly Topic[]): void {
  const stale = new Set(topics.flatMap((topic) => STALE[topic]));
  if (stale.size === 0) return;
  void queries.invalidateQueries({
    predicate: ({ queryKey: [group, call] }) => stale.has(String(group)) || stale.has(`${String(group)}.${String(call)}`),
  });
}
