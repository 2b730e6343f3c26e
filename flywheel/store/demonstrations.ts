/**
 * Demonstration requests: buckets that stay at zero ask for a few solutions. An answer is an episode that carries the request's id,
 * so what was answered is counted from the episodes themselves and can never be counted twice.
 */
import type { Connection } from "./connection.ts";

export interface NewDemonstrationRequest {
  readonly run: string;
  readonly cycle: number;
  readonly task: string;
  readonly bucket: string;
  /** How many demonstrations are wanted. */
  readonly asked: number;
  /** Who is to answer: `oracle` or `person`. */
  readonly source: string;
}

export interface DemonstrationRequest extends NewDemonstrationRequest {
  readonly id: number;
  /** Verified demonstrations given so far. */
  readonly answered: number;
  readonly createdAt: number;
}

export type Demonstrations = ReturnType<typeof demonstrations>;

/** Repository of demonstration requests. */
export function demonstrations(connection: Connection) {
  const { query } = connection;
  return {
    /** Asks once per (run, cycle, task, bucket). Returns the request's id, also when it was asked before. */
    ask(request: NewDemonstrationRequest): number {
      return connection.transaction(() => {
        connection.run(
          query
            .insertInto("demonstration_requests")
            .values({ ...request, createdAt: Date.now() })
            .onConflict((conflict) => conflict.doNothing()),
        );
        const { run, cycle, task, bucket } = request;
        const place = query.selectFrom("demonstration_requests").select("id").where("run", "=", run).where("cycle", "=", cycle);
        return connection.first(place.where("task", "=", task).where("bucket", "=", bucket))!.id;
      });
    },
    /** What a request asked for. */
    get: (id: number): NewDemonstrationRequest | undefined =>
      connection.first(query.selectFrom("demonstration_requests").select(["run", "cycle", "task", "bucket", "asked", "source"]).where("id", "=", id)),
    /** Requests of a run with the number of verified answers, oldest first. */
    list(run: string): DemonstrationRequest[] {
      return connection.all(
        query
          .selectFrom("demonstration_requests as d")
          .selectAll("d")
          .select((eb) =>
            eb
              .selectFrom("learning_episodes as e")
              .innerJoin("verdicts as v", (join) => join.onRef("v.episode", "=", "e.id").on("v.routing", "=", 1).on("v.verdict", "=", "pass"))
              .select((inner) => inner.fn.countAll<number>().as("count"))
              .whereRef("e.request", "=", "d.id")
              .$asScalar()
              .$notNull()
              .as("answered"),
          )
          .where("d.run", "=", run)
          .orderBy("d.id"),
      );
    },
  };
}
