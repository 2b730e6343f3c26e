/**
 * Episodes of other programs as records: unverified, of no run, on seeds that may be trained on, so that a person can review and export them.
 * In: an instruction and steps. Out: a record whose id follows from its content, as sound as one of ours. Pure.
 */
import type { Action } from "../../env/action.ts";
import { sha256 } from "../../env/json.ts";
import { SPLIT_RANGES } from "../../env/split.ts";
import { episodeRecordSchema, type EpisodeRecord, type StepRecordRow } from "../export/episodeRecord.ts";
import { corruptExport } from "../export/verifyExport.ts";

interface ForeignEpisode {
  /** Where it was read, for people. */
  readonly place: string;
  /** What makes it this episode and no other: digest of its text. */
  readonly source: string;
  readonly format: "atif" | "ui-tars";
  readonly task: string;
  readonly instruction: string;
  readonly policy: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly deviceScaleFactor: number;
  readonly startScreen: string;
  readonly steps: readonly ForeignStep[];
  /** What it says about its own success; kept as evidence, believed by nobody. */
  readonly claim: EpisodeRecord["startState"];
  /** Unix milliseconds; 0: not known. */
  readonly startedAt: number;
}

export interface ForeignStep {
  readonly action: Action;
  readonly thought: string | null;
  /** Screen after the action. */
  readonly next: string;
}

/** Who says that nobody has judged it. */
const VERIFIER = "import@1";

/** The record. Throws `export-corrupt` for what no record may hold, such as words without end. */
export function foreignRecord(episode: ForeignEpisode): EpisodeRecord {
  const parsed = episodeRecordSchema.safeParse(recordOf(episode));
  if (parsed.success) return parsed.data;
  throw corruptExport(episode.place, `it is no episode (${parsed.error.issues[0]?.path.join(".") ?? ""})`, parsed.error);
}

function recordOf(episode: ForeignEpisode): EpisodeRecord {
  const { source, format, task, instruction, policy, viewport, deviceScaleFactor, startScreen, steps, claim, startedAt } = episode;
  const key = `import/${format}/${source}`;
  const [from, to] = SPLIT_RANGES.train;
  const seed = from + (Number.parseInt(sha256(key).slice(0, 8), 16) % (to - from));
  const asked = { task, taskVersion: 1, seed, bucket: "imported", trial: 0, groupId: null, request: null, instruction, template: 0 };
  const verdict = { verifier: VERIFIER, verdict: "unverified", reason: "Imported; nobody has judged it here.", evidence: claim } as const;
  return {
    id: sha256(key).slice(0, 20),
    key,
    run: null,
    cycle: 0,
    purpose: "human",
    role: "session",
    ...asked,
    policy,
    checkpoint: null,
    weights: null,
    heldOut: false,
    feasible: true,
    maxSteps: null,
    viewport,
    deviceScaleFactor,
    startScreen,
    startState: null,
    startUrl: null,
    forkOf: null,
    forkStep: null,
    terminatedBy: "agent",
    startedAt,
    endedAt: startedAt,
    verdicts: [{ ...verdict, rewardRaw: 0, triage: null, source: "verifier", routing: true, withdrawn: null, createdAt: startedAt }],
    routes: [],
    checks: [],
    masks: [],
    labels: [],
    instructionBoxes: [],
    steps: steps.map((step, i) => stepOf(step, i === 0 ? startScreen : steps[i - 1]!.next, deviceScaleFactor)),
  };
}

function stepOf({ action, thought, next }: ForeignStep, screen: string, deviceScaleFactor: number): StepRecordRow {
  const decision = thought === null ? null : { logProb: null, value: null, entropy: null, thought, alternatives: [], exploration: false };
  const account = { actor: "agent", proposed: null, target: null, url: null, startMs: null, thinkMs: null, actMs: null } as const;
  return { screen, next, deviceScaleFactor, action, state: null, decision, incidents: [], ...account };
}
