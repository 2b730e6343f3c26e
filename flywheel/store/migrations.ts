/**
 * The schema, as an ordered list of SQL scripts. `PRAGMA user_version` counts how many a workspace has seen.
 * In: an open SQLite file. Out: the same file at the newest version, or a polite refusal when it is newer than this program.
 */
import type { Database as Sqlite } from "better-sqlite3";
import { WheelError } from "../../env/errors.ts";

/** Marks the file as ours ("GUIF"). */
const APPLICATION_ID = 0x47554946;

/** A released script is never edited: a change of schema is a new entry at the end. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, config TEXT NOT NULL, configHash TEXT NOT NULL, seed INTEGER NOT NULL, createdAt INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE blobs (hash TEXT PRIMARY KEY, png BLOB NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL) STRICT;
  CREATE TABLE thumbnails (
    hash TEXT PRIMARY KEY REFERENCES blobs (hash) ON DELETE CASCADE,
    png BLOB NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE demonstration_requests (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), cycle INTEGER NOT NULL, task TEXT NOT NULL, bucket TEXT NOT NULL,
    asked INTEGER NOT NULL, source TEXT NOT NULL, createdAt INTEGER NOT NULL, UNIQUE (run, cycle, task, bucket)
  ) STRICT;

  CREATE TABLE episodes (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    run TEXT REFERENCES runs (id),
    cycle INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('train', 'gate', 'final', 'human')),
    role TEXT NOT NULL,
    task TEXT NOT NULL, taskVersion INTEGER NOT NULL,
    seed INTEGER NOT NULL, split TEXT NOT NULL, bucket TEXT NOT NULL, trial INTEGER NOT NULL, groupId TEXT,
    request INTEGER REFERENCES demonstration_requests (id),
    policy TEXT NOT NULL, checkpoint TEXT, weights TEXT,
    instruction TEXT NOT NULL, template INTEGER NOT NULL, heldOut INTEGER NOT NULL, feasible INTEGER NOT NULL,
    viewportWidth INTEGER NOT NULL, viewportHeight INTEGER NOT NULL, deviceScaleFactor REAL NOT NULL,
    startScreenHash TEXT NOT NULL REFERENCES blobs (hash), startState TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'ended', 'interrupted')),
    stepCount INTEGER NOT NULL DEFAULT 0, terminatedBy TEXT,
    startedAt INTEGER NOT NULL, endedAt INTEGER,
    CHECK (purpose IN ('gate', 'final') OR split = 'train')
  ) STRICT;
  CREATE INDEX episodes_by_place ON episodes (run, cycle, purpose, role);
  CREATE INDEX episodes_by_instance ON episodes (task, seed);
  CREATE INDEX episodes_by_checkpoint ON episodes (checkpoint, purpose);
  CREATE INDEX episodes_running ON episodes (status) WHERE status = 'running';

  CREATE TABLE steps (
    episode TEXT NOT NULL REFERENCES episodes (id) ON UPDATE CASCADE ON DELETE CASCADE,
    "index" INTEGER NOT NULL,
    screenHash TEXT NOT NULL REFERENCES blobs (hash), nextScreenHash TEXT NOT NULL REFERENCES blobs (hash),
    deviceScaleFactor REAL NOT NULL,
    action TEXT NOT NULL, state TEXT NOT NULL, decision TEXT, incidents TEXT NOT NULL,
    PRIMARY KEY (episode, "index")
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    episode TEXT NOT NULL REFERENCES episodes (id) ON UPDATE CASCADE ON DELETE CASCADE,
    verifier TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'truncated', 'env-error', 'unverified')),
    reason TEXT NOT NULL, evidence TEXT NOT NULL, rewardRaw REAL NOT NULL, triage TEXT,
    source TEXT NOT NULL, routing INTEGER NOT NULL, withdrawn TEXT, createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX verdicts_by_episode ON verdicts (episode);
  CREATE UNIQUE INDEX verdicts_routing ON verdicts (episode) WHERE routing = 1;

  CREATE TABLE filter_checks (
    episode TEXT NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
    verdict INTEGER NOT NULL REFERENCES verdicts (id) ON DELETE CASCADE,
    "check" TEXT NOT NULL, passed INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (episode, verdict, "check")
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE routes (
    id INTEGER PRIMARY KEY, episode TEXT NOT NULL REFERENCES episodes (id),
    route TEXT NOT NULL CHECK (route IN ('SFT', 'CT', 'quarantine')),
    author TEXT NOT NULL, reason TEXT NOT NULL, supersedes INTEGER UNIQUE REFERENCES routes (id), createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX routes_by_episode ON routes (episode);
  CREATE UNIQUE INDEX routes_first ON routes (episode) WHERE supersedes IS NULL;
  CREATE TRIGGER routes_kept BEFORE DELETE ON routes BEGIN SELECT RAISE(ABORT, 'routes are append-only'); END;
  CREATE TRIGGER routes_fixed BEFORE UPDATE ON routes BEGIN SELECT RAISE(ABORT, 'routes are append-only'); END;
  CREATE VIEW current_routes AS
    SELECT * FROM routes r WHERE NOT EXISTS (SELECT 1 FROM routes later WHERE later.supersedes = r.id);

  CREATE TABLE labels (
    id INTEGER PRIMARY KEY, episode TEXT NOT NULL REFERENCES episodes (id) ON DELETE CASCADE,
    step INTEGER, label TEXT NOT NULL, note TEXT NOT NULL, author TEXT NOT NULL, createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX labels_by_episode ON labels (episode);

  CREATE TABLE step_masks (
    id INTEGER PRIMARY KEY, episode TEXT NOT NULL, step INTEGER NOT NULL,
    masked INTEGER NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL, createdAt INTEGER NOT NULL,
    FOREIGN KEY (episode, step) REFERENCES steps (episode, "index") ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX step_masks_by_step ON step_masks (episode, step);
  CREATE VIEW current_masks AS
    SELECT * FROM step_masks m
    WHERE m.id = (SELECT max(id) FROM step_masks newer WHERE newer.episode = m.episode AND newer.step = m.step);

  CREATE TABLE retractions (
    id INTEGER PRIMARY KEY, episode TEXT NOT NULL REFERENCES episodes (id),
    action TEXT NOT NULL CHECK (action IN ('retract', 'restore')),
    reason TEXT NOT NULL, author TEXT NOT NULL, createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX retractions_by_episode ON retractions (episode);

  CREATE VIEW learning_episodes AS
    SELECT * FROM episodes e
    WHERE e.purpose IN ('train', 'human') AND e.status = 'ended'
      AND coalesce((SELECT r.action FROM retractions r WHERE r.episode = e.id ORDER BY r.id DESC LIMIT 1), 'restore') = 'restore';

  CREATE TABLE perceptions (
    screenHash TEXT NOT NULL, version TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (screenHash, version)
  ) STRICT;

  CREATE TABLE snapshots (
    hash TEXT PRIMARY KEY, run TEXT, cycle INTEGER NOT NULL, manifest TEXT NOT NULL, createdAt INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE checkpoints (
    id TEXT PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id), cycle INTEGER NOT NULL, path TEXT NOT NULL, parents TEXT NOT NULL,
    snapshot TEXT REFERENCES snapshots (hash),
    status TEXT NOT NULL CHECK (status IN ('candidate', 'acting', 'held', 'discarded', 'retired')),
    scores TEXT NOT NULL, createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX checkpoints_acting ON checkpoints (run) WHERE status = 'acting';

  CREATE TABLE promotions (
    id INTEGER PRIMARY KEY, checkpoint TEXT NOT NULL REFERENCES checkpoints (id),
    action TEXT NOT NULL CHECK (action IN ('promote', 'hold', 'discard', 'rollback')),
    previous TEXT REFERENCES checkpoints (id), decision TEXT NOT NULL, author TEXT NOT NULL, createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE TRIGGER promotions_kept BEFORE DELETE ON promotions BEGIN SELECT RAISE(ABORT, 'promotions are append-only'); END;
  CREATE TRIGGER promotions_fixed BEFORE UPDATE ON promotions BEGIN SELECT RAISE(ABORT, 'promotions are append-only'); END;

  CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY, checkpoint TEXT NOT NULL REFERENCES checkpoints (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('gate', 'final')), cycle INTEGER NOT NULL, summary TEXT NOT NULL, createdAt INTEGER NOT NULL,
    UNIQUE (checkpoint, purpose, cycle)
  ) STRICT;

  CREATE TABLE stages (
    run TEXT NOT NULL REFERENCES runs (id), cycle INTEGER NOT NULL, stage TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'done')), startedAt INTEGER NOT NULL, seconds REAL, result TEXT,
    PRIMARY KEY (run, cycle, stage)
  ) STRICT;
  `,
  `
  ALTER TABLE blobs ADD COLUMN instructionBox TEXT;
  ALTER TABLE episodes ADD COLUMN maxSteps INTEGER;
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Version of the schema in `sqlite`; refuses files that are not a workspace or come from a newer program. */
export function schemaVersion(sqlite: Sqlite, path: string): number {
  const version = sqlite.pragma("user_version", { simple: true }) as number;
  const application = sqlite.pragma("application_id", { simple: true }) as number;
  const empty = sqlite.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (!empty && application !== APPLICATION_ID) {
    throw new WheelError(
      "workspace-corrupt",
      `${path} is an SQLite file, but not a workspace of this program.`,
      "Choose another folder with --workspace.",
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new WheelError(
      "workspace-newer",
      `${path} has schema version ${version}; this program knows versions up to ${SCHEMA_VERSION}. Nothing was changed.`,
      "Update the program, or choose another folder with --workspace.",
    );
  }
  return version;
}

/** Brings the file to {@link SCHEMA_VERSION} in one transaction, so a kill leaves it at the old or the new version. */
export function migrate(sqlite: Sqlite, path: string): void {
  const from = schemaVersion(sqlite, path);
  if (from === SCHEMA_VERSION) return;
  sqlite
    .transaction(() => {
      for (const script of MIGRATIONS.slice(from)) sqlite.exec(script);
      sqlite.pragma(`application_id = ${APPLICATION_ID}`);
      sqlite.pragma(`user_version = ${SCHEMA_VERSION}`);
    })
    .immediate();
}
