/** Stages of a cycle: the resume units of training. A stage that is done is never run again; one that was only begun is run anew. */
import type { Json } from "../../env/json.ts";
import type { Connection } from "./connection.ts";
import { readJson } from "./json.ts";

export type StageBegun = { readonly kind: "begun" } | { readonly kind: "done"; readonly result: Json };

export interface Stage {
  readonly cycle: number;
  readonly stage: string;
  readonly status: "running" | "done";
  readonly startedAt: number;
  readonly seconds: number | null;
  readonly result: Json;
}

export type Stages = ReturnType<typeof stages>;

/** Repository of stages. */
export function stages(connection: Connection) {
  const { query } = connection;
  const find = (run: string, cycle: number, stage: string) =>
    connection.first(query.selectFrom("stages").selectAll().where("run", "=", run).where("cycle", "=", cycle).where("stage", "=", stage));
  return {
    /** Begins a stage, or returns what it gave when it was done. */
    begin(run: string, cycle: number, stage: string): StageBegun {
      return connection.transaction(() => {
        const known = find(run, cycle, stage);
        if (known?.status === "done") return { kind: "done", result: readJson(known.result ?? "null", "stages.result") };
        connection.run(
          query.replaceInto("stages").values({ run, cycle, stage, status: "running", startedAt: Date.now(), seconds: null, result: null }),
        );
        return { kind: "begun" };
      });
    },
    /** Marks a begun stage as done with its result. */
    finish(run: string, cycle: number, stage: string, result: Json): void {
      const { startedAt } = find(run, cycle, stage)!;
      const row = { run, cycle, stage, startedAt, status: "done" as const, seconds: (Date.now() - startedAt) / 1000, result: JSON.stringify(result) };
      connection.run(query.replaceInto("stages").values(row));
    },
    /** Stages of a run in the order they were begun. */
    list(run: string): Stage[] {
      const rows = connection.all(query.selectFrom("stages").selectAll().where("run", "=", run).orderBy("cycle").orderBy("startedAt"));
      return rows.map(({ cycle, stage, status, startedAt, seconds, result }) => ({
        cycle,
        stage,
        status,
        startedAt,
        seconds,
        result: readJson(result ?? "null", "stages.result"),
      }));
    },
  };
}
