/** Jobs as the core tells them: kept outside of React, told to whoever looks. In: messages of `jobs.watch`. Out: the jobs, newest first. */
import { useSyncExternalStore } from "react";
import type { Job } from "../../api/jobs.ts";
import { toast } from "./toasts.ts";

let jobs: readonly Job[] = [];
const listeners = new Set<() => void>();

export function isActive({ state }: Job): boolean {
  return state !== "done" && state !== "failed" && state !== "stopped";
}

export function watchJobs({ jobs: changed }: { readonly jobs: readonly Job[] }): void {
  for (const job of changed) {
    const before = jobs.find(({ id }) => id === job.id);
    if (before !== undefined && isActive(before) && !isActive(job)) tell(job);
  }
  const ids = new Set(changed.map(({ id }) => id));
  jobs = [...changed, ...jobs.filter(({ id }) => !ids.has(id))].toSorted((a, b) => b.startedAt - a.startedAt);
  for (const listener of listeners) listener();
}

function tell({ title, state, problem }: Job): void {
  if (state === "done") toast(`${title}: done.`);
  if (state === "failed") toast(`${title} failed: ${problem?.message ?? "no reason was given"}`, { kind: "failed" });
}

export function useJobs(): readonly Job[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => jobs,
  );
}

/** One job, as it goes. */
export function useJob(id: string | null): Job | null {
  return useJobs().find((job) => job.id === id) ?? null;
}
