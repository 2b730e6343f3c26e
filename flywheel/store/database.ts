/**
 * The tables of a workspace as TypeScript sees them, one interface per table; `migrations.ts` holds the SQL that makes them.
 * JSON columns are text here; each repository parses what it reads. Flags are 0 or 1, times are Unix milliseconds.
 */
import type { Generated } from "kysely";
import type { Purpose } from "../../env/episode.ts";
import type { Split } from "../../env/split.ts";
import type { Triage, VerdictName } from "../../env/verdict.ts";

export const ROLES = ["demonstration", "boot", "rollout", "rl", "evaluation", "session"] as const;
/** Why an episode was run; `purpose` says what it may be used for. */
export type Role = (typeof ROLES)[number];

/** `interrupted`: its process died or gave up half-way; kept, never counted, and run again under the same key. */
export type EpisodeStatus = "running" | "ended" | "interrupted";
export type TerminatedBy = "agent" | "page" | "budget" | "environment" | "person";

export const ROUTES = ["SFT", "CT", "quarantine"] as const;
export type Route = (typeof ROUTES)[number];

export type VerdictSource = "verifier" | "human" | "poison-test";
export type CheckpointStatus = "candidate" | "acting" | "held" | "discarded" | "retired";
export type PromotionAction = "promote" | "hold" | "discard" | "rollback";

/** Author of everything the wheel does by itself; a person's name elsewhere is never overruled by it. */
export const AUTOMATIC = "flywheel";

/** Who took a step; `copied`: carried out again at the beginning of a fork. */
export type Actor = "agent" | "person" | "copied";

type Flag = 0 | 1;

interface RunsTable {
  id: string;
  config: string;
  configHash: string;
  seed: number;
  createdAt: number;
  programs: string;
}

interface EpisodesTable {
  id: string;
  key: string;
  run: string | null;
  cycle: number;
  purpose: Purpose;
  role: Role;
  task: string;
  taskVersion: number;
  seed: number;
  split: Split;
  bucket: string;
  trial: number;
  groupId: string | null;
  request: number | null;
  policy: string;
  checkpoint: string | null;
  weights: string | null;
  instruction: string;
  template: number;
  heldOut: Flag;
  feasible: Flag;
  maxSteps: number | null;
  viewportWidth: number;
  viewportHeight: number;
  deviceScaleFactor: number;
  startScreenHash: string;
  startState: string;
  status: EpisodeStatus;
  stepCount: number;
  terminatedBy: TerminatedBy | null;
  startedAt: number;
  endedAt: number | null;
  /** Where a free session began; null for tasks, whose own pages begin it. */
  startUrl: string | null;
  /** Episode whose first `forkStep` actions were carried out again at the beginning. */
  forkOf: string | null;
  forkStep: number | null;
}

interface StepsTable {
  episode: string;
  index: number;
  screenHash: string;
  nextScreenHash: string;
  deviceScaleFactor: number;
  action: string;
  state: string;
  decision: string | null;
  incidents: string;
  actor: Generated<Actor>;
  /** What the agent had wanted, where a person decided otherwise. */
  proposed: string | null;
  /** Words under the pointer. */
  target: string | null;
  url: string | null;
  /** Milliseconds: from the episode's start to the decision's beginning, deciding, acting and settling. */
  startMs: number | null;
  thinkMs: number | null;
  actMs: number | null;
}

interface ThumbnailsTable {
  hash: string;
  png: Buffer;
  width: number;
  height: number;
}

interface BlobsTable extends ThumbnailsTable {
  instructionBox: string | null;
}

interface VerdictsTable {
  id: Generated<number>;
  episode: string;
  verifier: string;
  verdict: VerdictName;
  reason: string;
  evidence: string;
  rewardRaw: number;
  triage: Triage | null;
  source: VerdictSource;
  /** The one verdict of its episode that filter and router go by. */
  routing: Flag;
  withdrawn: string | null;
  createdAt: number;
  act: Generated<number | null>;
}

interface FilterChecksTable {
  episode: string;
  verdict: number;
  check: string;
  passed: Flag;
  reason: string;
}

interface RoutesTable {
  id: Generated<number>;
  episode: string;
  route: Route;
  author: string;
  reason: string;
  supersedes: number | null;
  createdAt: number;
  act: Generated<number | null>;
}

interface LabelsTable {
  id: Generated<number>;
  episode: string;
  step: number | null;
  label: string;
  note: string;
  author: string;
  createdAt: number;
  act: Generated<number | null>;
  /** The act that took it away again. */
  removedBy: Generated<number | null>;
}

interface StepMasksTable {
  id: Generated<number>;
  episode: string;
  step: number;
  masked: Flag;
  reason: string;
  author: string;
  createdAt: number;
  act: Generated<number | null>;
}

interface RetractionsTable {
  id: Generated<number>;
  episode: string;
  action: "retract" | "restore";
  reason: string;
  author: string;
  createdAt: number;
  act: Generated<number | null>;
}

interface PerceptionsTable {
  screenHash: string;
  version: string;
  bytes: Buffer;
}

interface SnapshotsTable {
  hash: string;
  run: string | null;
  cycle: number;
  manifest: string;
  createdAt: number;
}

interface CheckpointsTable {
  id: string;
  run: string;
  cycle: number;
  path: string;
  parents: string;
  snapshot: string | null;
  status: CheckpointStatus;
  scores: string;
  createdAt: number;
}

interface PromotionsTable {
  id: Generated<number>;
  checkpoint: string;
  action: PromotionAction;
  /** Who acted before this decision. */
  previous: string | null;
  decision: string;
  author: string;
  createdAt: number;
}

interface EvaluationsTable {
  id: Generated<number>;
  checkpoint: string;
  purpose: "gate" | "final";
  cycle: number;
  summary: string;
  createdAt: number;
}

interface StagesTable {
  run: string;
  cycle: number;
  stage: string;
  status: "running" | "done";
  startedAt: number;
  seconds: number | null;
  result: string | null;
}

interface DemonstrationRequestsTable {
  id: Generated<number>;
  run: string;
  cycle: number;
  task: string;
  bucket: string;
  asked: number;
  source: string;
  createdAt: number;
}

interface ActsTable {
  id: Generated<number>;
  kind: string;
  summary: string;
  count: number;
  author: string;
  createdAt: number;
  until: number;
  undoneAt: number | null;
  undo: string;
}

interface SnapshotMembersTable {
  snapshot: string;
  pool: "ct" | "sft" | "rl";
  episode: string;
}

interface RerunsTable {
  id: Generated<number>;
  episode: string;
  screens: number;
  sameScreens: number;
  firstDrift: number | null;
  seen: string | null;
  recorded: VerdictName | null;
  replayed: VerdictName | null;
  createdAt: number;
}

interface SettingsTable {
  name: string;
  value: string;
}

interface ViewsTable {
  id: string;
  name: string;
  search: string;
  createdAt: number;
}

interface EpisodeListTable {
  number: Generated<number>;
  episode: string;
  run: string | null;
  cycle: number;
  purpose: Purpose;
  role: Role;
  task: string;
  bucket: string;
  seed: number;
  checkpoint: string | null;
  policy: string;
  groupId: string | null;
  feasible: Flag;
  heldOut: Flag;
  startedAt: number;
  seconds: number;
  steps: number;
  verdict: VerdictName | null;
  judgedBy: VerdictSource | null;
  route: Route | null;
  routedBy: string | null;
  rejudged: Flag;
  labels: number;
  retracted: Flag;
  human: Flag;
  corrected: Flag;
  incident: Flag;
  explored: Flag;
  forked: Flag;
  indexed: number | null;
  instruction: string;
  screen: string;
  reason: string;
}

/** Full text; `rowid` is the number in `episode_list`. */
interface EpisodeTextTable {
  rowid: number;
  instruction: string;
  thought: string;
  typed: string;
  read: string;
}

export interface Database {
  runs: RunsTable;
  episodes: EpisodesTable;
  /** View: ended `train` and `human` episodes that are not retracted. All learning reads this and nothing else. */
  learning_episodes: EpisodesTable;
  steps: StepsTable;
  blobs: BlobsTable;
  thumbnails: ThumbnailsTable;
  verdicts: VerdictsTable;
  filter_checks: FilterChecksTable;
  routes: RoutesTable;
  /** View: the newest route of each episode. */
  current_routes: RoutesTable;
  labels: LabelsTable;
  step_masks: StepMasksTable;
  /** View: the newest mask row of each step. */
  current_masks: StepMasksTable;
  retractions: RetractionsTable;
  perceptions: PerceptionsTable;
  snapshots: SnapshotsTable;
  checkpoints: CheckpointsTable;
  promotions: PromotionsTable;
  evaluations: EvaluationsTable;
  stages: StagesTable;
  demonstration_requests: DemonstrationRequestsTable;
  acts: ActsTable;
  snapshot_members: SnapshotMembersTable;
  reruns: RerunsTable;
  settings: SettingsTable;
  views: ViewsTable;
  /** Ended episodes as lists show them, kept by triggers. */
  episode_list: EpisodeListTable;
  episode_text: EpisodeTextTable;
}
