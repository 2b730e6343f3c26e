/** The data ledger per cycle: collected → verified → filtered → routed, and RL groups. In: learning episodes of a run. Out: rows, and the episode ids behind them. */
import type { Episode } from "../../flywheel/store/episodes.ts";
import type { LedgerRow } from "../../flywheel/store/ledger.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import type { EpisodeSet, LedgerCycle } from "./reportData.ts";

const COUNTS = [
  "episodes",
  "steps",
  "pass",
  "fail",
  "truncated",
  "envError",
  "unverified",
  "filtered",
  "sft",
  "ct",
  "quarantine",
] as const satisfies readonly (keyof LedgerRow)[];

/** One row per cycle that collected anything. */
export function gatherLedger(workspace: Workspace, run: string, learning: readonly Episode[]): LedgerCycle[] {
  const byCycle = [...Map.groupBy(workspace.ledger.rows(run), ({ cycle }) => cycle)].toSorted(([a], [b]) => a - b);
  return byCycle.map(([cycle, byRole]) => {
    const own = learning.filter((episode) => episode.cycle === cycle && episode.run === run);
    const total = (name: (typeof COUNTS)[number]): number => byRole.reduce((sum, row) => sum + row[name], 0);
    const totals = Object.fromEntries(COUNTS.map((name) => [name, total(name)])) as Omit<LedgerRow, "cycle" | "role">;
    return { cycle, ...totals, byRole, rl: groupCounts(own), rejections: rejections(workspace, own) };
  });
}

function groupCounts(episodes: readonly Episode[]): LedgerCycle["rl"] {
  const trials = episodes.filter(({ role, groupId }) => role === "rl" && groupId !== null);
  const groups = [...Map.groupBy(trials, ({ groupId }) => groupId).values()];
  const mixed = groups.filter((group) => new Set(group.map(({ verdict }) => verdict === "pass")).size > 1);
  return { groups: groups.length, mixed: mixed.length, episodes: trials.length };
}

function rejections(workspace: Workspace, episodes: readonly Episode[]): LedgerCycle["rejections"] {
  const turnedAway = episodes.filter(({ verdict, route }) => verdict === "pass" && route !== null && route !== "SFT");
  const failed = turnedAway.flatMap(({ id }) => workspace.filterChecks.of(id).filter(({ passed }) => !passed));
  return [...Map.groupBy(failed, ({ check }) => check)].map(([check, all]) => ({ check, count: all.length })).toSorted((a, b) => b.count - a.count);
}

/** Ids behind the ledger: one set per cycle and role, by verdict and route. */
export function ledgerSets(run: string, learning: readonly Episode[]): EpisodeSet[] {
  const own = learning.filter((episode) => episode.run === run);
  const byBatch = [...Map.groupBy(own, ({ cycle, role }) => `${cycle} ${role}`)];
  return byBatch.map(([key, episodes]) => {
    const [cycle, role] = key.split(" ") as [string, string];
    const kinds = [...Map.groupBy(episodes, ({ verdict, route }) => `${verdict ?? "unverified"} → ${route ?? "no route"}`)];
    return {
      id: `cycle-${cycle}-${role}`,
      title: `cycle ${cycle}, ${role}`,
      episodes: kinds.map(([name, all]) => ({ name, ids: all.map(({ id }) => id) })),
    };
  });
}
