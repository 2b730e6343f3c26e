/**
 * Models on servers as agents: where they are, how they are asked, whether that works. In: settings. Out: the same with the state of each. No key
 * ever travels here: only where one is.
 */
import { z } from "zod";
import { connectionResult } from "../../agent/remote/connectionResult.ts";
import { endpointSchema } from "../../agent/remote/endpoint.ts";
import { oc } from "./base.ts";
import { json, time } from "./values.ts";

const test = connectionResult.extend({ at: time });

const agentView = z.object({
  endpoint: endpointSchema,
  /** Where its key is: `none` is needed, the operating system's `keychain`, the `environment`, or it is `missing`. */
  key: z.enum(["none", "keychain", "environment", "missing"]),
  /** What the last test found; null: never tested as it is set now. */
  test: test.nullable(),
});
export type AgentView = z.infer<typeof agentView>;

const named = z.object({ name: z.string() });

export const agents = {
  /** By name. */
  list: oc.output(z.array(agentView)),
  /** Servers that people use, with settings to start from. */
  presets: oc.output(z.array(z.object({ name: z.string(), summary: z.string(), settings: z.record(z.string(), json) }))),
  /** Adds an agent, or changes the one of this name. Refused with the field that does not fit. */
  put: oc.input(z.record(z.string(), z.json())).output(agentView),
  /** Forgets it; what it did stays. */
  remove: oc.input(named).output(z.object({})),
  /** Asks it one small question; what that found is kept. */
  test: oc.input(named).output(test),
};
