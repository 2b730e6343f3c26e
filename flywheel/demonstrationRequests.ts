/**
 * Which stuck buckets ask for demonstrations, and for how many. In: the curriculum after a cycle's rollouts, what was asked for earlier.
 * Out: requests. Pure.
 */
import type { BucketState } from "./curriculum.ts";
import type { DemonstrationRequest } from "./store/demonstrations.ts";

export type PlannedRequest = {
  readonly task: string;
  readonly bucket: string;
  readonly count: number;
};

/** What was asked for in earlier cycles. */
export type AskedEarlier = Pick<DemonstrationRequest, "task" | "bucket" | "source" | "asked" | "answered">;

export interface RequestLimits {
  /** Tasks with demonstrations at the start, `perTask` each. */
  readonly demonstrated: readonly string[];
  readonly perTask: number;
  readonly perRequest: number;
  /** How often a task may be shown in all. */
  readonly mostPerTask: number;
  /** Requests in one go. */
  readonly most: number;
}

/** The lowest pass rates first. A bucket whose request waits for a person does not ask again. */
export function requestsOf(states: readonly BucketState[], earlier: readonly AskedEarlier[], limits: RequestLimits): PlannedRequest[] {
  const stuck = states.filter(({ status }) => status === "needs-demonstrations").toSorted((a, b) => (a.passRate ?? 0) - (b.passRate ?? 0));
  const planned: PlannedRequest[] = [];
  for (const { task, bucket } of stuck) {
    if (earlier.some((one) => one.task === task && one.bucket === bucket && one.source === "person" && one.answered < one.asked)) continue;
    const now = planned.filter((one) => one.task === task).reduce((sum, { count }) => sum + count, 0);
    const count = Math.min(limits.perRequest, demonstrationsLeft(task, earlier, limits) - now);
    if (count > 0 && planned.length < limits.most) planned.push({ task, bucket, count });
  }
  return planned;
}

/** How often a task may still be shown. */
export function demonstrationsLeft(task: string, earlier: readonly AskedEarlier[], limits: RequestLimits): number {
  const atStart = limits.demonstrated.includes(task) ? limits.perTask : 0;
  const asked = earlier.filter((one) => one.task === task).reduce((sum, one) => sum + one.asked, 0);
  return Math.max(0, limits.mostPerTask - atStart - asked);
}
