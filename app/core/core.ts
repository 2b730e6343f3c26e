/**
 * The core: one process that holds one workspace and serves everything that people and programs do with it.
 * In: a folder. Out: an address. Opened once, closed once; what must survive a kill lies in the workspace.
 */
import { randomBytes } from "node:crypto";
import { statfs } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { PerceptionService } from "../../agent/perception/perceptionService.ts";
import type { OpenBrowser } from "../../env/environment.ts";
import { WheelError } from "../../env/errors.ts";
import type { Task } from "../../env/task.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";
import type { Settings } from "../api/settings.ts";
import { currentUser } from "../options.ts";
import { knownTasks } from "../selectTasks.ts";
import { entranceOf, removeCoreFile, writeCoreFile, type CoreAddress } from "./coreFile.ts";
import { JobBoard } from "./jobs/jobBoard.ts";
import type { JobSetting } from "./jobs/orders.ts";
import { bareSnapshots } from "./indexing/indexSnapshots.ts";
import { unindexed } from "./indexing/indexTexts.ts";
import { KeyRing } from "./keyRing.ts";
import { Previews } from "./previews.ts";
import { Signal } from "./signal.ts";
import { SessionBoard } from "./sessions/sessionBoard.ts";
import type { Reads } from "./threads/readThread.ts";
import { Thread } from "./threads/thread.ts";
import type { Writes } from "./threads/writeThread.ts";
import { Topics } from "./topics.ts";
import { Server } from "./web/server.ts";
import { readSettings, writeSettings } from "./writing/keep.ts";
import { VERSION } from "../version.ts";

export interface CoreOptions {
  readonly dir: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Folder of the built pages. */
  readonly pages: string;
  /** Where browsers of free sessions come from, for tests. */
  readonly openFree?: OpenBrowser;
  /** Keys of models on servers that are not in the environment. */
  readonly keys?: KeyRing;
  /** Hears what cannot be told to anybody else. */
  readonly log: (line: string) => void;
}

/** Between two looks for what has become old enough to go. */
const SWEEP_EVERY = 6 * 3_600_000;
/** Between two looks for episodes that are not searchable yet. */
const INDEX_EVERY = 500;

export class Core implements AsyncDisposable {
  readonly workspace: Workspace;
  readonly options: CoreOptions;
  readonly startedAt = Date.now();
  readonly token = randomBytes(32).toString("base64url");
  readonly jobs = new JobBoard();
  /** Fires when a job or a session changed. */
  readonly changed = new Signal();
  readonly topics: Topics;
  readonly sessions: SessionBoard;
  readonly keys: KeyRing;
  readonly perception: PerceptionService;
  /** Lists never wait behind curves and tables. */
  readonly lists: Thread<Reads>;
  reads: Thread<Reads>;
  readonly previews: Previews;
  #writes: Thread<Writes> | null = null;
  #tasks: readonly Task[];
  #settings: Settings;
  #server: Server | null = null;
  #closing = false;
  #indexing: Promise<void> = Promise.resolve();
  #sweeping: NodeJS.Timeout | undefined;

  private constructor(workspace: Workspace, settings: Settings, tasks: readonly Task[], options: CoreOptions) {
    [this.workspace, this.#settings, this.#tasks, this.options] = [workspace, settings, tasks, options];
    this.topics = new Topics(workspace);
    this.perception = new PerceptionService({
      workers: 1,
      remembered: 200,
      cache: {
        get: (hash, version) => workspace.perceptions.get(hash, version),
        set: (hash, version, bytes) => workspace.perceptions.put(hash, version, bytes),
      },
    });
    this.keys = options.keys ?? new KeyRing();
    this.keys.changed.listen(() => this.topics.tell("agents"));
    this.sessions = new SessionBoard({
      workspace,
      perception: this.perception,
      tasks: () => this.#tasks,
      settings: () => this.#settings,
      ...(options.openFree === undefined ? {} : { openFree: options.openFree }),
      keyOf: this.keys.keyOf,
    });
    this.previews = new Previews(workspace);
    for (const [board, topic] of [[this.jobs, "jobs"] as const, [this.sessions, "sessions"] as const]) {
      board.changed.listen(() => {
        this.topics.tell(topic);
        this.changed.fire();
      });
    }
    this.lists = this.#readThread();
    this.reads = this.#readThread();
  }

  /** Opens the workspace (making it when there is none) and serves it. Throws `workspace-locked` when somebody else holds it. */
  static async open(options: CoreOptions): Promise<Core> {
    const workspace = await openWorkspace(options.dir);
    try {
      const settings = readSettings(workspace);
      const tasks = await knownTasks(settings.tasks.modules).catch(() => knownTasks());
      const core = new Core(workspace, settings, tasks, options);
      useBrowser(settings);
      core.#server = await Server.listen(core);
      writeCoreFile(options.dir, core.address);
      core.#indexing = core.#keepIndexed();
      core.#sweeping = setInterval(() => core.#sweep(), SWEEP_EVERY).unref();
      core.#sweep();
      return core;
    } catch (error) {
      await workspace.close();
      throw error;
    }
  }

  get address(): CoreAddress {
    return { pid: process.pid, origin: this.#server!.origin, token: this.token, version: VERSION };
  }

  /** What a person opens in a browser. */
  get entrance(): string {
    return entranceOf(this.address);
  }

  /** Started when something is to be written: it would take a third of the time in which the first list is made. */
  get writes(): Thread<Writes> {
    const file = new URL("./threads/writeThread.ts", import.meta.url);
    return (this.#writes ??= new Thread(file, { dir: this.workspace.dir }, (error) => this.#lost(error)));
  }

  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Name of whoever changes something here. */
  get author(): string {
    return this.#settings.author === "" ? currentUser() : this.#settings.author;
  }

  get jobSetting(): JobSetting {
    const { tasks, budgets } = this.#settings;
    return { workspace: this.workspace.dir, taskModules: tasks.modules, stepBack: budgets.yieldToSessions };
  }

  /** Refuses new work where the disk is nearly full: what is recorded must find its place. Throws `disk-full`. */
  async requireRoom(): Promise<void> {
    const { bavail, bsize } = await statfs(this.workspace.dir);
    if (bavail * bsize >= this.#settings.budgets.leastFreeBytes) return;
    const free = `Only ${Math.round((bavail * bsize) / 1e6)} MB are free.`;
    throw new WheelError("disk-full", free, "Settings shows what can be deleted; the limit can be changed there too.");
  }

  async changeSettings(change: Parameters<typeof writeSettings>[1]): Promise<Settings> {
    const before = this.#settings;
    if (typeof change["tasks"] === "object") await knownTasks((change["tasks"] as { modules?: string[] }).modules ?? []);
    this.#settings = writeSettings(this.workspace, change);
    useBrowser(this.#settings);
    if (JSON.stringify(before.tasks) !== JSON.stringify(this.#settings.tasks)) {
      this.#tasks = await knownTasks(this.#settings.tasks.modules);
      await this.reads.close();
      this.reads = this.#readThread();
      this.topics.tell("tasks");
    }
    this.topics.tell("settings");
    return this.#settings;
  }

  /** Episodes of a job's process that ended half-way are kept, and may be begun again. */
  recoverEpisodes(): void {
    if (!this.#closing) this.workspace.episodes.recoverInterrupted({ exceptRole: "session" });
  }

  /** Stops sessions and jobs after the step under way, then lets go of the workspace. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    clearInterval(this.#sweeping);
    removeCoreFile(this.options.dir);
    await Promise.all([this.jobs.close(), this.sessions.close()]);
    await this.#server?.close();
    this.topics.close();
    await this.#indexing;
    await Promise.all([this.perception.close(), this.lists.close(), this.reads.close(), this.#writes?.close()]);
    await this.workspace.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #readThread(): Thread<Reads> {
    const data = { dir: this.workspace.dir, taskModules: this.#settings.tasks.modules };
    return new Thread(new URL("./threads/readThread.ts", import.meta.url), data, (error) => this.#lost(error));
  }

  /** A thread that died by itself leaves the core without eyes or hands: whoever started it starts it again. */
  #lost(error: Error): void {
    this.options.log(`A thread of the core was lost: ${error.stack ?? error.message}`);
    process.exitCode = 1;
    void this.close().finally(() => process.exit(1));
  }

  /** Deletes what the settings let go by its age, when nothing runs that could need it. */
  #sweep(): void {
    const { retention } = this.#settings;
    const nothing = retention.screensDays === null && retention.keepCheckpoints === null;
    if (nothing || this.jobs.list().some(({ endedAt }) => endedAt === null)) return;
    this.writes.ask("sweep", retention).catch((error: unknown) => this.options.log(`Old things could not be deleted: ${String(error)}`));
  }

  async #keepIndexed(): Promise<void> {
    try {
      if (bareSnapshots(this.workspace).length > 0) await this.writes.ask("index snapshots", undefined);
      while (!this.#closing) {
        const left = unindexed(this.workspace) === 0 ? 0 : await this.writes.ask("index", undefined);
        if (left === 0) await sleep(INDEX_EVERY);
      }
    } catch (error) {
      if (!this.#closing) this.options.log(`Indexing stopped: ${String(error)}`);
    }
  }
}

const NAMED_OUTSIDE = process.env["FLYWHEEL_BROWSER"];

/** Sessions, and jobs, which inherit the environment, find the browser that the settings name; else the one that was named outside, or none. */
function useBrowser({ browser }: Settings): void {
  const named = browser.path === "" ? NAMED_OUTSIDE : browser.path;
  if (named === undefined) delete process.env["FLYWHEEL_BROWSER"];
  else process.env["FLYWHEEL_BROWSER"] = named;
}
