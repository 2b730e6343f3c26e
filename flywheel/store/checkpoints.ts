/**
 * Checkpoints and what was decided about them. Exactly one acts per run; promotions are append-only.
 * In: a checkpoint folder (path relative to the workspace) and gate decisions. Out: who acts, lineage, history.
 */
import { z } from "zod";
import { WheelError } from "../../env/errors.ts";
import type { Json } from "../../env/json.ts";
import type { Connection } from "./connection.ts";
import type { CheckpointStatus, PromotionAction } from "./database.ts";
import { readAs, readJson } from "./json.ts";

export interface NewCheckpoint {
  readonly id: string;
  readonly run: string;
  readonly cycle: number;
  /** Folder, relative to the workspace. */
  readonly path: string;
  readonly parents: readonly string[];
  /** Hash of the dataset snapshot it was trained on; null for an untrained one. */
  readonly snapshot: string | null;
  readonly scores: Json;
}

export interface Checkpoint extends NewCheckpoint {
  readonly status: CheckpointStatus;
  readonly createdAt: number;
}

export type StatusBefore = {
  readonly id: string;
  readonly status: CheckpointStatus;
};

export interface Promotion {
  readonly id: number;
  readonly checkpoint: string;
  readonly action: PromotionAction;
  readonly previous: string | null;
  readonly decision: Json;
  readonly author: string;
  readonly createdAt: number;
}

const STATUS_AFTER = { promote: "acting", hold: "held", discard: "discarded", rollback: "discarded" } as const;

export type Checkpoints = ReturnType<typeof checkpoints>;

/** Repository of checkpoints and promotions. */
export function checkpoints(connection: Connection) {
  const { query } = connection;
  const find = (id: string): Checkpoint | null => {
    const row = connection.first(query.selectFrom("checkpoints").selectAll().where("id", "=", id));
    return row === undefined ? null : toCheckpoint(row);
  };
  const get = (id: string): Checkpoint => {
    const found = find(id);
    if (found === null)
      throw new WheelError("unknown-checkpoint", `There is no checkpoint ${id} in this workspace.`, "List them with `flywheel checkpoints list`.");
    return found;
  };
  const acting = (run: string): Checkpoint | null => {
    const row = connection.first(query.selectFrom("checkpoints").selectAll().where("run", "=", run).where("status", "=", "acting"));
    return row === undefined ? null : toCheckpoint(row);
  };
  const setStatus = (id: string, status: CheckpointStatus): void =>
    void connection.run(query.updateTable("checkpoints").set({ status }).where("id", "=", id));

  return {
    find,
    /** The checkpoint. Throws `unknown-checkpoint`. */
    get,
    /** The checkpoint that acts in this run, or null before the first promotion. */
    acting,
    /** Adds a candidate; the same id twice is the same checkpoint, kept as it is. */
    add(checkpoint: NewCheckpoint): void {
      const { parents, scores } = checkpoint;
      const row = {
        ...checkpoint,
        parents: JSON.stringify(parents),
        scores: JSON.stringify(scores),
        status: "candidate" as const,
        createdAt: Date.now(),
      };
      connection.run(
        query
          .insertInto("checkpoints")
          .values(row)
          .onConflict((conflict) => conflict.column("id").doNothing()),
      );
    },
    setScores: (id: string, scores: Json): void =>
      void connection.run(
        query
          .updateTable("checkpoints")
          .set({ scores: JSON.stringify(scores) })
          .where("id", "=", id),
      ),

    /**
     * Records a decision and carries it out in one transaction: `promote` retires who acted before; `rollback` undoes the
     * promotion of the acting checkpoint, so whoever it replaced acts again. Returns the id of who acts afterwards.
     */
    decide(id: string, action: PromotionAction, decision: Json, author: string): string | null {
      return connection.transaction(() => {
        const { run } = get(id);
        const before = acting(run)?.id ?? null;
        const back = action === "rollback" ? replacedBy(connection, id, before) : null;
        connection.run(
          query
            .insertInto("promotions")
            .values({ checkpoint: id, action, previous: before, decision: JSON.stringify(decision), author, createdAt: Date.now() }),
        );
        if (action === "promote" && before !== null && before !== id) setStatus(before, "retired");
        setStatus(id, STATUS_AFTER[action]);
        if (back !== null) setStatus(back, "acting");
        return acting(run)?.id ?? null;
      });
    },

    /** Takes a decision back: everybody is again what `before` says, and a row says so. */
    takeBack(id: string, action: PromotionAction, before: readonly StatusBefore[], decision: Json, author: string): void {
      connection.transaction(() => {
        const previous = acting(get(id).run)?.id ?? null;
        connection.run(
          query
            .insertInto("promotions")
            .values({ checkpoint: id, action, previous, decision: JSON.stringify(decision), author, createdAt: Date.now() }),
        );
        // Only one may act at any moment, so whoever acts again comes last.
        for (const one of before.toSorted((a, b) => Number(a.status === "acting") - Number(b.status === "acting"))) setStatus(one.id, one.status);
      });
    },

    /** Checkpoints of a run (or all), oldest first. */
    list(run?: string): Checkpoint[] {
      const rows = query.selectFrom("checkpoints").selectAll().orderBy("cycle").orderBy("createdAt").orderBy("id");
      return connection.all(run === undefined ? rows : rows.where("run", "=", run)).map(toCheckpoint);
    },

    /** Decisions of a run, oldest first. */
    promotions(run: string): Promotion[] {
      const rows = connection.all(
        query
          .selectFrom("promotions as p")
          .innerJoin("checkpoints as c", "c.id", "p.checkpoint")
          .select(["p.id", "p.checkpoint", "p.action", "p.previous", "p.decision", "p.author", "p.createdAt"])
          .where("c.run", "=", run)
          .orderBy("p.id"),
      );
      return rows.map((row) => ({ ...row, decision: readJson(row.decision, "promotions.decision") }));
    },
  };
}

/** Who acted before `id` was promoted; only the acting checkpoint can be rolled back, and only to somebody. */
function replacedBy(connection: Connection, id: string, acting: string | null): string {
  const promotion = connection.first(
    connection.query.selectFrom("promotions").select("previous").where("checkpoint", "=", id).where("action", "=", "promote").orderBy("id", "desc"),
  );
  const previous = promotion?.previous ?? null;
  if (id !== acting || previous === null || previous === id) {
    throw new WheelError(
      "usage",
      `Checkpoint ${id} cannot be rolled back: it does not act, or it replaced nobody.`,
      "Roll back the acting checkpoint, or promote another one.",
    );
  }
  return previous;
}

function toCheckpoint(row: Omit<Checkpoint, "parents" | "scores"> & { readonly parents: string; readonly scores: string }): Checkpoint {
  return { ...row, parents: readAs(z.array(z.string()), row.parents, "checkpoints.parents"), scores: readJson(row.scores, "checkpoints.scores") };
}
