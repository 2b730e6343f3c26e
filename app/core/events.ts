/**
 * What the core tells whoever started it, one JSON object a line on its output: how much runs, and what a person who looks elsewhere wants to
 * know. In: a core. Out: lines, until the returned function is called.
 */
import type { Core } from "./core.ts";

export type CoreEvent =
  /** `running`: jobs and live sessions. `fraction`: how far the longest job is, or null while nobody knows. */
  | { readonly event: "jobs"; readonly running: number; readonly fraction: number | null; readonly whenClosing: "ask" | "go on" | "stop" }
  | { readonly event: "notify"; readonly title: string; readonly body: string };

const EVERY = 500;

export function tellEvents(core: Core, tell: (event: CoreEvent) => void): () => void {
  const abort = new AbortController();
  void (async () => {
    const known = new Set<string>();
    let before = "";
    for await (const { jobs, sessions } of core.changed.stream(
      () => ({ jobs: core.jobs.list(), sessions: core.sessions.list() }),
      EVERY,
      abort.signal,
    )) {
      const live = jobs.filter(({ endedAt }) => endedAt === null);
      const counted = live.find(({ total }) => total > 0);
      const event: CoreEvent = {
        event: "jobs",
        running: live.length + sessions.filter(({ state }) => state !== "ended").length,
        whenClosing: core.settings.closing.runningJobs,
        fraction: counted === undefined ? null : counted.done / counted.total,
      };
      if (JSON.stringify(event) !== before) tell(event);
      before = JSON.stringify(event);
      const { approvals, jobsAfterSeconds } = core.settings.notifications;
      for (const { id, title, state, startedAt, endedAt, problem } of jobs) {
        if (endedAt === null || known.has(id)) continue;
        known.add(id);
        if (state === "stopped" || endedAt - startedAt < 1000 * jobsAfterSeconds) continue;
        tell({ event: "notify", title: state === "done" ? `${title} is done` : `${title} stopped`, body: problem?.message ?? "" });
      }
      for (const { id, pending } of sessions) {
        const proposal = `${id} ${pending?.number ?? 0}`;
        if (!approvals || pending === null || pending.until === null || known.has(proposal)) continue;
        known.add(proposal);
        tell({ event: "notify", title: `Session ${id} asks`, body: `${pending.sentence}${pending.target === "" ? "" : ` “${pending.target}”`}` });
      }
    }
  })();
  return () => abort.abort();
}
