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
  `
  -- Who took each step, what the agent had wanted where a person decided otherwise, and how long things took.
  ALTER TABLE steps ADD COLUMN actor TEXT NOT NULL DEFAULT 'agent' CHECK (actor IN ('agent', 'person', 'copied'));
  ALTER TABLE steps ADD COLUMN proposed TEXT;
  ALTER TABLE steps ADD COLUMN target TEXT;
  ALTER TABLE steps ADD COLUMN url TEXT;
  ALTER TABLE steps ADD COLUMN startMs REAL;
  ALTER TABLE steps ADD COLUMN thinkMs REAL;
  ALTER TABLE steps ADD COLUMN actMs REAL;
  ALTER TABLE episodes ADD COLUMN startUrl TEXT;
  ALTER TABLE episodes ADD COLUMN forkOf TEXT;
  ALTER TABLE episodes ADD COLUMN forkStep INTEGER;
  CREATE INDEX episodes_by_request ON episodes (request) WHERE request IS NOT NULL;
  CREATE INDEX episodes_forks ON episodes (forkOf) WHERE forkOf IS NOT NULL;

  -- Changes by people, each undone as one; the rows they made carry the act's number.
  CREATE TABLE acts (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, summary TEXT NOT NULL, count INTEGER NOT NULL, author TEXT NOT NULL,
    createdAt INTEGER NOT NULL, until INTEGER NOT NULL, undoneAt INTEGER, undo TEXT NOT NULL
  ) STRICT;
  ALTER TABLE labels ADD COLUMN act INTEGER REFERENCES acts (id);
  ALTER TABLE labels ADD COLUMN removedBy INTEGER REFERENCES acts (id);
  ALTER TABLE routes ADD COLUMN act INTEGER REFERENCES acts (id);
  ALTER TABLE retractions ADD COLUMN act INTEGER REFERENCES acts (id);
  ALTER TABLE step_masks ADD COLUMN act INTEGER REFERENCES acts (id);
  ALTER TABLE verdicts ADD COLUMN act INTEGER REFERENCES acts (id);
  CREATE INDEX labels_by_act ON labels (act) WHERE act IS NOT NULL;
  CREATE INDEX labels_removed ON labels (removedBy) WHERE removedBy IS NOT NULL;
  CREATE INDEX labels_by_name ON labels (label, episode) WHERE removedBy IS NULL;
  CREATE INDEX routes_by_act ON routes (act) WHERE act IS NOT NULL;
  CREATE INDEX retractions_by_act ON retractions (act) WHERE act IS NOT NULL;
  CREATE INDEX filter_checks_failed ON filter_checks ("check", episode) WHERE passed = 0;

  -- Which snapshot holds which episode.
  CREATE TABLE snapshot_members (
    snapshot TEXT NOT NULL REFERENCES snapshots (hash) ON DELETE CASCADE,
    pool TEXT NOT NULL CHECK (pool IN ('ct', 'sft', 'rl')),
    episode TEXT NOT NULL, PRIMARY KEY (snapshot, pool, episode)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX snapshot_members_by_episode ON snapshot_members (episode);

  CREATE TABLE reruns (
    id INTEGER PRIMARY KEY, episode TEXT NOT NULL REFERENCES episodes (id) ON UPDATE CASCADE ON DELETE CASCADE,
    screens INTEGER NOT NULL, sameScreens INTEGER NOT NULL, firstDrift INTEGER, seen TEXT, recorded TEXT, replayed TEXT, createdAt INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX reruns_by_episode ON reruns (episode);

  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE views (id TEXT PRIMARY KEY, name TEXT NOT NULL, search TEXT NOT NULL, createdAt INTEGER NOT NULL) STRICT;

  -- Ended episodes as lists show them: one narrow row each, kept by triggers, numbered in the order they ended.
  CREATE TABLE episode_list (
    number INTEGER PRIMARY KEY,
    episode TEXT NOT NULL UNIQUE REFERENCES episodes (id) ON UPDATE CASCADE ON DELETE CASCADE,
    run TEXT, cycle INTEGER NOT NULL, purpose TEXT NOT NULL, role TEXT NOT NULL, task TEXT NOT NULL, bucket TEXT NOT NULL, seed INTEGER NOT NULL,
    checkpoint TEXT, policy TEXT NOT NULL, groupId TEXT, feasible INTEGER NOT NULL, heldOut INTEGER NOT NULL,
    startedAt INTEGER NOT NULL, seconds REAL NOT NULL, steps INTEGER NOT NULL,
    verdict TEXT, judgedBy TEXT, route TEXT, routedBy TEXT,
    rejudged INTEGER NOT NULL DEFAULT 0, labels INTEGER NOT NULL DEFAULT 0, retracted INTEGER NOT NULL DEFAULT 0,
    human INTEGER NOT NULL, corrected INTEGER NOT NULL, incident INTEGER NOT NULL, explored INTEGER NOT NULL, forked INTEGER NOT NULL,
    -- Screens whose words are in the text index; null: nothing is yet.
    indexed INTEGER,
    instruction TEXT NOT NULL, screen TEXT NOT NULL, reason TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX episode_list_by_place ON episode_list (run, cycle, verdict, route);
  CREATE INDEX episode_list_by_task ON episode_list (task);
  CREATE INDEX episode_list_by_checkpoint ON episode_list (checkpoint);
  CREATE INDEX episode_list_by_steps ON episode_list (steps);
  CREATE INDEX episode_list_by_seconds ON episode_list (seconds);
  CREATE INDEX episode_list_by_start ON episode_list (startedAt);
  CREATE INDEX episode_list_by_instruction ON episode_list (instruction);
  CREATE INDEX episode_list_unindexed ON episode_list (number) WHERE indexed IS NULL;
  CREATE VIEW episode_list_of AS
    SELECT e.id AS episode, e.run, e.cycle, e.purpose, e.role, e.task, e.bucket, e.seed, e.checkpoint, e.policy, e.groupId, e.feasible, e.heldOut,
      e.startedAt, (coalesce(e.endedAt, e.startedAt) - e.startedAt) / 1000.0 AS seconds, e.stepCount AS steps,
      EXISTS (SELECT 1 FROM steps s WHERE s.episode = e.id AND s.actor = 'person') AS human,
      EXISTS (SELECT 1 FROM steps s WHERE s.episode = e.id AND s.proposed IS NOT NULL) AS corrected,
      EXISTS (SELECT 1 FROM steps s WHERE s.episode = e.id AND s.incidents <> '[]') AS incident,
      EXISTS (SELECT 1 FROM steps s WHERE s.episode = e.id AND json_extract(s.decision, '$.exploration')) AS explored,
      e.forkOf IS NOT NULL AS forked, e.instruction, e.startScreenHash AS screen
    FROM episodes e WHERE e.status = 'ended';
  CREATE TRIGGER episode_listed AFTER UPDATE OF status ON episodes WHEN NEW.status = 'ended' AND OLD.status <> 'ended' BEGIN
    INSERT INTO episode_list (episode, run, cycle, purpose, role, task, bucket, seed, checkpoint, policy, groupId, feasible, heldOut, startedAt,
      seconds, steps, human, corrected, incident, explored, forked, instruction, screen)
    SELECT * FROM episode_list_of WHERE episode = NEW.id;
  END;
  CREATE TRIGGER episode_list_purpose AFTER UPDATE OF purpose ON episodes BEGIN
    UPDATE episode_list SET purpose = NEW.purpose WHERE episode = NEW.id;
  END;
  CREATE TRIGGER episode_list_judged AFTER INSERT ON verdicts BEGIN
    UPDATE episode_list SET (verdict, judgedBy, reason) =
        (SELECT max(v.verdict), max(v.source), coalesce(max(v.reason), '') FROM verdicts v WHERE v.episode = NEW.episode AND v.routing = 1),
      rejudged = (SELECT count(DISTINCT v.verdict) > 1 FROM verdicts v WHERE v.episode = NEW.episode AND v.withdrawn IS NULL)
    WHERE episode = NEW.episode;
  END;
  CREATE TRIGGER episode_list_rejudged AFTER UPDATE OF routing, withdrawn ON verdicts BEGIN
    UPDATE episode_list SET (verdict, judgedBy, reason) =
        (SELECT max(v.verdict), max(v.source), coalesce(max(v.reason), '') FROM verdicts v WHERE v.episode = NEW.episode AND v.routing = 1),
      rejudged = (SELECT count(DISTINCT v.verdict) > 1 FROM verdicts v WHERE v.episode = NEW.episode AND v.withdrawn IS NULL)
    WHERE episode = NEW.episode;
  END;
  CREATE TRIGGER episode_list_routed AFTER INSERT ON routes BEGIN
    UPDATE episode_list SET route = NEW.route, routedBy = NEW.author WHERE episode = NEW.episode;
  END;
  CREATE TRIGGER episode_list_retracted AFTER INSERT ON retractions BEGIN
    UPDATE episode_list SET retracted = NEW.action = 'retract' WHERE episode = NEW.episode;
  END;
  CREATE TRIGGER episode_list_labelled AFTER INSERT ON labels BEGIN
    UPDATE episode_list SET labels = labels + 1 WHERE episode = NEW.episode;
  END;
  CREATE TRIGGER episode_list_unlabelled AFTER DELETE ON labels WHEN OLD.removedBy IS NULL BEGIN
    UPDATE episode_list SET labels = labels - 1 WHERE episode = OLD.episode;
  END;
  CREATE TRIGGER episode_list_relabelled AFTER UPDATE OF removedBy ON labels BEGIN
    UPDATE episode_list SET labels = labels + (NEW.removedBy IS NULL) - (OLD.removedBy IS NULL) WHERE episode = NEW.episode;
  END;

  INSERT INTO episode_list (episode, run, cycle, purpose, role, task, bucket, seed, checkpoint, policy, groupId, feasible, heldOut, startedAt,
    seconds, steps, human, corrected, incident, explored, forked, instruction, screen)
  SELECT l.* FROM episode_list_of l JOIN episodes e ON e.id = l.episode ORDER BY e.endedAt, e.rowid;
  UPDATE episode_list SET (verdict, judgedBy, reason) =
    (SELECT max(v.verdict), max(v.source), coalesce(max(v.reason), '') FROM verdicts v WHERE v.episode = episode_list.episode AND v.routing = 1),
    rejudged = (SELECT count(DISTINCT v.verdict) > 1 FROM verdicts v WHERE v.episode = episode_list.episode AND v.withdrawn IS NULL),
    (route, routedBy) = (SELECT max(r.route), max(r.author) FROM current_routes r WHERE r.episode = episode_list.episode),
    labels = (SELECT count(*) FROM labels l WHERE l.episode = episode_list.episode),
    retracted = coalesce((SELECT r.action = 'retract' FROM retractions r WHERE r.episode = episode_list.episode ORDER BY r.id DESC LIMIT 1), 0);

  CREATE VIRTUAL TABLE episode_text USING fts5 (instruction, thought, typed, "read", tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
  `,
  `
  -- Which programs worked on a run, oldest first.
  ALTER TABLE runs ADD COLUMN programs TEXT NOT NULL DEFAULT '[]';
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

/** Brings the file to a version (the newest) in one transaction, so a kill leaves it at the old or the new one. */
export function migrate(sqlite: Sqlite, path: string, to = SCHEMA_VERSION): void {
  const from = schemaVersion(sqlite, path);
  if (from >= to) return;
  sqlite
    .transaction(() => {
      for (const script of MIGRATIONS.slice(from, to)) sqlite.exec(script);
      sqlite.pragma(`application_id = ${APPLICATION_ID}`);
      sqlite.pragma(`user_version = ${to}`);
    })
    .immediate();
}
