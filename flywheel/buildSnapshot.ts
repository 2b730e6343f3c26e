/**
 * Building a dataset snapshot: the stage-routed export of one moment, and the only thing training reads.
 * In: a workspace. Out: `snapshots/<hash>/{ct,sft,rl}.jsonl` and `manifest.json`, written last. Equal routes give equal bytes,
 * so retracting and rebuilding reproduces the hash.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { canonicalJson, sha256 } from "../env/json.ts";
import { blendPassRate, DEFAULT_CURRICULUM } from "./curriculum.ts";
import { hashFile, hashManifest, type Snapshot } from "./readSnapshot.ts";
import { SNAPSHOT_FORMAT, SNAPSHOT_STAGES, type EpisodeRow, type GroupRow, type PoolRow, type RlRow, type SnapshotManifest } from "./snapshotRows.ts";
import type { Episode, Moment } from "./store/episodes.ts";
import type { SnapshotMember } from "./store/snapshots.ts";
import { translating } from "./store/storeError.ts";
import type { Workspace } from "./store/workspace.ts";

export interface SnapshotOptions extends Moment {
  /** Absent: every run of the workspace. */
  readonly run?: string;
  /** False leaves that file empty (`--no-ct`, `--no-rl`, `--no-routing`). */
  readonly ct?: boolean;
  readonly rl?: boolean;
}

/**
 * Builds the snapshot of a moment and remembers it in the store. The same content is the same folder; one that is there and sound is reused.
 * Throws `disk-full`.
 */
export function buildSnapshot(workspace: Workspace, options: SnapshotOptions): Snapshot {
  const root = join(workspace.dir, "snapshots");
  return translating(root, () => {
    mkdirSync(root, { recursive: true });
    for (const name of readdirSync(root)) if (name.startsWith(UNFINISHED)) rmSync(join(root, name), { recursive: true });
    const unfinished = join(root, `${UNFINISHED}${process.pid}`);
    mkdirSync(unfinished);
    const { manifest, members } = writeFiles(workspace, options, unfinished);
    const hash = hashManifest(manifest);
    writeFileSync(join(unfinished, "manifest.json"), `${JSON.stringify({ hash, ...manifest }, null, 2)}\n`);
    const dir = join(root, hash);
    if (isSound(dir, unfinished)) {
      rmSync(unfinished, { recursive: true });
    } else {
      rmSync(dir, { recursive: true, force: true });
      renameSync(unfinished, dir);
    }
    workspace.snapshots.add({ hash, run: options.run ?? null, cycle: options.cycle, manifest }, members);
    return { hash, dir, manifest };
  });
}

const UNFINISHED = ".unfinished-";

/** True when `dir` already holds exactly the same files. */
function isSound(dir: string, fresh: string): boolean {
  const names = ["manifest.json", ...SNAPSHOT_STAGES.map((stage) => `${stage}.jsonl`)];
  return names.every((name) => existsSync(join(dir, name)) && hashFile(join(dir, name)) === hashFile(join(fresh, name)));
}

interface Written {
  readonly manifest: SnapshotManifest;
  readonly members: readonly SnapshotMember[];
}

function writeFiles(workspace: Workspace, { run, cycle, stage, ct = true, rl = true }: SnapshotOptions, dir: string): Written {
  const which = { ...(run === undefined ? {} : { run }), moment: { cycle, stage } };
  const episodes = workspace.episodes.learning(which).filter(({ route }) => route !== null);
  const screens = new Set<string>();
  const row = (episode: Episode): EpisodeRow => toRow(workspace, episode, screens);
  const sft = episodes.filter(({ route }) => route === "SFT");
  const others = ct ? episodes.filter(({ route }) => route === "CT") : [];
  const pool = rl ? poolRows(workspace, which) : [];
  const groups = rl ? groupsOf(episodes) : [];
  const files = {
    ct: writeRows(join(dir, "ct.jsonl"), others.values().map(row)),
    sft: writeRows(join(dir, "sft.jsonl"), sft.values().map(row)),
    rl: writeRows(join(dir, "rl.jsonl"), [...pool, ...groups.map((group) => toGroup(group, row))]),
  };
  const count = (route: string): number => episodes.filter((episode) => episode.route === route).length;
  const from = (source: EpisodeRow["source"]): number => sft.filter((episode) => sourceOf(episode) === source).length;
  const manifest: SnapshotManifest = {
    format: SNAPSHOT_FORMAT,
    cycle,
    stage,
    files,
    screens: { count: screens.size, sha256: sha256([...screens].toSorted().join("\n")) },
    sources: { demonstration: from("demonstration"), requested: from("requested"), person: from("person"), self: from("self") },
    routes: { SFT: sft.length, CT: count("CT"), quarantine: count("quarantine") },
  };
  const inPool = (name: SnapshotMember["pool"], own: readonly Episode[]): SnapshotMember[] => own.map(({ id }) => ({ pool: name, episode: id }));
  return { manifest, members: [...inPool("sft", sft), ...inPool("ct", others), ...inPool("rl", groups.flat())] };
}

/** Where an episode comes from. */
function sourceOf({ role, request, purpose }: Episode): EpisodeRow["source"] {
  if (role === "demonstration") return request === null ? "demonstration" : "requested";
  return purpose === "human" ? "person" : "self";
}

function toRow(workspace: Workspace, episode: Episode, screens: Set<string>): EpisodeRow {
  const masked = new Set(workspace.masks.of(episode.id).flatMap((mask) => (mask.masked ? [mask.step] : [])));
  const steps = workspace.steps.of(episode.id).map(({ index, screenHash, nextScreenHash, deviceScaleFactor, action, decision }) => {
    screens.add(screenHash).add(nextScreenHash);
    return {
      screen: screenHash,
      next: nextScreenHash,
      deviceScaleFactor,
      action,
      masked: masked.has(index),
      logProb: decision?.logProb ?? null,
      value: decision?.value ?? null,
      exploration: decision?.exploration ?? false,
      thought: decision?.thought ?? null,
    };
  });
  const { id, cycle, role, task, taskVersion, bucket, seed, trial, instruction, template, feasible, viewport } = episode;
  const { policy, checkpoint, weights } = episode;
  const place = { episode: id, cycle, role, source: sourceOf(episode), task, taskVersion, bucket, seed, trial };
  const judged = { verdict: episode.verdict ?? "unverified", verifier: episode.verifier ?? "", rewardRaw: episode.rewardRaw ?? 0 };
  return { ...place, instruction, template, feasible, viewport, policy, checkpoint, weights, ...judged, steps };
}

/** Running pass rates of the wheel's own episodes, folded cycle by cycle. */
function poolRows(workspace: Workspace, which: { readonly run?: string; readonly moment: Moment }): PoolRow[] {
  const pool = new Map<string, PoolRow>();
  for (const { task, bucket, passes, attempts } of workspace.ledger.passCounts(which)) {
    const key = JSON.stringify([task, bucket]);
    const before = pool.get(key);
    pool.set(key, {
      kind: "pool",
      task,
      bucket,
      passRate: blendPassRate(before?.passRate ?? null, passes, attempts, DEFAULT_CURRICULUM),
      passes: (before?.passes ?? 0) + passes,
      attempts: (before?.attempts ?? 0) + attempts,
    });
  }
  return [...pool.keys()].toSorted().map((key) => pool.get(key)!);
}

/** Rollout groups in the order of their first episode; a trial that met an environment error has no reward and is left out. */
function groupsOf(episodes: readonly Episode[]): Episode[][] {
  const inGroups = episodes.filter(({ role, groupId, route }) => role === "rl" && groupId !== null && route !== "quarantine");
  return [...Map.groupBy(inGroups, ({ groupId }) => groupId).values()];
}

function toGroup(episodes: readonly Episode[], row: (episode: Episode) => EpisodeRow): GroupRow {
  const { groupId, cycle, task, bucket, seed, checkpoint, weights } = episodes[0]!;
  const trials = episodes.map((episode) => ({ ...row(episode), reward: episode.verdict === "pass" ? 1 : 0 }));
  return { kind: "group", group: groupId ?? "", cycle, task, bucket, seed, checkpoint, weights, trials };
}

function writeRows(path: string, rows: Iterable<EpisodeRow | RlRow>): SnapshotManifest["files"]["ct"] {
  const digest = createHash("sha256");
  const file = openSync(path, "w");
  const counts = { rows: 0, steps: 0, bytes: 0 };
  try {
    for (const row of rows) {
      const line = Buffer.from(`${canonicalJson(row)}\n`);
      digest.update(line);
      writeSync(file, line);
      counts.rows += 1;
      counts.steps += stepsIn(row);
      counts.bytes += line.length;
    }
  } finally {
    closeSync(file);
  }
  return { ...counts, sha256: digest.digest("hex") };
}

function stepsIn(row: EpisodeRow | RlRow): number {
  if (!("kind" in row)) return row.steps.length;
  return row.kind === "pool" ? 0 : row.trials.reduce((sum, { steps }) => sum + steps.length, 0);
}
