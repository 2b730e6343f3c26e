/** Handlers of `agents`. */
import { testConnection } from "../../../agent/remote/connectionTest.ts";
import { endpointSchema, type Endpoint } from "../../../agent/remote/endpoint.ts";
import { PRESETS, type Preset } from "../../../agent/remote/presets.ts";
import { WheelError } from "../../../env/errors.ts";
import type { Json } from "../../../env/json.ts";
import type { AgentView } from "../../api/agents.ts";
import type { Core } from "../core.ts";
import { os } from "./os.ts";

const { agents } = os;
const NEVER = new AbortController().signal;

export const agentHandlers = agents.router({
  list: agents.list.handler(({ context: { core } }) => core.workspace.agents.list().map((endpoint) => view(core, endpoint))),
  presets: agents.presets.handler(() =>
    Object.entries<Preset>(PRESETS).map(([name, { summary, ...settings }]) => ({ name, summary, settings: settings as Record<string, Json> })),
  ),
  put: agents.put.handler(({ context: { core }, input }) => {
    const endpoint = checked(input);
    core.workspace.agents.put(endpoint);
    return view(core, endpoint);
  }),
  remove: agents.remove.handler(({ context: { core }, input }) => {
    core.workspace.agents.get(input.name);
    core.workspace.agents.remove(input.name);
    return {};
  }),
  test: agents.test.handler(async ({ context: { core }, input, signal = NEVER }) => {
    const endpoint = core.workspace.agents.get(input.name);
    const result = { ...(await testConnection(endpoint, signal, core.keys.keyOf)), at: Date.now() };
    core.workspace.agents.keepTest(endpoint, result);
    return result;
  }),
});

function view({ workspace, keys }: Core, endpoint: Endpoint): AgentView {
  return { endpoint, key: keys.placeOf(endpoint), test: workspace.agents.tests().get(endpoint.name) ?? null };
}

/** Throws `usage` with the field. What was given is not repeated: it may be a key. */
function checked(given: Readonly<Record<string, unknown>>): Endpoint {
  const parsed = endpointSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WheelError("usage", `${issue?.path.join(".") || "The settings"}: ${issue?.message}.`, "Nothing was changed.");
}
