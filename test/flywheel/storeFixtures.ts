/** Small recorded episodes for the tests of the store and of what reads it: real rows in a real SQLite file in a temporary folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { click, type Action } from "../../env/action.ts";
import type { Incident } from "../../env/episode.ts";
import { sha256, type Json } from "../../env/json.ts";
import type { Verdict, VerdictName } from "../../env/verdict.ts";
import type { Screen } from "../../flywheel/store/blobs.ts";
import type { Decision } from "../../flywheel/store/decision.ts";
import type { Episode, EpisodeFacts, EpisodeStart } from "../../flywheel/store/episodes.ts";
import type { Step } from "../../flywheel/store/steps.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";

/** A new folder that goes when the test ends (`using`). */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "flywheel-store-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A workspace with run `r`, in a folder of its own that goes when the test ends (`await using`). */
export async function temporaryWorkspace(): Promise<Workspace> {
  const folder = temporaryFolder();
  const workspace = await openWorkspace(folder.path);
  workspace.runs.open("r", {}, 1);
  const close = workspace.close.bind(workspace);
  workspace.close = async () => {
    await close();
    folder[Symbol.dispose]();
  };
  return workspace;
}

/** A screen named by a word; the bytes stand for a PNG. */
export function screen(name: string): Screen {
  return { screenHash: sha256(name), png: Buffer.from(`png of ${name}`), width: 4, height: 4 };
}

export function verdict(name: VerdictName): Verdict {
  return { verdict: name, reason: `it is ${name}`, evidence: { name }, rewardRaw: name === "pass" ? 1 : 0, verifier: "click-text@1", triage: null };
}

/** What happened at a step: the action, and the word that names both screen and state afterwards. */
export interface Move {
  readonly action: Action;
  readonly to: string;
  readonly decision?: Partial<Decision>;
  readonly incidents?: readonly Incident[];
}

export const at = (x: number): Action => click({ x, y: 1 });
export const done: Action = { kind: "done" };
/** A straight way to success: one click, done. */
export const SOLVED: readonly [Move, Move] = [
  { action: at(1), to: "clicked" },
  { action: done, to: "clicked" },
];

export interface Recording extends Partial<EpisodeFacts> {
  readonly moves?: readonly Move[];
  readonly verdict?: VerdictName;
}

export function start(facts: Partial<EpisodeFacts> = {}): EpisodeStart {
  const base = {
    run: "r",
    cycle: 1,
    purpose: "train" as const,
    role: "rollout" as const,
    task: "click-text",
    taskVersion: 1,
    seed: 100,
    bucket: "easy",
    trial: 0,
    policy: "model",
    instruction: "Click OK",
    template: 0,
    heldOut: false,
    feasible: true,
    viewport: { width: 160, height: 210 },
    deviceScaleFactor: 2,
    startState: "start",
    startScreen: screen("start"),
  };
  const all = { ...base, ...facts };
  const key = `${all.purpose}/${all.role}/${all.cycle}/${all.task}/${all.bucket}/${all.seed}/${all.trial}/${all.groupId ?? ""}`;
  return { ...all, key: facts.key ?? key };
}

export function decision(part: Partial<Decision> = {}): Decision {
  return { logProb: -0.1, value: 0.5, entropy: 0.3, thought: null, alternatives: [], exploration: false, ...part };
}

/** Steps as the store returns them. */
export function stepsOf(moves: readonly Move[]): Step[] {
  return moves.map(({ action, to, decision: part, incidents = [] }, index) => ({
    index,
    screenHash: screen(index === 0 ? "start" : moves[index - 1]!.to).screenHash,
    nextScreenHash: screen(to).screenHash,
    deviceScaleFactor: 2,
    action,
    state: to satisfies Json,
    decision: decision(part),
    incidents,
  }));
}

/** Begins an episode and plays its moves, without ending it. Returns its id. */
export function play(workspace: Workspace, { moves = SOLVED, ...facts }: Omit<Recording, "verdict"> = {}): string {
  const { id } = workspace.episodes.begin(start(facts));
  for (const [index, step] of stepsOf(moves).entries()) workspace.steps.append(id, { ...step, nextScreen: screen(moves[index]!.to) });
  return id;
}

/** Records a whole episode. */
export function record(workspace: Workspace, { verdict: name = "pass", ...recording }: Recording = {}): Episode {
  const id = play(workspace, recording);
  workspace.episodes.end(id, { terminatedBy: "agent", verdict: verdict(name) });
  return workspace.episodes.get(id);
}
