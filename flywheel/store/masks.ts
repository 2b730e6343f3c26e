/**
 * Step masks: steps inside an SFT episode that are shown as history but not imitated (no-ops, detours).
 * Append-only; the newest row of a step counts, and what a person decided is never overruled automatically.
 */
import type { Connection } from "./connection.ts";
import { AUTOMATIC } from "./database.ts";

export interface StepMask {
  readonly step: number;
  readonly masked: boolean;
  readonly reason: string;
  readonly author: string;
}

export type Masks = ReturnType<typeof masks>;

/** Repository of step masks. */
export function masks(connection: Connection) {
  const { query } = connection;
  const ofEpisode = connection.often((episode) => query.selectFrom("current_masks").selectAll().where("episode", "=", episode).orderBy("step"));
  const of = (episode: string): StepMask[] => {
    const rows = connection.all(ofEpisode(episode));
    return rows.map(({ step, masked, reason, author }) => ({ step, masked: masked === 1, reason, author }));
  };
  const set = (episode: string, mask: StepMask, act: number | null = null): void =>
    void connection.run(query.insertInto("step_masks").values({ ...mask, act, episode, masked: mask.masked ? 1 : 0, createdAt: Date.now() }));
  return {
    /** The newest mask row of each step that ever had one. */
    of,
    /** Sets one step's mask. */
    set,
    /** Makes exactly `wanted` (step → reason) the automatic masks; appends only what differs. */
    setAutomatic(episode: string, wanted: ReadonlyMap<number, string>): void {
      connection.transaction(() => {
        const known = new Map(of(episode).map((mask) => [mask.step, mask]));
        for (const [step, reason] of wanted) {
          const now = known.get(step);
          if (now === undefined || (now.author === AUTOMATIC && !now.masked)) set(episode, { step, masked: true, reason, author: AUTOMATIC });
        }
        for (const { step, masked, author } of known.values()) {
          if (masked && author === AUTOMATIC && !wanted.has(step)) set(episode, { step, masked: false, reason: "no longer needed", author });
        }
      });
    },
  };
}
