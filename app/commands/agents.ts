/** `flywheel agents …`: models on servers that a workspace knows as agents. In: names, addresses, settings. Out: what is kept, never a key. */
import type { Command } from "commander";
import { DIALECT_IDS, type DialectId } from "../../agent/dialects/dialect.ts";
import type { ConnectionResult } from "../../agent/remote/connectionResult.ts";
import { testConnection } from "../../agent/remote/connectionTest.ts";
import { endpointSchema, environmentKey, type Endpoint } from "../../agent/remote/endpoint.ts";
import { PRESETS, type Preset, type PresetName } from "../../agent/remote/presets.ts";
import { isWheelError, WheelError } from "../../env/errors.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { columns } from "../columns.ts";
import { action, type Context } from "../context.ts";
import { examples, oneOf, whole } from "../options.ts";

const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** Adds the commands. */
export function agentsCommand(program: Command): void {
  const agents = program.command("agents").description("models on OpenAI-compatible servers as agents: add, list, test, remove");
  addCommand(agents);
  listCommand(agents);
  testCommand(agents);
  removeCommand(agents);
}

interface AddChoice {
  readonly preset?: PresetName;
  readonly url?: string;
  readonly model?: string;
  readonly dialect?: DialectId;
  readonly keyVariable?: string;
  readonly pictures?: number;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly perMinute?: number;
  readonly concurrency?: number;
  readonly logProbs?: true;
}

function addCommand(agents: Command): void {
  const presets = Object.entries(PRESETS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  const command = agents
    .command("add <name>")
    .description("add a model on a server, or change its settings; keys stay in the environment")
    .option("--preset <name>", `settings to start from: ${PRESET_NAMES.join(", ")}`, oneOf(PRESET_NAMES))
    .option("--url <address>", "address of the server; it usually ends in /v1")
    .option("--model <name>", "the model, as the server calls it")
    .option("--dialect <id>", `how the model is spoken to: ${DIALECT_IDS.join(", ")}`, oneOf(DIALECT_IDS))
    .option("--key-variable <name>", "environment variable that holds the key")
    .option("--pictures <n>", "screenshots it is shown, the newest included", whole(1, 20))
    .option("--temperature <t>", "0 to 2", Number)
    .option("--max-tokens <n>", "longest answer", whole(1, 100_000))
    .option("--timeout <seconds>", "longest wait for one answer", Number)
    .option("--retries <n>", "how often a failed request is sent again", whole(0, 20))
    .option("--per-minute <n>", "most requests a minute", Number)
    .option("--concurrency <n>", "requests under way at once", whole(1, 64))
    .option("--log-probs", "ask for log-probabilities of the answer")
    .addHelpText("after", `\nPresets:\n${presets.join("\n")}`);
  examples(
    command,
    "agents add qwen --preset vllm --model Qwen/Qwen3-VL-8B-Instruct --dialect qwen3-vl",
    "agents add local --preset ollama",
    "agents add mine --preset flywheel",
  );
  action<AddChoice>(command, async ({ options, say, emit, openWorkspace }, [name]) => {
    await using workspace = await openWorkspace("make");
    const known = workspace.agents.list().find((one) => one.name === name);
    const endpoint = checked({ ...startOf(options, known), ...changesOf(options), name: name! });
    workspace.agents.put(endpoint);
    emit(endpoint);
    say(`${endpoint.name}: ${endpoint.model} at ${endpoint.baseUrl}, spoken to in ${endpoint.dialect}.`);
    if (endpoint.keyVariable !== null && environmentKey(endpoint) === null)
      say(`Its key is taken from the environment variable ${endpoint.keyVariable}, which is not set here.`);
    say(`Try it: flywheel agents test ${endpoint.name}`);
  });
}

/** A preset, or what is kept already, or nothing. */
function startOf({ preset }: AddChoice, known: Endpoint | undefined): Partial<Preset> {
  if (preset === undefined) return known ?? {};
  const { summary: _, ...settings }: Preset = PRESETS[preset];
  return settings;
}

function changesOf(options: AddChoice): Readonly<Record<string, unknown>> {
  const { url, model, dialect, keyVariable, pictures, temperature, maxTokens, timeout, retries, perMinute, concurrency, logProbs } = options;
  const changes = {
    baseUrl: url,
    model,
    dialect,
    keyVariable,
    pictures,
    temperature,
    maxTokens,
    timeoutSeconds: timeout,
    retries,
    requestsPerMinute: perMinute,
    concurrency,
    logProbs,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

/** Options by the settings they set, for messages. */
const OPTION_OF: Readonly<Record<string, string>> = {
  baseUrl: "--url",
  timeoutSeconds: "--timeout",
  requestsPerMinute: "--per-minute",
  keyVariable: "--key-variable",
  maxTokens: "--max-tokens",
};

function checked(settings: Readonly<Record<string, unknown>>): Endpoint {
  const parsed = endpointSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? "");
  const option = field === "name" ? "The name" : (OPTION_OF[field] ?? `--${field}`);
  // What was given is not repeated: it may be a key.
  const problem = settings[field] === undefined ? "is missing" : `does not fit: ${parsed.error.issues[0]?.message}`;
  throw new WheelError("usage", `${option} ${problem}.`, `Presets fill in most: --preset ${PRESET_NAMES.join(" | ")}.`);
}

function listCommand(agents: Command): void {
  const command = agents.command("list").description("the agents of a workspace and whether their keys are there");
  examples(command, "agents list", "agents list --json");
  action(command, async ({ say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const all = workspace.agents.list();
    for (const endpoint of all) emit(endpoint);
    if (all.length === 0) return say("No agents yet. Add one with `flywheel agents add`.");
    const rows = all.map((one) => [one.name, one.model, one.dialect, one.baseUrl, keyState(one)]);
    for (const line of columns([["name", "model", "dialect", "address", "key"], ...rows])) say(line);
  });
}

function keyState(endpoint: Endpoint): string {
  if (endpoint.keyVariable === null) return "none";
  return `${endpoint.keyVariable}${environmentKey(endpoint) === null ? " (not set)" : ""}`;
}

function testCommand(agents: Command): void {
  const command = agents.command("test <name>").description("ask an agent one small question and say in one line what is wrong");
  examples(command, "agents test qwen");
  action(command, async ({ signal, say, emit, openWorkspace }, [name]) => {
    const endpoint = await use(openWorkspace("read"), ({ agents: known }) => known.get(name!));
    const result = await testConnection(endpoint, signal);
    await keepTest(openWorkspace, endpoint, result);
    emit(result);
    say(result.kind === "ok" ? result.line : `${result.kind}: ${result.line}`);
    return result.kind === "ok" ? undefined : "unsound";
  });
}

/** Keeps the result for the app's list, unless a core holds the workspace: the key is in this environment, so the test is not repeated there. */
async function keepTest(openWorkspace: Context<object>["openWorkspace"], endpoint: Endpoint, result: ConnectionResult): Promise<void> {
  try {
    await use(openWorkspace("change"), ({ agents }) => agents.keepTest(endpoint, { ...result, at: Date.now() }));
  } catch (error) {
    if (!isWheelError(error, "workspace-locked")) throw error;
  }
}

async function use<T>(opening: Promise<Workspace>, work: (workspace: Workspace) => T): Promise<T> {
  await using workspace = await opening;
  return work(workspace);
}

function removeCommand(agents: Command): void {
  const command = agents.command("remove <name>").description("forget an agent; its episodes stay");
  examples(command, "agents remove qwen");
  action(command, async ({ say, openWorkspace }, [name]) => {
    await using workspace = await openWorkspace("change");
    workspace.agents.get(name!);
    workspace.agents.remove(name!);
    say(`${name} is forgotten; what it did stays.`);
  });
}
