/** Runs: one configuration and seed, turned through several cycles. */
import { WheelError } from "../../env/errors.ts";
import { canonicalJson, sha256, type Json } from "../../env/json.ts";
import type { Connection } from "./connection.ts";
import { readJson } from "./json.ts";

export interface Run {
  readonly id: string;
  readonly config: Json;
  readonly configHash: string;
  readonly seed: number;
  readonly createdAt: number;
}

export type Runs = ReturnType<typeof runs>;

/** Repository of runs. */
export function runs(connection: Connection) {
  const { query } = connection;
  const toRun = (row: Omit<Run, "config"> & { readonly config: string }): Run => ({ ...row, config: readJson(row.config, "runs.config") });
  return {
    /** Makes the run, or finds it again when the command is repeated. Throws `bad-config` when id is known with another configuration. */
    open(id: string, config: Json, seed: number): "new" | "resumed" {
      const configHash = sha256(canonicalJson({ config, seed }));
      return connection.transaction(() => {
        const known = connection.first(query.selectFrom("runs").selectAll().where("id", "=", id));
        if (known === undefined) {
          connection.run(query.insertInto("runs").values({ id, config: canonicalJson(config), configHash, seed, createdAt: Date.now() }));
          return "new";
        }
        if (known.configHash === configHash) return "resumed";
        throw new WheelError(
          "bad-config",
          `Run ${id} was started with another configuration.`,
          "Use the same options to resume it, or another --workspace.",
        );
      });
    },
    get(id: string): Run | null {
      const row = connection.first(query.selectFrom("runs").selectAll().where("id", "=", id));
      return row === undefined ? null : toRun(row);
    },
    /** All runs, oldest first. */
    list: (): Run[] => connection.all(query.selectFrom("runs").selectAll().orderBy("createdAt").orderBy("id")).map(toRun),
  };
}
