/**
 * An episode with everything that is known of it, as one line of `records/episodes.jsonl`: enough to make the same episode in another workspace.
 * In: a stored episode. Out: a record without database ids or pictures (screens are named by hash), and the schema it is read back with.
 */
import { z } from "zod";
import { actionSchema } from "../../env/action.ts";
import { INCIDENT_KINDS } from "../../env/episode.ts";
import { VERDICTS } from "../../env/verdict.ts";
import { ROLES, ROUTES } from "../store/database.ts";
import { decisionSchema } from "../store/decision.ts";
import type { Workspace } from "../store/workspace.ts";

const name = z.string().max(2000);
const text = z.string().max(100_000);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.int().min(0);
const size = z.int().min(1).max(100_000);

const boxSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

const stepSchema = z.object({
  screen: hash,
  next: hash,
  deviceScaleFactor: z.number().min(0.1).max(10),
  action: actionSchema,
  state: z.json(),
  decision: decisionSchema.nullable(),
  incidents: z.array(z.object({ kind: z.enum(INCIDENT_KINDS), detail: text, fatal: z.boolean() })),
  actor: z.enum(["agent", "person", "copied"]),
  proposed: actionSchema.nullable(),
  target: text.nullable(),
  url: text.nullable(),
  startMs: z.number().nullable(),
  thinkMs: z.number().nullable(),
  actMs: z.number().nullable(),
});

const verdictSchema = z.object({
  verifier: name,
  verdict: z.enum(VERDICTS),
  reason: text,
  evidence: z.json(),
  rewardRaw: z.number(),
  triage: z.enum(["model", "environment", "task", "verifier"]).nullable(),
  source: z.enum(["verifier", "human", "poison-test"]),
  routing: z.boolean(),
  withdrawn: text.nullable(),
  createdAt: time,
});

export const episodeRecordSchema = z.object({
  id: z.string().regex(/^[0-9a-zA-Z~_-]{1,80}$/),
  key: name,
  run: name.nullable(),
  cycle: z.int().min(0),
  purpose: z.enum(["train", "human"]),
  role: z.enum(ROLES),
  task: name,
  taskVersion: z.int(),
  seed: z.int(),
  bucket: name,
  trial: z.int(),
  groupId: name.nullable(),
  /** The demonstration request it answers. */
  request: z.object({ cycle: z.int(), task: name, bucket: name, asked: z.int(), source: name }).nullable(),
  policy: name,
  checkpoint: name.nullable(),
  weights: name.nullable(),
  instruction: text,
  template: z.int(),
  heldOut: z.boolean(),
  feasible: z.boolean(),
  maxSteps: z.int().nullable(),
  viewport: z.object({ width: size, height: size }),
  deviceScaleFactor: z.number().min(0.1).max(10),
  startScreen: hash,
  startState: z.json(),
  startUrl: text.nullable(),
  forkOf: name.nullable(),
  forkStep: z.int().nullable(),
  terminatedBy: z.enum(["agent", "page", "budget", "environment", "person"]).nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  verdicts: z.array(verdictSchema).max(1000),
  routes: z.array(z.object({ route: z.enum(ROUTES), author: name, reason: text, createdAt: time })).max(1000),
  checks: z.array(z.object({ check: name, passed: z.boolean(), reason: text })).max(100),
  masks: z.array(z.object({ step: z.int().min(0), masked: z.boolean(), reason: text, author: name })).max(10_000),
  labels: z.array(z.object({ step: z.int().min(0).nullable(), label: name, note: text, author: name, createdAt: time })).max(10_000),
  /** Where screens show the instruction itself, CSS px. */
  instructionBoxes: z.array(z.object({ screen: hash, box: boxSchema })).max(20_000),
  steps: z.array(stepSchema).max(10_000),
});

export type EpisodeRecord = z.infer<typeof episodeRecordSchema>;
export type StepRecordRow = EpisodeRecord["steps"][number];

/** A run that episodes belong to. */
export const runRecordSchema = z.object({ id: name, config: z.json(), seed: z.int(), createdAt: time, programs: z.array(name) });
export type RunRecord = z.infer<typeof runRecordSchema>;

/** What is decided about an episode afterwards. */
type Judgements = Pick<EpisodeRecord, "verdicts" | "routes" | "checks" | "masks" | "labels">;
/** How an episode went. */
export type EpisodeCourse = Omit<EpisodeRecord, keyof Judgements>;

/** Everything stored about an episode. Throws `unknown-episode`. */
export function recordOf(workspace: Workspace, id: string): EpisodeRecord {
  return { ...courseOf(workspace, id), ...judgementsOf(workspace, id) };
}

/** What is decided about an episode afterwards: the other half of its record. */
export function judgementsOf(workspace: Workspace, id: string): Judgements {
  return {
    verdicts: workspace.verdicts.of(id).map(({ id: _id, episode: _episode, ...verdict }) => verdict as EpisodeRecord["verdicts"][number]),
    routes: workspace.routes.history(id).map(({ route, author, reason, createdAt }) => ({ route, author, reason, createdAt })),
    checks: workspace.filterChecks.of(id),
    masks: workspace.masks.of(id),
    labels: workspace.labels.of(id).map(({ step, label, note, author, createdAt }) => ({ step, label, note, author, createdAt })),
  };
}

/** How an episode went: all that most formats need. Throws `unknown-episode`. */
export function courseOf(workspace: Workspace, id: string): EpisodeCourse {
  const { startScreenHash, ...episode } = workspace.episodes.facts(id);
  const { key, run, cycle, purpose, role, task, taskVersion, seed, bucket, trial, groupId } = episode;
  const { policy, checkpoint, weights, instruction, template, heldOut, feasible, maxSteps, viewport, deviceScaleFactor } = episode;
  const { startState, startUrl, forkOf, forkStep, terminatedBy, startedAt, endedAt } = episode;
  const request = requestOf(workspace, run, episode.request);
  const place = { id, key, run, cycle, purpose: purpose as "train" | "human", role, task, taskVersion, seed, bucket, trial, groupId, request };
  const asked = { policy, checkpoint, weights, instruction, template, heldOut, feasible, maxSteps, viewport, deviceScaleFactor };
  const course = { startScreen: startScreenHash, startState: startState as z.infer<ReturnType<typeof z.json>>, startUrl, forkOf, forkStep };
  const steps = stepsOf(workspace, id);
  const screens = [...new Set([startScreenHash, ...steps.flatMap(({ screen, next }) => [screen, next])])];
  const boxes = workspace.blobs.instructionBoxes(screens);
  const instructionBoxes = screens.flatMap((screen) => (boxes.has(screen) ? [{ screen, box: boxes.get(screen)! }] : []));
  return { ...place, ...asked, ...course, terminatedBy, startedAt, endedAt, instructionBoxes, steps };
}

/** Runs of these ids, in the order they were made. */
export function runRecords(workspace: Workspace, ids: ReadonlySet<string>): RunRecord[] {
  const known = workspace.runs.list().filter(({ id }) => ids.has(id));
  return known.map(({ id, config, seed, createdAt, programs }) => ({
    id,
    config: config as RunRecord["config"],
    seed,
    createdAt,
    programs: [...programs],
  }));
}

function stepsOf(workspace: Workspace, id: string): StepRecordRow[] {
  return workspace.steps.withAccounts(id).map(({ screenHash, nextScreenHash, deviceScaleFactor, action, state, decision, incidents, account }) => {
    const seen = { screen: screenHash, next: nextScreenHash, deviceScaleFactor, action, state: state as StepRecordRow["state"] };
    return { ...seen, decision, incidents: [...incidents], ...account };
  });
}

function requestOf(workspace: Workspace, run: string | null, id: number | null): EpisodeRecord["request"] {
  if (run === null || id === null) return null;
  const request = workspace.demonstrations.get(id);
  if (request === undefined) return null;
  const { cycle, task, bucket, asked, source } = request;
  return { cycle, task, bucket, asked, source };
}
