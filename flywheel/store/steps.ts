/**
 * Steps: each is committed together with the screen it led to, in a transaction of its own, so a kill loses at most the step under way.
 * In: `NewStep` and the next screen. Out: `Step`s in order.
 */
import { z } from "zod";
import { actionSchema } from "../../env/action.ts";
import { INCIDENT_KINDS, type StepRecord } from "../../env/episode.ts";
import { WheelError } from "../../env/errors.ts";
import { blobs, type Screen } from "./blobs.ts";
import type { Connection } from "./connection.ts";
import { decisionSchema, type Decision } from "./decision.ts";
import { unknownEpisode } from "./episodes.ts";
import { readAs, readJson } from "./json.ts";

export interface NewStep extends Omit<StepRecord, "nextScreenHash"> {
  /** Null when the actor reports nothing (scripted policies, people). */
  readonly decision: Decision | null;
  /** Of the screen the decision was made on. */
  readonly deviceScaleFactor: number;
  readonly nextScreen: Screen;
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
    of(episode: string): Step[] {
      const rows = connection.all(query.selectFrom("steps").selectAll().where("episode", "=", episode).orderBy("index"));
      return rows.map((row) => ({
        index: row.index,
        screenHash: row.screenHash,
        nextScreenHash: row.nextScreenHash,
        deviceScaleFactor: row.deviceScaleFactor,
        action: readAs(actionSchema, row.action, "steps.action"),
        state: readJson(row.state, "steps.state"),
        decision: row.decision === null ? null : readAs(decisionSchema, row.decision, "steps.decision"),
        incidents: readAs(incidentsSchema, row.incidents, "steps.incidents"),
      }));
    },
  };
}
