/** Pools, ledger, composition, snapshots, their rows and differences. In: a run or a snapshot. Out: API values whose counts add up. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sql, type RawBuilder, type SqlBool } from "kysely";
import { WheelError } from "../../../env/errors.ts";
import { describeAction } from "../../../env/action.ts";
import type { Json } from "../../../env/json.ts";
import { storedConfig } from "../../../flywheel/config.ts";
import { readSnapshot } from "../../../flywheel/readSnapshot.ts";
import { manifestSchema, SNAPSHOT_STAGES, type EpisodeRow, type RlRow, type SnapshotManifest } from "../../../flywheel/snapshotRows.ts";
import type { StoredSnapshot } from "../../../flywheel/store/snapshots.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import type { EpisodeFilter } from "../../api/query.ts";
import { checkpointName } from "../names.ts";
import { column, number, rows } from "../statements.ts";
import { rlBuckets, runOrNewest } from "./runs.ts";

type Pool = Parsed["datasets"]["composition"]["pool"];

const LEARNING = sql<SqlBool>`l.purpose in ('train', 'human') and l.retracted = 0`;
const ofRun = (run: string | null): RawBuilder<SqlBool> => (run === null ? sql`1` : sql`(l.run = ${run} or l.run is null)`);
const IN_POOL: Readonly<Record<Pool, RawBuilder<SqlBool>>> = {
  ct: sql`l.route = 'CT'`,
  sft: sql`l.route = 'SFT'`,
  quarantine: sql`l.route = 'quarantine'`,
  rl: sql`l.role = 'rl' and l.groupId is not null`,
};

/** The query that lists a pool's episodes: retracted ones and those of gate and final are not in it. */
function poolFilter(pool: Pool): EpisodeFilter {
  const learning = { purpose: ["train", "human"] as ("train" | "human")[], not: { is: ["retracted" as const] } };
  if (pool === "rl") return { ...learning, role: ["rl"] };
  return { ...learning, route: [({ ct: "CT", sft: "SFT", quarantine: "quarantine" } as const)[pool]] };
}

export function pools(workspace: Workspace, input: Parsed["datasets"]["pools"]): Outputs["datasets"]["pools"] {
  const run = runOrNewest(workspace, input.run)?.id ?? null;
  const counted = (pool: Pool): number =>
    number(workspace, sql`select count(*) from episode_list l where ${LEARNING} and ${ofRun(run)} and ${IN_POOL[pool]}`);
  const rl = sql`from episode_list l where ${LEARNING} and ${ofRun(run)} and ${IN_POOL.rl}`;
  return {
    run,
    ct: counted("ct"),
    sft: counted("sft"),
    quarantine: counted("quarantine"),
    rl: {
      buckets: run === null ? 0 : rlBuckets(workspace, run, Number.MAX_SAFE_INTEGER),
      tasks: number(workspace, sql`select count(distinct l.task) ${rl}`),
      groups: number(workspace, sql`select count(distinct l.groupId) ${rl}`),
      episodes: counted("rl"),
    },
    filters: { ct: poolFilter("ct"), sft: poolFilter("sft"), quarantine: poolFilter("quarantine"), rl: poolFilter("rl") },
  };
}

export function ledger(workspace: Workspace, input: Parsed["datasets"]["ledger"]): Outputs["datasets"]["ledger"] {
  const run = runOrNewest(workspace, input.run);
  if (run === null) return [];
  const groups = rows(
    workspace,
    sql<{ cycle: number; role: string; verdict: string; route: string; n: number; steps: number }>`select l.cycle, l.role,
        coalesce(l.verdict, 'unverified') as verdict, coalesce(l.route, 'none') as route, count(*) as n, sum(l.steps) as steps
      from episode_list l where ${LEARNING} and l.run = ${run.id} group by 1, 2, 3, 4`,
  );
  const rejected = rows(
    workspace,
    sql<{ cycle: number; check: string; count: number }>`select l.cycle, f."check", count(*) as count
      from episode_list l join filter_checks f on f.episode = l.episode and f.passed = 0 join verdicts v on v.id = f.verdict and v.routing = 1
      where ${LEARNING} and l.run = ${run.id} and l.verdict = 'pass' and l.route <> 'SFT' group by 1, 2 order by count desc`,
  );
  const rl = rows(
    workspace,
    sql<{ cycle: number; all: number; mixed: number }>`select cycle, count(*) as "all", sum(low < high) as mixed from (
        select l.cycle, min(l.verdict = 'pass') as low, max(l.verdict = 'pass') as high from episode_list l
        where ${LEARNING} and l.run = ${run.id} and ${IN_POOL.rl} group by l.cycle, l.groupId) group by cycle`,
  );
  const byCycle = [...Map.groupBy(groups, ({ cycle }) => cycle)].toSorted(([a], [b]) => a - b);
  return byCycle.map(([cycle, own]) => {
    const total = (of: (group: (typeof own)[number]) => boolean): number => own.filter(of).reduce((sum, { n }) => sum + n, 0);
    const verdict = (name: string): number => total((group) => group.verdict === name);
    const route = (name: string): number => total((group) => group.route === name);
    const { all = 0, mixed = 0 } = rl.find((one) => one.cycle === cycle) ?? {};
    return {
      cycle,
      episodes: total(() => true),
      steps: own.reduce((sum, { steps }) => sum + steps, 0),
      verdicts: {
        pass: verdict("pass"),
        fail: verdict("fail"),
        truncated: verdict("truncated"),
        "env-error": verdict("env-error"),
        unverified: verdict("unverified"),
      },
      routes: { SFT: route("SFT"), CT: route("CT"), quarantine: route("quarantine"), none: route("none") },
      filtered: total((group) => group.verdict === "pass" && group.route !== "SFT" && group.route !== "none"),
      rejections: rejected.filter((one) => one.cycle === cycle).map(({ check, count }) => ({ check, count })),
      byRole: [...Map.groupBy(own, ({ role }) => role)].map(([role, some]) => ({
        role: role as Outputs["datasets"]["ledger"][number]["byRole"][number]["role"],
        episodes: some.reduce((sum, { n }) => sum + n, 0),
      })),
      groups: { all, mixed },
    };
  });
}

const SOURCE = sql`case when l.role = 'demonstration' then case when e.request is null then 'demonstration' else 'requested' end
  when l.purpose = 'human' then 'person' else 'self' end`;
const PARTS = { task: sql`l.task`, bucket: sql`l.task || ': ' || l.bucket`, source: SOURCE, cycle: sql`l.cycle` } as const;

export function composition(workspace: Workspace, input: Parsed["datasets"]["composition"]): Outputs["datasets"]["composition"] {
  const { pool, by, snapshot } = input;
  const run = runOrNewest(workspace, input.run);
  const members =
    snapshot === undefined
      ? sql`${LEARNING} and ${ofRun(run?.id ?? null)} and ${IN_POOL[pool]}`
      : sql`l.episode in (select m.episode from snapshot_members m where m.snapshot = ${findSnapshot(workspace, snapshot).hash} and m.pool = ${pool})`;
  const from = sql`from episode_list l join episodes e on e.id = l.episode where ${members}`;
  const parts = rows(
    workspace,
    sql<{ name: string | number; count: number }>`select ${PARTS[by]} as name, count(*) as count ${from} group by 1 order by 2 desc, 1`,
  );
  const sources = new Map(
    rows(workspace, sql<{ name: string; count: number }>`select ${SOURCE} as name, count(*) as count ${from} group by 1`).map((row) => [
      row.name,
      row.count,
    ]),
  );
  const demonstrated = new Set(run === null ? [] : storedConfig(run).demonstrated);
  const base: EpisodeFilter = snapshot === undefined ? poolFilter(pool) : { snapshot: [snapshot] };
  return {
    total: parts.reduce((sum, { count }) => sum + count, 0),
    parts: parts.map(({ name, count }) => ({
      name: String(name),
      count,
      demonstrated: by === "task" && demonstrated.has(String(name)),
      filter: { ...base, ...partFilter(by, String(name)) },
    })),
    sources: {
      demonstration: sources.get("demonstration") ?? 0,
      requested: sources.get("requested") ?? 0,
      person: sources.get("person") ?? 0,
      self: sources.get("self") ?? 0,
    },
  };
}

function partFilter(by: keyof typeof PARTS, name: string): EpisodeFilter {
  switch (by) {
    case "task":
      return { task: [name] };
    case "cycle":
      return { cycle: [Number(name)] };
    case "bucket": {
      const at = name.indexOf(": ");
      return { task: [name.slice(0, at)], bucket: [name.slice(at + 2)] };
    }
    case "source":
      return name === "person" ? { purpose: ["human"] } : name === "self" ? { not: { role: ["demonstration"] } } : { role: ["demonstration"] };
  }
}

/** A snapshot by its hash or the beginning of it. Throws `usage`. */
function findSnapshot(workspace: Workspace, start: string): StoredSnapshot {
  const found = workspace.snapshots.list().filter(({ hash }) => hash.startsWith(start));
  if (found.length === 1) return found[0]!;
  throw new WheelError(
    "usage",
    `${found.length === 0 ? "There is no snapshot" : "Several snapshots begin with"} ${start}.`,
    "Datasets lists all snapshots.",
  );
}

type SnapshotView = Outputs["datasets"]["snapshots"][number];

function viewSnapshot(workspace: Workspace, { hash, run, cycle, manifest, createdAt }: StoredSnapshot): SnapshotView {
  const { stage, files, screens, sources } = manifestSchema.parse(manifest);
  const each = (of: (file: SnapshotManifest["files"]["ct"]) => number) => ({ ct: of(files.ct), sft: of(files.sft), rl: of(files.rl) });
  return {
    hash,
    name: `${stage}-${cycle > 999999 ? "now" : cycle}`,
    run,
    cycle,
    stage,
    createdAt,
    sources,
    screens: screens.count,
    rows: each((file) => file.rows),
    steps: each((file) => file.steps),
    bytes: SNAPSHOT_STAGES.reduce((sum, name) => sum + files[name].bytes, 0),
    present: existsSync(join(workspace.dir, "snapshots", hash)),
    checkpoints: workspace.checkpoints
      .list()
      .filter((one) => one.snapshot === hash)
      .map(checkpointName),
    stale: number(
      workspace,
      sql`select count(distinct l.number) from snapshot_members m join episode_list l on l.episode = m.episode
        where m.snapshot = ${hash} and (l.retracted = 1 or (m.pool <> 'rl' and lower(l.route) <> m.pool))`,
    ),
  };
}

export function listSnapshots(workspace: Workspace, { run }: Parsed["datasets"]["snapshots"]): Outputs["datasets"]["snapshots"] {
  const all = workspace.snapshots.list().filter((one) => run === undefined || one.run === run || one.run === null);
  return all.toReversed().map((one) => viewSnapshot(workspace, one));
}

export function getSnapshot(workspace: Workspace, { hash }: Parsed["datasets"]["snapshot"]): Outputs["datasets"]["snapshot"] {
  const found = findSnapshot(workspace, hash);
  return { ...viewSnapshot(workspace, found), manifest: found.manifest };
}

export function diff(workspace: Workspace, { a, b, pool }: Parsed["datasets"]["diff"]): Outputs["datasets"]["diff"] {
  const first = findSnapshot(workspace, a);
  const members = (hash: string): RawBuilder<unknown> =>
    sql`select m.episode from snapshot_members m where m.snapshot = ${hash} and m.pool = ${pool}`;
  const now = sql`select l.episode from episode_list l where ${LEARNING} and ${ofRun(first.run)} and ${IN_POOL[pool]}`;
  const [before, after] = [members(first.hash), b === undefined ? now : members(findSnapshot(workspace, b).hash)];
  const sizeOf = (set: RawBuilder<unknown>): number => number(workspace, sql`select count(*) from (${set})`);
  const missing = (from: RawBuilder<unknown>, other: RawBuilder<unknown>) =>
    rows(
      workspace,
      sql<{
        id: string;
        task: string;
      }>`select l.episode as id, l.task from episode_list l where l.episode in (${from}) and l.episode not in (${other})
        order by l.number`,
    );
  const [removed, added] = [missing(before, after), missing(after, before)];
  const tasks = [...new Set([...removed, ...added].map(({ task }) => task))].toSorted();
  const count = (list: readonly { task: string }[], task: string): number => list.filter((one) => one.task === task).length;
  return {
    a: sizeOf(before),
    b: sizeOf(after),
    added: added.length,
    removed: removed.length,
    byTask: tasks.map((task) => ({ task, added: count(added, task), removed: count(removed, task) })),
    addedIds: added.slice(0, 1000).map(({ id }) => id),
    removedIds: removed.slice(0, 1000).map(({ id }) => id),
  };
}

export async function snapshotRows(workspace: Workspace, input: Parsed["datasets"]["rows"]): Promise<Outputs["datasets"]["rows"]> {
  const { stage, from, limit } = input;
  const { hash, manifest } = findSnapshot(workspace, input.snapshot);
  const snapshot = await readSnapshot(join(workspace.dir, "snapshots", hash));
  const found: Outputs["datasets"]["rows"]["rows"] = [];
  let at = 0;
  for await (const row of snapshot.rows(stage)) {
    if (at >= from) found.push(previewRow(row));
    if (++at >= from + limit) break;
  }
  return { rows: found, total: manifestSchema.parse(manifest).files[stage].rows };
}

function previewRow(row: EpisodeRow | RlRow): Outputs["datasets"]["rows"]["rows"][number] {
  const episode = "kind" in row ? (row.kind === "group" ? row.trials[0] : undefined) : row;
  return {
    row: row as unknown as Json,
    episode: episode?.episode ?? null,
    instruction: episode?.instruction ?? ("kind" in row && row.kind === "pool" ? `${row.task}: ${row.bucket}` : ""),
    verdict: episode?.verdict ?? null,
    steps: (episode?.steps ?? []).map(({ screen, action, masked }) => ({ screen, sentence: describeAction(action), imitated: !masked })),
  };
}

export async function exportPreview(workspace: Workspace, input: Parsed["datasets"]["exportPreview"]): Promise<Outputs["datasets"]["exportPreview"]> {
  const { hash, manifest } = findSnapshot(workspace, input.snapshot);
  const { files } = manifestSchema.parse(manifest);
  // Opening compares every file with its hash.
  const snapshot = await readSnapshot(join(workspace.dir, "snapshots", hash));
  const all = new Set<string>();
  const stages: Outputs["datasets"]["exportPreview"]["stages"] = [];
  for (const stage of input.stages) {
    const screens = new Set<string>();
    for await (const row of snapshot.rows(stage)) for (const screen of screensOf(row)) screens.add(screen);
    for (const screen of screens) all.add(screen);
    stages.push({
      stage,
      rows: files[stage].rows,
      steps: files[stage].steps,
      images: screens.size,
      bytes: files[stage].bytes + sizes(workspace, screens),
    });
  }
  const missing =
    all.size - number(workspace, sql`select count(*) from blobs where hash in (select value from json_each(${JSON.stringify([...all])}))`);
  const sum = (key: "rows" | "steps"): number => stages.reduce((total, one) => total + one[key], 0);
  const fileBytes = input.stages.reduce((total, stage) => total + files[stage].bytes, 0);
  return {
    stages,
    total: { rows: sum("rows"), steps: sum("steps"), images: all.size, bytes: fileBytes + sizes(workspace, all) },
    checks: [
      { what: "Files match their hashes, rows parse", passed: true, detail: `${sum("rows")} of ${sum("rows")} rows` },
      { what: "Every screen is in the workspace", passed: missing === 0, detail: `${all.size - missing} of ${all.size}` },
      hiddenCheck(workspace, hash),
    ],
  };
}

/** Nothing that scores are measured on is in a snapshot. */
function hiddenCheck(workspace: Workspace, hash: string): Outputs["datasets"]["exportPreview"]["checks"][number] {
  const hidden = number(
    workspace,
    sql`select count(*) from snapshot_members m join episodes e on e.id = m.episode where m.snapshot = ${hash} and e.split <> 'train'`,
  );
  return { what: "No gate or final seed inside", passed: hidden === 0, detail: `${hidden}` };
}

function* screensOf(row: EpisodeRow | RlRow): Generator<string> {
  const episodes = "kind" in row ? (row.kind === "group" ? row.trials : []) : [row];
  for (const { steps } of episodes) for (const { screen, next } of steps) yield* [screen, next];
}

function sizes(workspace: Workspace, screens: ReadonlySet<string>): number {
  return number(workspace, sql`select sum(length(png)) from blobs where hash in (select value from json_each(${JSON.stringify([...screens])}))`);
}

/** What retracting episodes makes stale: snapshots that hold them, checkpoints trained on those, and their descendants. */
export function staleAfter(workspace: Workspace, episodes: RawBuilder<unknown>): Omit<Outputs["episodes"]["consequences"], "episodes"> {
  const snapshots = rows(
    workspace,
    sql<{ hash: string; cycle: number; episodes: number }>`select s.hash, s.cycle, count(distinct m.episode) as episodes
      from snapshot_members m join snapshots s on s.hash = m.snapshot where m.episode in (${episodes}) group by s.hash order by s.createdAt`,
  );
  const hashes = new Set(snapshots.map(({ hash }) => hash));
  const all = workspace.checkpoints.list();
  const direct = new Set(all.filter(({ snapshot }) => snapshot !== null && hashes.has(snapshot)).map(({ id }) => id));
  const touched = new Set(direct);
  for (let grown = true; grown;) {
    const heirs = all.filter(({ id, parents }) => !touched.has(id) && parents.some((parent) => touched.has(parent)));
    for (const { id } of heirs) touched.add(id);
    grown = heirs.length > 0;
  }
  const checkpoints = all
    .filter(({ id }) => touched.has(id))
    .map((one) => ({ ...checkpointName(one), status: one.status, direct: direct.has(one.id) }));
  return { snapshots, checkpoints };
}

/** Ids of a selection, in the order they ended. */
export function idsOf(workspace: Workspace, selected: RawBuilder<SqlBool>): string[] {
  return column<string>(workspace, sql`select l.episode from episode_list l where ${selected} order by l.number`);
}
