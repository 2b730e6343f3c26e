/**
 * Episodes: begun, stepped, ended; found again by a key, so a resumed run knows what is done.
 * In: `EpisodeStart`, then steps (see steps.ts), then `EpisodeEnd`. Out: `Episode`s with their routing verdict and current route.
 */
import { sql } from "kysely";
import type { Purpose } from "../../env/episode.ts";
import { WheelError } from "../../env/errors.ts";
import { sha256, type Json } from "../../env/json.ts";
import type { Viewport } from "../../env/observation.ts";
import { splitOf, type Split } from "../../env/split.ts";
import type { Verdict, VerdictName } from "../../env/verdict.ts";
import { blobs, type Screen } from "./blobs.ts";
import type { Connection } from "./connection.ts";
import type { EpisodeStatus, Role, Route, TerminatedBy, VerdictSource } from "./database.ts";
import { readJson } from "./json.ts";
import { verdicts } from "./verdicts.ts";

/** What is known about an episode before its first action, apart from the start screen. */
export interface EpisodeFacts {
  /** Names this unit of work within the workspace; the same key is never run twice. */
  readonly key: string;
  /** Null for a session outside any run. */
  readonly run: string | null;
  readonly cycle: number;
  readonly purpose: Purpose;
  readonly role: Role;
  readonly task: string;
  readonly taskVersion: number;
  readonly seed: number;
  readonly bucket: string;
  readonly trial: number;
  /** Rollout group (same seed, same weights) of an RL episode. */
  readonly groupId: string | null;
  /** The demonstration request this episode answers. */
  readonly request: number | null;
  readonly policy: string;
  readonly checkpoint: string | null;
  /** Digest of exactly the weights that acted. */
  readonly weights: string | null;
  readonly instruction: string;
  readonly template: number;
  readonly heldOut: boolean;
  readonly feasible: boolean;
  /** Step budget it was played with; null in episodes from before this was recorded (their task's own). */
  readonly maxSteps: number | null;
  readonly viewport: Viewport;
  readonly deviceScaleFactor: number;
  readonly startState: Json;
  /** Where a free session began; null for tasks, whose own pages begin it. */
  readonly startUrl: string | null;
  /** Episode whose first `forkStep` actions were carried out again at the beginning. */
  readonly forkOf: string | null;
  readonly forkStep: number | null;
}

type Optional = "groupId" | "request" | "checkpoint" | "weights" | "maxSteps" | "startUrl" | "forkOf" | "forkStep";
/** Facts and the first screen. */
export type EpisodeStart = Omit<EpisodeFacts, Optional> & Partial<Pick<EpisodeFacts, Optional>> & { readonly startScreen: Screen };

export interface EpisodeEnd {
  readonly terminatedBy: TerminatedBy;
  readonly verdict: Verdict;
  /** Who judged; default `verifier`. */
  readonly source?: VerdictSource;
}

type Judged = "verdictId" | "verdict" | "verdictReason" | "verifier" | "rewardRaw" | "route" | "routeAuthor";

/** A stored episode with its routing verdict and current route (null where there is none yet). */
export interface Episode extends EpisodeFacts {
  readonly id: string;
  readonly split: Split;
  readonly startScreenHash: string;
  readonly status: EpisodeStatus;
  readonly stepCount: number;
  readonly terminatedBy: TerminatedBy | null;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly verdictId: number | null;
  readonly verdict: VerdictName | null;
  readonly verdictReason: string | null;
  readonly verifier: string | null;
  readonly rewardRaw: number | null;
  readonly route: Route | null;
  readonly routeAuthor: string | null;
}

export interface EpisodeFilter {
  readonly run?: string | null;
  readonly cycle?: number;
  readonly purpose?: Purpose;
  readonly role?: Role;
  readonly task?: string;
  readonly bucket?: string;
  readonly seed?: number;
  readonly checkpoint?: string;
  readonly groupId?: string;
  readonly verdict?: VerdictName;
  readonly route?: Route;
  /** Default `ended`. */
  readonly status?: EpisodeStatus;
  readonly limit?: number;
  readonly offset?: number;
}

/** A moment of a run: everything up to this cycle, with or without the RL episodes of that cycle. */
export interface Moment {
  readonly cycle: number;
  readonly stage: "sft" | "rl";
}

export type Begun =
  | { readonly kind: "begun"; readonly id: string }
  | { readonly kind: "exists"; readonly id: string; readonly status: EpisodeStatus };

export type Episodes = ReturnType<typeof episodes>;

/** Repository of episodes. */
export function episodes(connection: Connection) {
  const { query } = connection;
  const screens = blobs(connection);
  const judged = verdicts(connection);

  /** Episodes as they are returned, from all of them or from those learning may read. */
  const select = (table: "episodes" | "learning_episodes") =>
    query
      .selectFrom(`${table as "episodes"} as e`)
      .leftJoin("verdicts as v", (join) => join.onRef("v.episode", "=", "e.id").on("v.routing", "=", 1))
      .leftJoin("current_routes as r", "r.episode", "e.id")
      .selectAll("e")
      .select(["v.id as verdictId", "v.verdict", "v.reason as verdictReason", "v.verifier", "v.rewardRaw"])
      .select(["r.route", "r.author as routeAuthor"])
      .orderBy("e.cycle")
      .orderBy("e.task")
      .orderBy("e.seed")
      .orderBy("e.trial")
      .orderBy("e.id");

  const factsById = connection.often((id) => query.selectFrom("episodes").selectAll().where("id", "=", id));
  const byId = connection.often((id) => select("episodes").where("e.id", "=", id));

  const require = (id: string, status: EpisodeStatus): void => {
    const row = connection.first(query.selectFrom("episodes").select("status").where("id", "=", id));
    if (row === undefined) throw unknownEpisode(id);
    if (row.status !== status) throw new WheelError("internal", `Episode ${id} is ${row.status}, not ${status}.`, "Report this with the log.");
  };

  /** Moves a half-done episode out of the way: id and key become free, its steps stay. */
  const interrupt = (id: string): void => {
    const { count } = connection.first(
      query
        .selectFrom("episodes")
        .select((eb) => eb.fn.countAll<number>().as("count"))
        .where("id", "like", `${id}~%`),
    )!;
    const suffix = `~${count + 1}`;
    const { key } = connection.first(query.selectFrom("episodes").select("key").where("id", "=", id))!;
    connection.run(
      query
        .updateTable("episodes")
        .set({ id: id + suffix, key: key + suffix, status: "interrupted", endedAt: Date.now() })
        .where("id", "=", id),
    );
  };

  return {
    /**
     * Begins an episode unless its key is known; id and start screen are stored in one transaction.
     * Throws `bad-seed` for seeds outside all splits, and for seeds that learning must not see.
     */
    begin(start: EpisodeStart): Begun {
      const split = splitOf(start.seed);
      if ((start.purpose === "train" || start.purpose === "human") && split !== "train") {
        throw new WheelError(
          "bad-seed",
          `Seed ${start.seed} (${split}) cannot be used for a ${start.purpose} episode.`,
          "Use seeds 34-599999 for anything that may be learned from.",
        );
      }
      return connection.transaction(() => {
        const known = connection.first(query.selectFrom("episodes").select(["id", "status"]).where("key", "=", start.key));
        if (known !== undefined) return { kind: "exists", ...known };
        const id = sha256(start.key).slice(0, 20);
        screens.put(start.startScreen);
        connection.run(query.insertInto("episodes").values(startRow(id, split, start)));
        return { kind: "begun", id };
      });
    },

    /** Ends a running episode with its first verdict, in one transaction. */
    end(id: string, { terminatedBy, verdict, source = "verifier" }: EpisodeEnd): void {
      connection.transaction(() => {
        require(id, "running");
        connection.run(query.updateTable("episodes").set({ status: "ended", terminatedBy, endedAt: Date.now() }).where("id", "=", id));
        judged.add(id, verdict, { source, routing: true });
      });
    },

    /** Gives up a running episode: it is kept as `interrupted`, and its key may be begun again. */
    interrupt(id: string): void {
      connection.transaction(() => {
        require(id, "running");
        interrupt(id);
      });
    },

    /**
     * Interrupts every running episode; called when a workspace is opened, as whoever ran them is gone, and (with `exceptRole`) when a
     * process that ran all of them but those is gone. Returns their keys.
     */
    recoverInterrupted({ exceptRole }: { readonly exceptRole?: Role } = {}): string[] {
      return connection.transaction(() => {
        let running = query.selectFrom("episodes").select(["id", "key"]).where("status", "=", "running").orderBy("id");
        if (exceptRole !== undefined) running = running.where("role", "!=", exceptRole);
        const left = connection.all(running);
        for (const { id } of left) interrupt(id);
        return left.map(({ key }) => key);
      });
    },

    /** A person acted in it: its purpose is `human` from now on. Only episodes that may be learned from can become one. */
    markHuman(id: string): void {
      connection.run(query.updateTable("episodes").set({ purpose: "human" }).where("id", "=", id).where("purpose", "=", "train"));
    },

    /** The episode. Throws `unknown-episode`. */
    get(id: string): Episode {
      const row = connection.first(byId(id));
      if (row === undefined) throw unknownEpisode(id);
      return toEpisode(row);
    },

    /** The episode without what was decided about it. Throws `unknown-episode`. */
    facts(id: string): Omit<Episode, Judged> {
      const row = connection.first(factsById(id));
      if (row === undefined) throw unknownEpisode(id);
      return toFacts(row);
    },

    byKey(key: string): Episode | null {
      const row = connection.first(select("episodes").where("e.key", "=", key));
      return row === undefined ? null : toEpisode(row);
    },

    /** Those of these ids that are there, in no order that matters. */
    some(ids: readonly string[]): Episode[] {
      const wanted = sql<string>`(select value from json_each(${JSON.stringify(ids)}))`;
      return connection.all(select("episodes").where("e.id", "in", wanted)).map(toEpisode);
    },

    /** Episodes of any purpose, in order of cycle, task, seed, trial. Not for learning: see `learning`. */
    list(filter: EpisodeFilter = {}): Episode[] {
      const { run, verdict, route, status = "ended", limit = -1, offset = 0, ...columns } = filter;
      let rows = select("episodes").where("e.status", "=", status).limit(limit).offset(offset);
      for (const [column, value] of Object.entries(columns)) {
        if (value !== undefined) rows = rows.where(`e.${column as keyof typeof columns}`, "=", value);
      }
      if (run !== undefined) rows = rows.where("e.run", "is", run);
      if (verdict !== undefined) rows = rows.where("v.verdict", "=", verdict);
      if (route !== undefined) rows = rows.where("r.route", "=", route);
      return connection.all(rows).map(toEpisode);
    },

    /**
     * The episodes learning may read: ended, `train` or `human`, not retracted. With `run`: those of that run and sessions outside
     * any run. With `moment`: only what existed then.
     */
    learning({ run, moment }: { readonly run?: string; readonly moment?: Moment } = {}): Episode[] {
      let rows = select("learning_episodes");
      if (run !== undefined) rows = rows.where((eb) => eb.or([eb("e.run", "=", run), eb("e.run", "is", null)]));
      if (moment !== undefined) {
        rows = rows.where("e.cycle", "<=", moment.cycle);
        if (moment.stage === "sft") rows = rows.where((eb) => eb.or([eb("e.cycle", "<", moment.cycle), eb("e.role", "!=", "rl")]));
      }
      return connection.all(rows).map(toEpisode);
    },

    /** Steps of the shortest verified episode of this kind that learning may read; null when there is none. */
    shortestPass({ task, bucket, feasible }: Pick<EpisodeFacts, "task" | "bucket" | "feasible">): number | null {
      const row = connection.first(
        query
          .selectFrom("episode_list")
          .select((eb) => eb.fn.min<number | null>("steps").as("shortest"))
          .where("task", "=", task)
          .where("bucket", "=", bucket)
          .where("feasible", "=", flag(feasible))
          .where("verdict", "=", "pass")
          .where("purpose", "in", ["train", "human"])
          .where("retracted", "=", 0),
      );
      return row?.shortest ?? null;
    },

    /** True when learning has seen this instruction on this first screen: such a final instance is left out of the score. */
    seenInTraining(instruction: string, startScreenHash: string): boolean {
      const seen = query
        .selectFrom("learning_episodes")
        .select("id")
        .where("startScreenHash", "=", startScreenHash)
        .where("instruction", "=", instruction);
      return connection.first(seen.limit(1)) !== undefined;
    },
  };
}

function startRow(id: string, split: Split, start: EpisodeStart) {
  const { startScreen, startState, viewport, heldOut, feasible, ...facts } = start;
  return {
    groupId: null,
    request: null,
    checkpoint: null,
    weights: null,
    maxSteps: null,
    startUrl: null,
    forkOf: null,
    forkStep: null,
    ...facts,
    id,
    split,
    heldOut: flag(heldOut),
    feasible: flag(feasible),
    viewportWidth: viewport.width,
    viewportHeight: viewport.height,
    startScreenHash: startScreen.screenHash,
    startState: JSON.stringify(startState),
    status: "running" as const,
    stepCount: 0,
    terminatedBy: null,
    startedAt: Date.now(),
    endedAt: null,
  };
}

type StoredColumn = "viewportWidth" | "viewportHeight" | "heldOut" | "feasible" | "startState";

type EpisodeRow = Omit<Episode, "viewport" | "heldOut" | "feasible" | "startState"> & {
  readonly viewportWidth: number;
  readonly viewportHeight: number;
  readonly heldOut: number;
  readonly feasible: number;
  readonly startState: string;
};

const toEpisode = (row: EpisodeRow): Episode => toFacts(row);

function toFacts<Row extends Pick<EpisodeRow, StoredColumn>>(row: Row) {
  const { viewportWidth, viewportHeight, heldOut, feasible, startState, ...rest } = row;
  return {
    ...rest,
    viewport: { width: viewportWidth, height: viewportHeight },
    heldOut: heldOut === 1,
    feasible: feasible === 1,
    startState: readJson(startState, "episodes.startState"),
  };
}

/** SQLite has no booleans. */
function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

export function unknownEpisode(id: string): WheelError {
  return new WheelError("unknown-episode", `There is no episode ${id} in this workspace.`, "List them with `flywheel episodes list`.");
}
