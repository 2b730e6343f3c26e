/**
 * Long work: everything that takes longer than a click is a job with progress, time left and a cancel. Jobs run in processes of their
 * own and go on when windows close. In: orders of the other groups start them. Out: snapshots and streams of them.
 */
import { z } from "zod";
import { eventIterator } from "@orpc/contract";
import { oc } from "./base.ts";
import { count, json, problem, time } from "./values.ts";

export const JOB_KINDS = ["run", "command", "export", "snapshot", "rerun", "rollout", "import", "verify", "report", "prune", "index"] as const;

export const job = z.object({
  id: z.string(),
  kind: z.enum(JOB_KINDS),
  /** A noun phrase: "Run s1-4494f9b9", "Export of snapshot ce90602d". */
  title: z.string(),
  /** `paused`: holds between two units of work and keeps its place. */
  state: z.enum(["running", "pausing", "paused", "stopping", "done", "failed", "stopped"]),
  /** Current stage within the job, e.g. "roll out"; empty where there is only one. */
  stage: z.string(),
  cycle: count.nullable(),
  done: count,
  /** 0: not known. */
  total: count,
  unit: z.string(),
  note: z.string(),
  /** Units per minute over the last 20 units; null while unknown. */
  perMinute: z.number().nullable(),
  /** Of the current stage, from the median of the last 20 units; null while unknown ("12 s so far"). */
  secondsLeft: z.number().nullable(),
  /** A second stage under way at the same time: a wheel that acts on while it learns. */
  beside: z
    .object({ stage: z.string(), cycle: count.nullable(), done: count, total: count, note: z.string(), secondsLeft: z.number().nullable() })
    .nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  /** Why it failed. */
  problem: problem.nullable(),
  /** What it made: an episode, a snapshot, a folder … by its kind; null until done. */
  result: json.nullable(),
  /** The run it belongs to, when it does. */
  run: z.string().nullable(),
});
export type Job = z.infer<typeof job>;

const named = z.object({ id: z.string() });

export const jobs = {
  /** Running jobs, and those that ended since the core was started (newest first, at most 50). */
  list: oc.output(z.array(job)),
  get: oc.input(named).output(job),
  /** All jobs at once, then each one that changed, at most 4 a second per job. Ends only when cancelled. */
  watch: oc.output(eventIterator(z.object({ jobs: z.array(job) }))),
  /** Stops after the unit under way; nothing committed is lost. */
  cancel: oc.input(named).output(job),
  /** Lines that a job printed for people, oldest first. */
  log: oc.input(named).output(z.array(z.object({ at: time, text: z.string() }))),
  /**
   * Runs a command of the command line inside this core, where the workspace is open: what the CLI sends when a core holds the workspace.
   * `args` as typed, `cwd` for relative paths. Streams its output and ends with its exit status; cancelling stops the command.
   */
  command: oc
    .input(z.object({ args: z.array(z.string()), cwd: z.string(), columns: count.optional() }))
    .output(
      eventIterator(
        z.discriminatedUnion("kind", [
          z.object({ kind: z.literal("stdout"), text: z.string() }),
          z.object({ kind: z.literal("stderr"), text: z.string() }),
          z.object({ kind: z.literal("exit"), status: z.int() }),
        ]),
      ),
    ),
};
