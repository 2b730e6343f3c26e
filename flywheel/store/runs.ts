/** Runs: one configuration and seed, turned through several cycles. */
import { z } from "zod";
import { WheelError } from "../../env/errors.ts";
import { canonicalJson, sha256, type Json } from "../../env/json.ts";
import { programVersion } from "../programVersion.ts";
import type { Connection } from "./connection.ts";
import { readAs, readJson } from "./json.ts";

export interface Run {
  readonly id: string;
  readonly config: Json;
  readonly configHash: string;
  readonly seed: number;
  readonly createdAt: number;
  /** Versions of the programs that worked on it, oldest first; empty for runs from before this was kept. */
  readonly programs: readonly string[];
}

export type Runs = ReturnType<typeof runs>;

/** Repository of runs. */
export function runs(connection: Connection) {
  const { query } = connection;
  const toRun = (row: Omit<Run, "config" | "programs"> & { readonly config: string; readonly programs: string }): Run => ({
    ...row,
    config: readJson(row.config, "runs.config"),
    programs: readAs(z.array(z.string()), row.programs, "runs.programs"),
  });
  return {
    /** Makes the run, or finds it again when the command is repeated; notes who works on it. Throws `bad-config` when id is known with another configuration. */
    open(id: string, config: Json, seed: number): "new" | "resumed" {
      const configHash = sha256(canonicalJson({ config, seed }));
      return connection.transaction(() => {
        const known = connection.first(query.selectFrom("runs").selectAll().where("id", "=", id));
        if (known === undefined) {
          const programs = JSON.stringify([programVersion()]);
          connection.run(query.insertInto("runs").values({ id, config: canonicalJson(config), configHash, seed, createdAt: Date.now(), programs }));
          return "new";
        }
        if (known.configHash === configHash) {
          const { programs } = toRun(known);
          if (programs.at(-1) !== programVersion())
            connection.run(
              query
                .updateTable("runs")
                .set({ programs: JSON.stringify([...programs, programVersion()]) })
                .where("id", "=", id),
            );
          return "resumed";
        }
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
