/**
 * Makes an episode of a record again: same id, times, steps, verdicts, routes, masks and labels. In: a record, its screens. Out: rows in the store.
 * An episode that is there already must be the same one.
 */
import { canonicalJson } from "../../env/json.ts";
import { WheelError } from "../../env/errors.ts";
import { splitOf } from "../../env/split.ts";
import { sha256 } from "../../env/json.ts";
import { recordOf, type EpisodeRecord, type RunRecord } from "../export/episodeRecord.ts";
import type { Workspace } from "../store/workspace.ts";
import type { Pictures } from "./importSource.ts";

/** Whether an episode is there already. Throws `usage` when the workspace has another episode of this id. */
export function presence(workspace: Workspace, record: EpisodeRecord): "new" | "present" {
  const { connection } = workspace;
  if (connection.first(connection.query.selectFrom("episodes").select("id").where("id", "=", record.id)) === undefined) return "new";
  if (canonicalJson(recordOf(workspace, record.id)) === canonicalJson(record)) return "present";
  throw new WheelError("usage", `Episode ${record.id} is in this workspace with other content.`, "Import into an empty workspace: --workspace NEW.");
}

/** Restores an episode inside the caller's transaction. Throws `usage` as `presence` does. */
export function restoreEpisode(workspace: Workspace, record: EpisodeRecord, screens: Pictures): "new" | "present" {
  if (presence(workspace, record) === "present") return "present";
  const { connection } = workspace;
  const { query } = connection;
  const boxes = new Map(record.instructionBoxes.map(({ screen, box }) => [screen, box]));
  for (const hash of new Set([record.startScreen, ...record.steps.map(({ next }) => next)])) {
    workspace.blobs.put({ ...screens.screen(hash), instructionBox: boxes.get(hash) ?? null });
  }
  connection.run(query.insertInto("episodes").values(episodeRow(workspace, record)));
  for (const [index, step] of record.steps.entries()) connection.run(query.insertInto("steps").values(stepRow(record.id, index, step)));
  // The list of episodes is kept by the change from running to ended.
  connection.run(query.updateTable("episodes").set({ status: "ended" }).where("id", "=", record.id));
  restoreJudgements(workspace, record);
  return "new";
}

/** Throws `usage` when the workspace knows the run with another configuration. */
export function isKnownRun({ runs }: Workspace, { id, config, seed }: RunRecord): boolean {
  const known = runs.get(id);
  if (known === null || known.configHash === hashOf(config, seed)) return known !== null;
  throw new WheelError("usage", `Run ${id} is in this workspace with another configuration.`, "Import into an empty workspace: --workspace NEW.");
}

/** Restores a run that is not known yet. */
export function restoreRun({ connection }: Workspace, { id, config, seed, createdAt, programs }: RunRecord): void {
  const row = { id, config: canonicalJson(config), configHash: hashOf(config, seed), seed, createdAt, programs: JSON.stringify(programs) };
  connection.run(connection.query.insertInto("runs").values(row));
}

function hashOf(config: RunRecord["config"], seed: number): string {
  return sha256(canonicalJson({ config, seed }));
}

function episodeRow({ demonstrations }: Workspace, record: EpisodeRecord) {
  const { startScreen, startState, viewport, heldOut, feasible, request, verdicts: _v, routes: _r, checks: _c, masks: _m, ...rest } = record;
  const { labels: _l, instructionBoxes: _b, steps, ...facts } = rest;
  return {
    ...facts,
    request: request === null || facts.run === null ? null : demonstrations.ask({ ...request, run: facts.run }),
    split: splitOf(facts.seed),
    heldOut: flag(heldOut),
    feasible: flag(feasible),
    viewportWidth: viewport.width,
    viewportHeight: viewport.height,
    startScreenHash: startScreen,
    startState: JSON.stringify(startState),
    status: "running" as const,
    stepCount: steps.length,
  };
}

function stepRow(episode: string, index: number, step: EpisodeRecord["steps"][number]) {
  const { screen, next, action, state, decision, incidents, proposed, ...rest } = step;
  return {
    ...rest,
    episode,
    index,
    screenHash: screen,
    nextScreenHash: next,
    action: JSON.stringify(action),
    state: JSON.stringify(state),
    decision: decision === null ? null : JSON.stringify(decision),
    incidents: JSON.stringify(incidents),
    proposed: proposed === null ? null : JSON.stringify(proposed),
  };
}

function restoreJudgements(workspace: Workspace, { id: episode, verdicts, routes, checks, masks, labels }: EpisodeRecord): void {
  const { connection } = workspace;
  const { query } = connection;
  let routing: number | null = null;
  for (const verdict of verdicts) {
    const row = { ...verdict, episode, evidence: JSON.stringify(verdict.evidence), routing: flag(verdict.routing) };
    const { id } = connection.run(query.insertInto("verdicts").values(row));
    if (verdict.routing) routing = id;
  }
  if (routing !== null) workspace.filterChecks.record(episode, routing, checks);
  let supersedes: number | null = null;
  for (const route of routes) supersedes = connection.run(query.insertInto("routes").values({ ...route, episode, supersedes })).id;
  for (const mask of masks) workspace.masks.set(episode, mask);
  for (const label of labels) connection.run(query.insertInto("labels").values({ ...label, episode }));
}

function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
