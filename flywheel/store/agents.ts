/**
 * Remote agents that a workspace knows: where they are and how they are asked, never their keys; and what their last connection test found.
 * In: endpoints. Out: the same by name. They are rows of the settings, so they go where the workspace goes.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { connectionResult, type ConnectionResult } from "../../agent/remote/connectionResult.ts";
import { endpointSchema, type Endpoint } from "../../agent/remote/endpoint.ts";
import { WheelError } from "../../env/errors.ts";
import type { Connection } from "./connection.ts";
import { readAs } from "./json.ts";

const [ENDPOINTS, TESTS] = ["agents", "agentTests"];

const testsSchema = z.record(z.string(), connectionResult.extend({ at: z.number() }));
/** The last connection test of an agent as it is set now. `at`: Unix milliseconds. */
type AgentTest = ConnectionResult & { readonly at: number };

export type Agents = ReturnType<typeof agents>;

/** Repository of remote agents. */
export function agents(connection: Connection) {
  const { query } = connection;

  const read = <Schema extends z.ZodType>(row: string, schema: Schema, none: z.output<Schema>): z.output<Schema> => {
    const found = connection.first(query.selectFrom("settings").select("value").where("name", "=", row));
    return found === undefined ? none : readAs(schema, found.value, `settings.${row}`);
  };

  const write = (name: string, content: unknown): void => {
    const value = JSON.stringify(content);
    connection.run(
      query
        .insertInto("settings")
        .values({ name, value })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
    );
  };

  const list = (): Endpoint[] => read(ENDPOINTS, z.array(endpointSchema), []);
  const save = (all: readonly Endpoint[]): void =>
    write(
      ENDPOINTS,
      all.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    );
  const tests = (): Map<string, AgentTest> => new Map(Object.entries(read(TESTS, testsSchema, {})));
  const saveTests = (all: ReadonlyMap<string, AgentTest>): void => write(TESTS, Object.fromEntries(all));
  const forgetTest = (name: string): void => {
    const all = tests();
    if (all.delete(name)) saveTests(all);
  };

  return {
    list,

    /** Throws `usage` for a name that is not known. */
    get(name: string): Endpoint {
      const all = list();
      const found = all.find((one) => one.name === name);
      if (found !== undefined) return found;
      const known = all.length === 0 ? "Add one with `flywheel agents add`." : `There are: ${all.map((one) => one.name).join(", ")}.`;
      throw new WheelError("usage", `There is no agent "${name}".`, known);
    },

    /** Adds it, in place of another of its name. What was tested before a change says nothing about it any more. */
    put(endpoint: Endpoint): void {
      connection.transaction(() => {
        const before = list().find(({ name }) => name === endpoint.name);
        if (before !== undefined && isDeepStrictEqual(before, endpoint)) return;
        save([...list().filter(({ name }) => name !== endpoint.name), endpoint]);
        forgetTest(endpoint.name);
      });
    },

    /** Last tests by agent; those never tested are not in it. */
    tests,

    /** Keeps what a test of `tested` found, unless that was changed or removed meanwhile. */
    keepTest(tested: Endpoint, result: AgentTest): void {
      connection.transaction(() => {
        const now = list().find(({ name }) => name === tested.name);
        if (now !== undefined && isDeepStrictEqual(now, tested)) saveTests(tests().set(tested.name, result));
      });
    },

    /** True when it was there. */
    remove(name: string): boolean {
      return connection.transaction(() => {
        const all = list();
        const rest = all.filter((one) => one.name !== name);
        if (rest.length < all.length) save(rest);
        forgetTest(name);
        return rest.length < all.length;
      });
    },
  };
}
