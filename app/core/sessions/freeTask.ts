/** A real page as a task: it begins at a URL, is asked for in words, and nobody verifies it. In: what a person typed. Out: a task and its policy. */
import type { Task } from "../../../env/task.ts";
import type { NetworkPolicy } from "../../../env/network.ts";
import type { Verdict } from "../../../env/verdict.ts";
import { SPLIT_RANGES } from "../../../env/split.ts";

export interface FreeWork {
  readonly url: string;
  readonly instruction: string;
  readonly allow: readonly string[];
  readonly viewport: { readonly width: number; readonly height: number };
}

export const FREE = "free";
/** Free sessions draw nothing at random; what may be learned from has a training seed. */
export const FREE_SEED = SPLIT_RANGES.train[0];

export function freeTask({ url, instruction, viewport }: FreeWork, maxSteps: number): Task {
  return {
    id: FREE,
    version: 1,
    family: FREE,
    summary: "A real page.",
    viewport,
    maxSteps,
    buckets: [FREE],
    startPath: "/",
    startUrl: url,
    instance: (seed) => ({ seed, split: "train", bucket: FREE, template: 0, heldOut: false, instruction, feasible: true, params: null }),
    resource: () => undefined,
    setup: () => "undefined",
    probe: async (page) => ({ ended: false, state: { url: page.url() } }),
    verify: () => ({ pass: false, reason: "", evidence: null }),
    nearMisses: [],
  };
}

/** The page's own origin always belongs to it. */
export function freeNetwork({ url, allow }: FreeWork): NetworkPolicy {
  return { kind: "allow", origins: [new URL(url).origin, ...allow] };
}

/** What is said about a session nobody can verify; a person can judge it later. */
export function unverified(verdict: Verdict): Verdict {
  if (verdict.verdict === "env-error") return verdict;
  const ended = verdict.verdict === "truncated" ? "The step budget is used up. " : "";
  return { verdict: "unverified", reason: `${ended}Nobody verifies a real page.`, evidence: null, rewardRaw: 0, verifier: FREE, triage: null };
}
