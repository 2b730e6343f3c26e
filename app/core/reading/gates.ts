/** Gate looks as people see them: who was compared with whom, what was found, what waits for a decision. In: a run. Out: decisions with their evidence. */
import { z } from "zod";
import type { Promotion } from "../../../flywheel/store/checkpoints.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { checkpointName, type CheckpointName } from "../names.ts";

const rate = z.number().nullable();
const gateResult = z.object({
  kind: z.literal("decided"),
  decision: z.enum(["promote", "hold", "discard"]),
  incumbent: z.string(),
  difference: z.object({ estimate: rate, low: z.number(), high: z.number() }),
  counts: z.object({ both: z.int(), onlyA: z.int(), onlyB: z.int(), neither: z.int() }),
  p: z.number(),
  reasons: z.array(z.object({ name: z.string(), passed: z.boolean(), detail: z.string() })),
  waits: z.boolean().optional(),
});
type GateResult = z.infer<typeof gateResult>;

export interface GateLook {
  readonly candidate: string;
  readonly cycle: number;
  /** What the rule said; null where there was nobody to compare with. */
  readonly result: GateResult | null;
  /** A person is asked. */
  readonly waits: boolean;
  readonly at: number;
}

/** What the gate found for each candidate of a run, oldest first. */
export function gateLooks(workspace: Workspace, run: string): GateLook[] {
  // Whatever is decided changes the status, and taking it back restores it.
  const open = new Set(workspace.checkpoints.list(run).flatMap(({ id, status }) => (status === "candidate" ? id : [])));
  return workspace.stages
    .list(run)
    .filter(({ stage, status }) => stage === "decide" && status === "done")
    .map(({ cycle, result, startedAt }) => {
      const parsed = gateResult.safeParse(result);
      const candidate = `${run}.c${cycle}`;
      return {
        candidate,
        cycle,
        result: parsed.success ? parsed.data : null,
        waits: parsed.data?.waits === true && open.has(candidate),
        at: startedAt,
      };
    });
}

/** Names of the checkpoints of a run by id. */
export function namesOf(workspace: Workspace, run?: string): ReadonlyMap<string, CheckpointName> {
  return new Map(workspace.checkpoints.list(run).map((one) => [one.id, checkpointName(one)]));
}

export interface WaitingGate {
  readonly kind: "gate";
  readonly candidate: CheckpointName;
  readonly incumbent: CheckpointName;
  readonly sentence: string;
  readonly since: number;
}

/** The newest look that waits; an older one is settled by what came after it. */
export function gateWaiting(workspace: Workspace, run: string): WaitingGate[] {
  const names = namesOf(workspace, run);
  const look = gateLooks(workspace, run).findLast(({ waits }) => waits);
  const [candidate, incumbent] = [names.get(look?.candidate ?? ""), names.get(look?.result?.incumbent ?? "")];
  if (look?.result == null || candidate === undefined || incumbent === undefined) return [];
  return [{ kind: "gate", candidate, incumbent, sentence: describeGate(look.result), since: look.at }];
}

/** "+.043 [+.020, +.065], p .002" */
function describeGate({ difference, p }: GateResult): string {
  const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3).replace(/^0/, "")}`;
  const range = `[${signed(difference.low)}, ${signed(difference.high)}]`;
  return `${difference.estimate === null ? "no pairs" : signed(difference.estimate)} ${range}, p ${p < 0.001 ? "<.001" : p.toFixed(3).replace(/^0/, "")}`;
}

/** Why a decision was made, in one sentence. */
export function whyDecided({ action, decision }: Pick<Promotion, "action" | "decision">): string {
  const by = z.object({ kind: z.string(), reason: z.string() }).safeParse(decision);
  if (by.success && by.data.reason !== "") return by.data.reason;
  const parsed = gateResult.safeParse(decision);
  if (!parsed.success) return "";
  const named = (name: string): string => parsed.data.reasons.find((reason) => reason.name === name)?.detail ?? "";
  switch (action) {
    case "promote":
      return `better beyond chance; ${named("no regression")}`;
    case "discard":
      return `worse: ${named("not worse")}`;
    case "hold":
      return parsed.data.reasons.some(({ name, passed }) => name === "no regression" && !passed)
        ? `better, but ${named("no regression")}`
        : "not better beyond chance, not worse either";
    case "rollback":
      return "taken back on fresh gate seeds";
  }
}
