/**
 * Fills a workspace with copies of real episodes, until it holds as many episodes and steps as asked for: what lists and queries are
 * measured on. Run: node test/long/seedEpisodes.ts --from WORKSPACE --to NEW [--episodes 100000] [--steps 1000000]
 * Copies keep screens, actions, thoughts and verdicts; ids, keys, seeds, cycles and times are their own; longer episodes repeat their steps.
 * Two long ones, on which no two screens are alike, end last: `LONG.small` has recorded screens, `LONG.large` recorded ones side by side.
 */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Sqlite from "better-sqlite3";
import sharp from "sharp";
import { decodePng, encodePng, screenHash } from "../../env/pixels.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";

/** Ids of the long episodes. */
export const LONG = { small: "10000000seededlong00", large: "20000000seededlong00" } as const;
const LONG_STEPS = 400;
const LARGE = { width: 1280, height: 800, columns: 3, rows: 2 } as const;

/** Adds the copies. `steps` is met to within one episode's length. */
export async function seedEpisodes(from: string, to: string, episodes: number, steps: number): Promise<void> {
  if (!existsSync(join(to, "flywheel.db"))) {
    mkdirSync(to, { recursive: true });
    copyFileSync(join(from, "flywheel.db"), join(to, "flywheel.db"));
  }
  // Brings the schema up to date and closes again: the copies are written set by set, past the repositories.
  await (await openWorkspace(to)).close();
  const db = new Sqlite(join(to, "flywheel.db"));
  db.pragma("synchronous = OFF");
  db.pragma("foreign_keys = OFF");
  const counted = (table: string): number => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  const [haveEpisodes, haveSteps] = [counted("episode_list"), counted("steps")];
  const missing = episodes - haveEpisodes;
  const sources = db.prepare("SELECT episode, steps FROM episode_list WHERE steps > 0 ORDER BY number LIMIT 20000").all() as Source[];
  const wanted = Math.max(1, (steps - haveSteps) / missing);
  const plan = copies(sources, missing, wanted);
  db.transaction(() => {
    db.exec("CREATE TEMP TABLE plan (n INTEGER PRIMARY KEY, source TEXT, id TEXT, steps INTEGER, length INTEGER)");
    const insert = db.prepare("INSERT INTO plan VALUES (?, ?, ?, ?, ?)");
    for (const [n, { source, length, own }] of plan.entries()) insert.run(n, source, `${n.toString(16).padStart(8, "0")}seeded000000`, length, own);
    db.exec(COPY);
  })();
  await seedLong(db);
  db.exec("ANALYZE");
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

interface Source {
  readonly episode: string;
  readonly steps: number;
}

interface Copy {
  readonly source: string;
  readonly length: number;
  readonly own: number;
}

/** Round robin over the sources; lengths spread evenly from 1 to twice the mean, so that they add up. */
function copies(sources: readonly Source[], count: number, mean: number): Copy[] {
  return Array.from({ length: count }, (_, n) => {
    const source = sources[n % sources.length]!;
    const spread = 1 + ((n * 7919) % (2 * Math.round(mean) - 1));
    return { source: source.episode, length: spread, own: source.steps };
  });
}

/** Step k of a copy is step k mod own of its source; rows are written in the order of their keys. */
const COPY = `
  INSERT INTO episodes SELECT p.id, 'seeded/' || p.n, e.run, p.n % 12, e.purpose, e.role, e.task, e.taskVersion,
    CASE e.split WHEN 'train' THEN 34 + (p.n * 5) % 599000 ELSE e.seed END, e.split, e.bucket, e.trial, e.groupId, e.request, e.policy, e.checkpoint,
    e.weights, e.instruction, e.template, e.heldOut, e.feasible, e.viewportWidth, e.viewportHeight, e.deviceScaleFactor, e.startScreenHash,
    e.startState, 'running', p.steps, e.terminatedBy, e.startedAt + p.n * 900, e.startedAt + p.n * 900 + p.steps * (300 + (p.n * 37) % 900),
    max(e.maxSteps, p.steps), e.startUrl, e.forkOf, e.forkStep
  FROM plan p JOIN episodes e ON e.id = p.source;
  WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 400)
  INSERT INTO steps SELECT p.id, k.i, s.screenHash, s.nextScreenHash, s.deviceScaleFactor, s.action, s.state, s.decision, s.incidents,
    s.actor, s.proposed, s.target, s.url, s.startMs, s.thinkMs, s.actMs
  FROM plan p JOIN k ON k.i < p.steps JOIN steps s ON s.episode = p.source AND s."index" = k.i % p.length ORDER BY p.id, k.i;
  UPDATE episodes SET status = 'ended' WHERE status = 'running' AND key LIKE 'seeded/%';
  INSERT INTO verdicts (episode, verifier, verdict, reason, evidence, rewardRaw, triage, source, routing, withdrawn, createdAt)
    SELECT p.id, v.verifier, v.verdict, v.reason, v.evidence, v.rewardRaw, v.triage, v.source, 1, NULL, v.createdAt
    FROM plan p JOIN verdicts v ON v.episode = p.source AND v.routing = 1;
  INSERT INTO routes (episode, route, author, reason, createdAt)
    SELECT p.id, r.route, r.author, r.reason, r.createdAt FROM plan p JOIN current_routes r ON r.episode = p.source;
  INSERT INTO filter_checks SELECT p.id, v.id, f."check", f.passed, f.reason
    FROM plan p JOIN verdicts v ON v.episode = p.id JOIN filter_checks f ON f.episode = p.source AND f.passed = 0 GROUP BY p.id, v.id, f."check";
`;

interface RealStep {
  readonly episode: string;
  readonly screenHash: string;
  readonly [column: string]: unknown;
}

/** Steps with screens of the most frequent size, no screen twice. */
async function seedLong(db: Sqlite.Database): Promise<void> {
  if (db.prepare("SELECT 1 FROM episodes WHERE id = ?").get(LONG.small) !== undefined) return;
  const size = db.prepare("SELECT width, height FROM blobs GROUP BY width, height ORDER BY count(*) DESC LIMIT 1").get() as typeof LARGE;
  const steps = db
    .prepare(
      `SELECT s.* FROM steps s JOIN blobs b ON b.hash = s.screenHash WHERE b.width = ? AND b.height = ? AND length(b.png) > 0
       AND s.episode IN (SELECT episode FROM episode_list WHERE verdict IS NOT NULL ORDER BY number LIMIT 4000) GROUP BY s.screenHash ORDER BY s.screenHash LIMIT ?`,
    )
    .all(size.width, size.height, LONG_STEPS) as RealStep[];
  const screens = steps.map(({ screenHash: hash }) => hash);
  putLong(db, LONG.small, steps, screens, null);
  const large: string[] = [];
  for (const i of steps.keys()) large.push(await putLarge(db, screens, i));
  putLong(db, LONG.large, steps, large, { viewportWidth: LARGE.width, viewportHeight: LARGE.height, deviceScaleFactor: 1 });
}

/** A large screen of recorded ones, from the i-th on. Returns its hash. */
async function putLarge(db: Sqlite.Database, screens: readonly string[], i: number): Promise<string> {
  const { width, height, columns, rows } = LARGE;
  const tile = { width: Math.floor(width / columns), height: Math.floor(height / rows) };
  const pieces = Array.from({ length: columns * rows }, async (_, n) => {
    const png = db
      .prepare("SELECT png FROM blobs WHERE hash = ?")
      .pluck()
      .get(screens[(i + n * 37) % screens.length]) as Uint8Array;
    const input = await sharp(png)
      .resize({ ...tile, fit: "cover" })
      .png()
      .toBuffer();
    return { input, left: (n % columns) * tile.width, top: Math.floor(n / columns) * tile.height };
  });
  const canvas = sharp({ create: { width, height, channels: 4, background: "white" } });
  const pixels = await decodePng(
    await canvas
      .composite(await Promise.all(pieces))
      .png()
      .toBuffer(),
  );
  const hash = screenHash(pixels);
  db.prepare("INSERT OR IGNORE INTO blobs (hash, png, width, height) VALUES (?, ?, ?, ?)").run(hash, await encodePng(pixels), width, height);
  return hash;
}

/** The episode of the first step, under another id, with these steps and screens; half a second each. */
function putLong(db: Sqlite.Database, id: string, steps: readonly RealStep[], screens: readonly string[], viewport: object | null): void {
  const source = steps[0]!.episode;
  const episode = db.prepare("SELECT * FROM episodes WHERE id = ?").get(source) as object;
  const ended = Date.now();
  const own = {
    id,
    key: `seeded/${id}`,
    status: "running",
    stepCount: steps.length,
    startScreenHash: screens[0]!,
    startedAt: ended - steps.length * 500,
  };
  db.transaction(() => {
    insertRow(db, "episodes", { ...episode, ...viewport, ...own, endedAt: ended });
    for (const [index, step] of steps.entries()) {
      const times = { startMs: index * 500, thinkMs: 150, actMs: 250 };
      const seen = { screenHash: screens[index]!, nextScreenHash: screens[Math.min(index + 1, screens.length - 1)]! };
      insertRow(db, "steps", { ...step, episode: id, index, ...times, ...seen });
    }
    db.prepare("UPDATE episodes SET status = 'ended' WHERE id = ?").run(id);
    const verdict = db.prepare("SELECT * FROM verdicts WHERE episode = ? AND routing = 1").get(source) as { id: number };
    const { id: _, ...judged } = verdict;
    insertRow(db, "verdicts", { ...judged, episode: id });
  })();
}

function insertRow(db: Sqlite.Database, table: string, row: object): void {
  const names = Object.keys(row);
  db.prepare(`INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`).run(
    ...Object.values(row),
  );
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { from: { type: "string" }, to: { type: "string" }, episodes: { type: "string" }, steps: { type: "string" } },
  });
  if (values.from === undefined || values.to === undefined) throw new TypeError("--from and --to are needed");
  const started = performance.now();
  await seedEpisodes(values.from, values.to, Number(values.episodes ?? 100_000), Number(values.steps ?? 1_000_000));
  process.stdout.write(`seeded in ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
}
