/**
 * Remote agents that a workspace knows: where they are and how they are asked, never their keys. In: endpoints. Out: the same by name.
 * They are one row of the settings, so they go where the workspace goes.
 */
import { z } from "zod";
import { endpointSchema, type Endpoint } from "../../agent/remote/endpoint.ts";
import { WheelError } from "../../env/errors.ts";
import type { Connection } from "./connection.ts";
import { readAs } from "./json.ts";

const ROW = "agents";

export type Agents = ReturnType<typeof agents>;

/** Repository of remote agents. */
export function agents(connection: Connection) {
  const { query } = connection;

  const list = (): Endpoint[] => {
    const row = connection.first(query.selectFrom("settings").select("value").where("name", "=", ROW));
    return row === undefined ? [] : readAs(z.array(endpointSchema), row.value, "settings.agents");
  };

  const save = (all: readonly Endpoint[]): void => {
    const value = JSON.stringify(all.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    connection.run(
      query
        .insertInto("settings")
        .values({ name: ROW, value })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
    );
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

    /** Adds it, in place of another of its name. */
    put(endpoint: Endpoint): void {
      connection.transaction(() => save([...list().filter(({ name }) => name !== endpoint.name), endpoint]));
    },

    /** True when it was there. */
    remove(name: string): boolean {
      return connection.transaction(() => {
        const all = list();
        const rest = all.filter((one) => one.name !== name);
        if (rest.length < all.length) save(rest);
        return rest.length < all.length;
      });
    },
  };
}
