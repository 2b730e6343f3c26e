/**
 * Steps: each is committed together with the screen it led to, in a transaction of its own, so a kill loses at most the step under way.
 * In: `NewStep` and the next screen. Out: `Step`s in order.
 */
import type { Selectable } from "kysely";
import { z } from "zod";
import { actionSchema, type Action } from "../../env/action.ts";
import { INCIDENT_KINDS, type StepRecord } from "../../env/episode.ts";
import { WheelError } from "../../env/errors.ts";
import { blobs, type Screen } from "./blobs.ts";
import type { Connection } from "./connection.ts";
import type { Actor, Database } from "./database.ts";
import { decisionSchema, type Decision } from "./decision.ts";
import { unknownEpisode } from "./episodes.ts";
import { readAs, readJson } from "./json.ts";

export interface NewStep extends Omit<StepRecord, "nextScreenHash"> {
  /** Null when the actor reports nothing (scripted policies, people). */
  readonly decision: Decision | null;
  /** Of the screen the decision was made on. */
  readonly deviceScaleFactor: number;
  readonly nextScreen: Screen;
  /** How it came about; default: the agent, and nothing more is known. */
  readonly account?: Partial<StepAccount>;
}

/** How a step came about: nothing that learning reads. */
export interface StepAccount {
  readonly actor: Actor;
  /** What the agent had wanted, where a person decided otherwise. */
  readonly proposed: Action | null;
  /** Words under the pointer. */
  readonly target: string | null;
  readonly url: string | null;
  /** Milliseconds: from the episode's start to the decision's beginning, deciding, acting and settling. */
  readonly startMs: number | null;
  readonly thinkMs: number | null;
  readonly actMs: number | null;
}

export interface Step extends StepRecord {
  readonly decision: Decision | null;
  readonly deviceScaleFactor: number;
}

const incidentsSchema = z.array(z.object({ kind: z.enum(INCIDENT_KINDS), detail: z.string(), fatal: z.boolean() }));

export type Steps = ReturnType<typeof steps>;

/** Repository of steps. */
export function steps(connection: Connection) {
  const { query } = connection;
  const screens = blobs(connection);
  const ofEpisode = connection.often((episode) => query.selectFrom("steps").selectAll().where("episode", "=", episode).orderBy("index"));
  const accountsOf = connection.often((episode) =>
    query
      .selectFrom("steps")
      .select(["actor", "proposed", "target", "url", "startMs", "thinkMs", "actMs"])
      .where("episode", "=", episode)
      .orderBy("index"),
  );
  return {
    /** Appends the next step of a running episode. `index` must be the number of steps so far. */
    append(episode: string, step: NewStep): void {
      const { index, screenHash, deviceScaleFactor, nextScreen } = step;
      connection.transaction(() => {
        const row = connection.first(query.selectFrom("episodes").select(["status", "stepCount"]).where("id", "=", episode));
        if (row === undefined) throw unknownEpisode(episode);
        if (row.status !== "running" || row.stepCount !== index) {
          throw new WheelError(
            "internal",
            `Step ${index} does not follow: episode ${episode} is ${row.status} with ${row.stepCount} steps.`,
            "Report this with the log.",
          );
        }
        screens.put(nextScreen);
        connection.run(
          query.insertInto("steps").values({
            episode,
            index,
            screenHash,
            nextScreenHash: nextScreen.screenHash,
            deviceScaleFactor,
            action: JSON.stringify(step.action),
            state: JSON.stringify(step.state),
            decision: step.decision === null ? null : JSON.stringify(step.decision),
            incidents: JSON.stringify(step.incidents),
            ...accountRow(step.account),
          }),
        );
        connection.run(
          query
            .updateTable("episodes")
            .set({ stepCount: index + 1 })
            .where("id", "=", episode),
        );
      });
    },

    /** All steps of an episode, in order. */
    of: (episode: string): Step[] => connection.all(ofEpisode(episode)).map(toStep),

    /** How the steps of an episode came about, in order. */
    accounts: (episode: string): StepAccount[] => connection.all(accountsOf(episode)).map(toAccount),

    /** Both in one look: the steps of an episode and how they came about, in order. */
    withAccounts(episode: string): (Step & { readonly account: StepAccount })[] {
      return connection.all(ofEpisode(episode)).map((row) => ({ ...toStep(row), account: toAccount(row) }));
    },

    /** Says afterwards why a step was done. */
    explain(episode: string, index: number, thought: string): void {
      const row = connection.first(query.selectFrom("steps").select("decision").where("episode", "=", episode).where("index", "=", index));
      if (row === undefined) throw unknownEpisode(episode);
      const decision = row.decision === null ? UNREPORTED : readAs(decisionSchema, row.decision, "steps.decision");
      connection.run(
        query
          .updateTable("steps")
          .set({ decision: JSON.stringify({ ...decision, thought }) })
          .where("episode", "=", episode)
          .where("index", "=", index),
      );
    },
  };
}

type Row = Selectable<Database["steps"]>;

function toStep({ index, screenHash, nextScreenHash, deviceScaleFactor, action, state, decision, incidents }: Row): Step {
  return {
    index,
    screenHash,
    nextScreenHash,
    deviceScaleFactor,
    action: readAs(actionSchema, action, "steps.action"),
    state: readJson(state, "steps.state"),
    decision: decision === null ? null : readAs(decisionSchema, decision, "steps.decision"),
    incidents: incidents === "[]" ? [] : readAs(incidentsSchema, incidents, "steps.incidents"),
  };
}

function toAccount({ actor, proposed, target, url, startMs, thinkMs, actMs }: Pick<Row, keyof StepAccount>): StepAccount {
  return { actor, proposed: proposed === null ? null : readAs(actionSchema, proposed, "steps.proposed"), target, url, startMs, thinkMs, actMs };
}

/** What is known of a choice that nobody reported on. */
const UNREPORTED: Decision = { logProb: null, value: null, entropy: null, thought: null, alternatives: [], exploration: false };

function accountRow({
  actor = "agent",
  proposed = null,
  target = null,
  url = null,
  startMs = null,
  thinkMs = null,
  actMs = null,
}: Partial<StepAccount> = {}) {
  return { actor, proposed: proposed === null ? null : JSON.stringify(proposed), target, url, startMs, thinkMs, actMs };
}
