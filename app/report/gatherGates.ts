/** Decisions of a run with what they rest on. In: promotions and gate evaluations. Out: one row per decision, and the pairs the two sides differ on. */
import { z } from "zod";
import { fairResults } from "../../flywheel/results.ts";
import type { Promotion } from "../../flywheel/store/checkpoints.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { evaluated, type ScoredCandidate } from "./gatherFinals.ts";
import type { EpisodeSet, GateRow } from "./reportData.ts";

const rate = z.number().nullable();
const reasonSchema = z.object({ name: z.string(), passed: z.boolean(), detail: z.string() });
const decisionSchema = z.object({
  incumbent: z.string(),
  difference: z.object({ estimate: rate, low: z.number(), high: z.number() }),
  counts: z.object({ both: z.int(), onlyA: z.int(), onlyB: z.int(), neither: z.int() }),
  p: z.number(),
  reasons: z.array(reasonSchema),
});

export interface Gates {
  readonly rows: GateRow[];
  readonly sets: EpisodeSet[];
}

/** All decisions, oldest first. */
export function gatherGates(workspace: Workspace, run: string): Gates {
  const cycles = new Map(workspace.checkpoints.list(run).map(({ id, cycle }) => [id, cycle]));
  const evaluations = evaluated(workspace, run, "gate");
  const rows: GateRow[] = [];
  const sets: EpisodeSet[] = [];
  for (const promotion of workspace.checkpoints.promotions(run)) {
    const row = toRow(promotion, cycles.get(promotion.checkpoint) ?? 0);
    const set = row.counts === null ? null : discordant(row, evaluations);
    if (set !== null) sets.push(set);
    rows.push({ ...row, set: set?.id ?? null });
  }
  return { rows, sets };
}

function toRow({ checkpoint, action, author, decision }: Promotion, cycle: number): Omit<GateRow, "set"> {
  const parsed = decisionSchema.safeParse(decision);
  const base = { cycle, candidate: checkpoint, action, author };
  if (!parsed.success) {
    const reason = z.object({ reason: z.string() }).safeParse(decision);
    return { ...base, incumbent: null, difference: null, counts: null, p: null, reasons: [], why: reason.data?.reason ?? "" };
  }
  const { incumbent, counts, p, reasons, difference } = parsed.data;
  const estimate = difference.estimate === null ? null : { ...difference, estimate: difference.estimate };
  return { ...base, incumbent, counts, p, reasons, difference: estimate, why: whyOf(action, reasons) };
}

/** The check that decided, in words. */
function whyOf(action: Promotion["action"], reasons: readonly z.infer<typeof reasonSchema>[]): string {
  const named = (name: string): string => reasons.find((reason) => reason.name === name)?.detail ?? "";
  switch (action) {
    case "promote":
      return `better beyond chance; ${named("no regression")}`;
    case "discard":
      return `worse: ${named("not worse")}`;
    case "hold":
      return reasons.some(({ name, passed }) => name === "no regression" && !passed)
        ? `better, but ${named("no regression")}`
        : "not better beyond chance, not worse either";
    case "rollback":
      return "taken back on fresh gate seeds";
  }
}

/** Episodes of the pairs that only one side passed. */
function discordant({ cycle, candidate, incumbent }: Omit<GateRow, "set">, evaluations: readonly ScoredCandidate[]): EpisodeSet | null {
  const side = (id: string | null): Map<string, { readonly episode: string; readonly pass: boolean }> => {
    const found = evaluations.find((one) => one.checkpoint === id && one.cycle === cycle);
    return new Map(
      fairResults(found?.results ?? []).map(({ task, seed, episode, verdict }) => [`${task} ${seed}`, { episode, pass: verdict === "pass" }]),
    );
  };
  const [a, b] = [side(candidate), side(incumbent)];
  const only = (winner: typeof a, loser: typeof a): string[] =>
    [...winner].flatMap(([key, won]) => {
      const lost = loser.get(key);
      return won.pass && lost?.pass === false ? [won.episode, lost.episode] : [];
    });
  const episodes = [
    { name: `only ${candidate} passed (with the other side of each pair)`, ids: only(a, b) },
    { name: `only ${incumbent ?? ""} passed (with the other side of each pair)`, ids: only(b, a) },
  ];
  return { id: `gate-${candidate}`, title: `gate of cycle ${cycle}: pairs that differ`, episodes };
}
