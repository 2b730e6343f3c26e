/**
 * A workspace: one folder with one database (`flywheel.db`), `snapshots/` and `checkpoints/`. One writer at a time, any number of readers.
 * In: a folder. Out: the repositories, one per concept. Everything here is synchronous but opening and closing.
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { WheelError } from "../../env/errors.ts";
import { acts, type Acts } from "./acts.ts";
import { agents, type Agents } from "./agents.ts";
import { blobs, type Blobs } from "./blobs.ts";
import { checkpoints, type Checkpoints } from "./checkpoints.ts";
import { Connection } from "./connection.ts";
import { demonstrations, type Demonstrations } from "./demonstrations.ts";
import { episodes, type Episodes } from "./episodes.ts";
import { evaluations, type Evaluations } from "./evaluations.ts";
import { filterChecks, type FilterChecks } from "./filterChecks.ts";
import { labels, type Labels } from "./labels.ts";
import { ledger, type Ledger } from "./ledger.ts";
import { lockWorkspace, type Lock } from "./lock.ts";
import { masks, type Masks } from "./masks.ts";
import { migrate, schemaVersion, SCHEMA_VERSION } from "./migrations.ts";
import { perceptions, type Perceptions } from "./perceptions.ts";
import { reruns, type Reruns } from "./reruns.ts";
import { retractions, type Retractions } from "./retractions.ts";
import { routes, type Routes } from "./routes.ts";
import { runs, type Runs } from "./runs.ts";
import { snapshots, type Snapshots } from "./snapshots.ts";
import { stages, type Stages } from "./stages.ts";
import { steps, type Steps } from "./steps.ts";
import { storeError } from "./storeError.ts";
import { verdicts, type Verdicts } from "./verdicts.ts";

/** Up to this size a file is checked in full when it is opened for writing (well under a second). */
const CHECKED_AT_OPENING = 256 * 2 ** 20;

/**
 * How a workspace is open: `owner` holds the writer's lock; `guest` writes beside the owner, who started it and answers for it (SQLite lets
 * one of them write at a time); `reader` only looks.
 */
type Access = { readonly kind: "owner"; readonly lock: Lock } | { readonly kind: "guest" } | { readonly kind: "reader" };

/** An open workspace; close it with `await using` or {@link Workspace.close}. */
export class Workspace implements AsyncDisposable {
  readonly dir: string;
  readonly connection: Connection;
  readonly acts: Acts;
  readonly agents: Agents;
  readonly runs: Runs;
  readonly episodes: Episodes;
  readonly steps: Steps;
  readonly blobs: Blobs;
  readonly verdicts: Verdicts;
  readonly filterChecks: FilterChecks;
  readonly routes: Routes;
  readonly masks: Masks;
  readonly labels: Labels;
  readonly retractions: Retractions;
  readonly reruns: Reruns;
  readonly perceptions: Perceptions;
  readonly snapshots: Snapshots;
  readonly checkpoints: Checkpoints;
  readonly evaluations: Evaluations;
  readonly stages: Stages;
  readonly demonstrations: Demonstrations;
  readonly ledger: Ledger;
  /** Keys of episodes that a dead process had left half-done; they may be begun again. */
  readonly interrupted: readonly string[];
  readonly #access: Access;
  #open = true;

  constructor(dir: string, connection: Connection, access: Access) {
    this.dir = dir;
    this.connection = connection;
    this.#access = access;
    this.acts = acts(connection);
    this.agents = agents(connection);
    this.runs = runs(connection);
    this.episodes = episodes(connection);
    this.steps = steps(connection);
    this.blobs = blobs(connection);
    this.verdicts = verdicts(connection);
    this.filterChecks = filterChecks(connection);
    this.routes = routes(connection);
    this.masks = masks(connection);
    this.labels = labels(connection);
    this.retractions = retractions(connection);
    this.reruns = reruns(connection);
    this.perceptions = perceptions(connection);
    this.snapshots = snapshots(connection);
    this.checkpoints = checkpoints(connection);
    this.evaluations = evaluations(connection);
    this.stages = stages(connection);
    this.demonstrations = demonstrations(connection);
    this.ledger = ledger(connection);
    this.interrupted = access.kind === "owner" ? this.episodes.recoverInterrupted() : [];
  }

  get readOnly(): boolean {
    return this.#access.kind === "reader";
  }

  /** Runs `work` in one transaction over all repositories. */
  transaction<T>(work: () => T): T {
    return this.connection.transaction(work);
  }

  /** SQLite's full check: `["ok"]` when the file is sound, else what is wrong. Reads the whole file. */
  integrityCheck(): string[] {
    return this.connection.pragma("integrity_check").map((row) => String(row["integrity_check"]));
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.connection.close();
    if (this.#access.kind === "owner") this.#access.lock.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Opens a workspace, making or upgrading it when needed. Read-only opening needs an existing one and takes no lock; a `guest` writes
 * without the lock and may only be a child process of whoever holds it.
 * Throws `workspace-locked`, `workspace-newer`, `workspace-corrupt`, `disk-full`, or `usage` for a folder that cannot be used.
 */
export async function openWorkspace(
  dir: string,
  { readOnly = false, guest = false }: { readonly readOnly?: boolean; readonly guest?: boolean } = {},
): Promise<Workspace> {
  const path = join(dir, "flywheel.db");
  if (readOnly) return openExisting(dir, path, { kind: "reader" });
  return guest ? openExisting(dir, path, { kind: "guest" }) : openWriter(dir, path);
}

function openWriter(dir: string, path: string): Workspace {
  let lock: Lock | undefined;
  let sqlite: Sqlite.Database | undefined;
  try {
    mkdirSync(dir, { recursive: true });
    lock = lockWorkspace(dir);
    sqlite = new Sqlite(path);
    // Before the first write, so a file that is refused stays as it is.
    schemaVersion(sqlite, path);
    if (statSync(path).size <= CHECKED_AT_OPENING) checkQuickly(sqlite, path);
    configure(sqlite);
    migrate(sqlite, path);
    return new Workspace(dir, new Connection(sqlite, path), { kind: "owner", lock });
  } catch (error) {
    sqlite?.close();
    lock?.release();
    throw storeError(error, path);
  }
}

function openExisting(dir: string, path: string, access: Access): Workspace {
  if (!existsSync(path))
    throw new WheelError("usage", `There is no workspace in ${dir}.`, "Make one with `flywheel run`, or choose another folder with --workspace.");
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(path, { readonly: access.kind === "reader", fileMustExist: true });
    const version = schemaVersion(sqlite, path);
    if (version < SCHEMA_VERSION) {
      throw new WheelError(
        "usage",
        `${path} has the older schema version ${version}.`,
        "Run `flywheel doctor --fix` with this --workspace once to upgrade it.",
      );
    }
    if (access.kind === "guest") configure(sqlite);
    return new Workspace(dir, new Connection(sqlite, path), access);
  } catch (error) {
    sqlite?.close();
    throw storeError(error, path);
  }
}

function configure(sqlite: Sqlite.Database): void {
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = NORMAL");
  sqlite.pragma("foreign_keys = ON");
}

function checkQuickly(sqlite: Sqlite.Database, path: string): void {
  const found = sqlite.pragma("quick_check(1)", { simple: true });
  if (found !== "ok") {
    throw new WheelError(
      "workspace-corrupt",
      `${path} is damaged (${String(found)}).`,
      "Restore the folder from a copy, or start a new one with --workspace. Nothing was changed.",
    );
  }
}
