/** Evaluations: the summary of one checkpoint on gate or final seeds; the episodes themselves are stored like all others. */
import type { Json } from "../../env/json.ts";
import type { Connection } from "./connection.ts";
import { readJson } from "./json.ts";

export interface NewEvaluation {
  readonly checkpoint: string;
  readonly purpose: "gate" | "final";
  readonly cycle: number;
  readonly summary: Json;
}

export interface Evaluation extends NewEvaluation {
  readonly createdAt: number;
}

export type Evaluations = ReturnType<typeof evaluations>;

/** Repository of evaluations. */
export function evaluations(connection: Connection) {
  const { query } = connection;
  return {
    /** Stores a summary; the same (checkpoint, purpose, cycle) again replaces it. */
    put(evaluation: NewEvaluation): void {
      const summary = JSON.stringify(evaluation.summary);
      connection.run(
        query
          .insertInto("evaluations")
          .values({ ...evaluation, summary, createdAt: Date.now() })
          .onConflict((conflict) => conflict.columns(["checkpoint", "purpose", "cycle"]).doUpdateSet({ summary, createdAt: Date.now() })),
      );
    },
    /** Evaluations, oldest first, of one run. */
    list(run: string): Evaluation[] {
      const rows = connection.all(
        query
          .selectFrom("evaluations as e")
          .innerJoin("checkpoints as c", "c.id", "e.checkpoint")
          .select(["e.checkpoint", "e.purpose", "e.cycle", "e.summary", "e.createdAt"])
          .where("c.run", "=", run)
          .orderBy("e.cycle")
          .orderBy("e.id"),
      );
      return rows.map((row) => ({ ...row, summary: readJson(row.summary, "evaluations.summary") }));
    },
  };
}
