/**
 * Counts over what learning may read: the data ledger (collected → verified → kept → routed), pass rates, and what the monitor watches.
 * In: a run. Out: plain numbers, one row per cycle and role or per bucket. Environment errors and unverified episodes are no attempts.
 */
import { sql } from "kysely";
import type { Connection } from "./connection.ts";
import type { Role } from "./database.ts";
import type { Moment } from "./episodes.ts";

export interface LedgerRow {
  readonly cycle: number;
  readonly role: Role;
  readonly episodes: number;
  readonly steps: number;
  readonly pass: number;
  readonly fail: number;
  readonly truncated: number;
  readonly envError: number;
  readonly unverified: number;
  /** Verified, but turned away by a filter check. */
  readonly filtered: number;
  readonly sft: number;
  readonly ct: number;
  readonly quarantine: number;
}

export interface PassCount {
  readonly cycle: number;
  readonly task: string;
  readonly bucket: string;
  readonly passes: number;
  readonly attempts: number;
}

/** What the monitor needs to know about one cycle's own episodes (`rollout` and `rl`). */
export interface CycleMeasures {
  /** Mean action entropy in nats over policy decisions, or null when none was reported. */
  readonly entropy: number | null;
  /** Verified episodes, and how many of them were turned away as duplicates. */
  readonly verified: number;
  readonly duplicates: number;
  /** Different screens reached. */
  readonly screens: number;
  /** (task, bucket) pairs visited. */
  readonly buckets: number;
  /** Episodes routed to SFT so far, up to and including this cycle. */
  readonly selfSft: number;
  readonly demonstrationSft: number;
}

export type Ledger = ReturnType<typeof ledger>;

const verdictIs = (name: string) => sql<number>`sum(v.verdict = ${name})`;
const routeIs = (name: string) => sql<number>`sum(coalesce(r.route = ${name}, 0))`;
const failed = (check: string) =>
  sql<number>`sum(exists (select 1 from filter_checks f where f.episode = e.id and f.verdict = v.id and f."check" = ${check} and f.passed = 0))`;

/** Counting queries. */
export function ledger(connection: Connection) {
  const { query } = connection;
  const judged = () =>
    query
      .selectFrom("learning_episodes as e")
      .innerJoin("verdicts as v", (join) => join.onRef("v.episode", "=", "e.id").on("v.routing", "=", 1))
      .leftJoin("current_routes as r", "r.episode", "e.id");
  const ownEpisodes = (run: string, cycle: number) =>
    judged().where("e.run", "=", run).where("e.cycle", "=", cycle).where("e.role", "in", ["rollout", "rl"]);

  return {
    /** One row per cycle and role, in order. Retracted and interrupted episodes are not in it. */
    rows(run: string): LedgerRow[] {
      return connection.all(
        judged()
          .select(["e.cycle", "e.role", (eb) => eb.fn.countAll<number>().as("episodes"), (eb) => eb.fn.sum<number>("e.stepCount").as("steps")])
          .select([verdictIs("pass").as("pass"), verdictIs("fail").as("fail"), verdictIs("truncated").as("truncated")])
          .select([verdictIs("env-error").as("envError"), verdictIs("unverified").as("unverified")])
          .select(sql<number>`sum(v.verdict = 'pass' and coalesce(r.route <> 'SFT', 0))`.as("filtered"))
          .select([routeIs("SFT").as("sft"), routeIs("CT").as("ct"), routeIs("quarantine").as("quarantine")])
          .where("e.run", "=", run)
          .groupBy(["e.cycle", "e.role"])
          .orderBy("e.cycle")
          .orderBy("e.role"),
      );
    },

    /**
     * Passes and attempts per (cycle, task, bucket) of the wheel's own `rollout` and `rl` episodes; oldest cycle first.
     * `feasible`: only of instances that can be solved.
     */
    passCounts({ run, moment, feasible }: { readonly run?: string; readonly moment?: Moment; readonly feasible?: true } = {}): PassCount[] {
      let counts = judged()
        .select(["e.cycle", "e.task", "e.bucket", verdictIs("pass").as("passes"), (eb) => eb.fn.countAll<number>().as("attempts")])
        .where("e.role", "in", ["rollout", "rl"])
        .where("v.verdict", "in", ["pass", "fail", "truncated"])
        .groupBy(["e.cycle", "e.task", "e.bucket"])
        .orderBy("e.cycle")
        .orderBy("e.task")
        .orderBy("e.bucket");
      if (run !== undefined) counts = counts.where("e.run", "=", run);
      if (feasible === true) counts = counts.where("e.feasible", "=", 1);
      if (moment !== undefined) {
        counts = counts.where("e.cycle", "<=", moment.cycle);
        if (moment.stage === "sft") counts = counts.where((eb) => eb.or([eb("e.cycle", "<", moment.cycle), eb("e.role", "!=", "rl")]));
      }
      return connection.all(counts);
    },

    /** The monitor's numbers of one cycle. */
    measures(run: string, cycle: number): CycleMeasures {
      const own = connection.first(
        ownEpisodes(run, cycle).select([
          sql<number>`coalesce(sum(v.verdict = 'pass'), 0)`.as("verified"),
          sql<number>`coalesce(${failed("not-duplicate")}, 0)`.as("duplicates"),
          sql<number>`count(distinct e.task || char(31) || e.bucket)`.as("buckets"),
        ]),
      )!;
      const seen = connection.first(
        ownEpisodes(run, cycle)
          .innerJoin("steps as s", "s.episode", "e.id")
          .select([
            sql<number | null>`avg(json_extract(s.decision, '$.entropy'))`.as("entropy"),
            sql<number>`count(distinct s.nextScreenHash)`.as("screens"),
          ]),
      )!;
      const pool = connection.first(
        judged()
          .select([
            sql<number>`coalesce(sum(e.role in ('rollout', 'rl', 'boot')), 0)`.as("selfSft"),
            sql<number>`coalesce(sum(e.role in ('demonstration', 'session')), 0)`.as("demonstrationSft"),
          ])
          .where("e.run", "=", run)
          .where("e.cycle", "<=", cycle)
          .where("r.route", "=", "SFT"),
      )!;
      return { ...own, ...seen, ...pool };
    },
  };
}
