/**
 * The router: verdict and filter outcome → one primary route per episode, SFT, CT or quarantine, with its reason. Pure.
 * The rule is that of UI-TARS-2 (arXiv 2509.02544): verified work → SFT, everything else that can be read → CT.
 */
import type { VerdictName } from "../env/verdict.ts";
import { DEFAULT_FILTER, type FilterConfig, type FilterOutcome } from "./filter.ts";
import type { Route } from "./store/database.ts";

export interface RoutingConfig {
  /** False: only verified episodes are used, the rest is marked as dropped (`--no-routing`; build snapshots without CT and RL then). */
  readonly enabled: boolean;
  readonly filter: FilterConfig;
}

export const DEFAULT_ROUTING: RoutingConfig = { enabled: true, filter: DEFAULT_FILTER };

export interface RouteChoice {
  readonly route: Route;
  readonly reason: string;
}

/** The primary route. Environment errors and unverified episodes teach nothing, whatever the filter is set to. */
export function chooseRoute(verdict: VerdictName | null, outcome: FilterOutcome, { enabled }: Pick<RoutingConfig, "enabled">): RouteChoice {
  if (verdict === null || verdict === "unverified") return { route: "quarantine", reason: "unverified" };
  if (verdict === "env-error") return { route: "quarantine", reason: "environment error" };
  if (outcome.good) return { route: "SFT", reason: verdict === "pass" ? "verified, all checks passed" : `the filter is off (${verdict})` };
  const failed = outcome.checks.filter(({ passed }) => !passed).map(({ check, reason }) => `${check}: ${reason}`);
  return { route: "CT", reason: `${enabled ? "" : "dropped, routing is off; "}${failed.join("; ")}` };
}
