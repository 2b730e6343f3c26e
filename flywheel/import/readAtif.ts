/**
 * Trajectories in the Agent Trajectory Interchange Format (`*.json` with `schema_version` "ATIF-v1.x"), ours or others'.
 * In: a folder. Out: episodes. Actions are taken from tool calls: our kinds, and `{x, y}` for a point.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, posix } from "node:path";
import { z } from "zod";
import { actionSchema, type Action } from "../../env/action.ts";
import { sha256 } from "../../env/json.ts";
import { corruptExport, fileInside } from "../export/verifyExport.ts";
import { foreignRecord, type ForeignStep } from "./foreignEpisode.ts";
import { Pictures, type ImportSource } from "./importSource.ts";
import { parseForeignJson } from "./parseForeignJson.ts";
import type { EpisodeRecord } from "../export/episodeRecord.ts";

const LARGEST = 64 * 2 ** 20;

const part = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image"), source: z.object({ path: z.string().max(1000) }) }),
]);
const content = z.union([z.string(), z.array(part), z.null()]).optional();

const stepSchema = z.looseObject({
  source: z.enum(["system", "user", "agent"]),
  message: content,
  timestamp: z.string().optional(),
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(z.looseObject({ function_name: z.string(), arguments: z.record(z.string(), z.unknown()) })).nullish(),
  observation: z.looseObject({ results: z.array(z.looseObject({ content })) }).nullish(),
});
type Step = z.infer<typeof stepSchema>;

const trajectorySchema = z.looseObject({
  schema_version: z.string().startsWith("ATIF-v1."),
  agent: z.looseObject({
    name: z.string().max(500),
    model_name: z.string().max(500).nullish(),
    extra: z.looseObject({ viewport: z.tuple([z.int().min(1).max(100_000), z.int().min(1).max(100_000)]).optional() }).nullish(),
  }),
  steps: z.array(stepSchema).min(1).max(20_000),
  extra: z.looseObject({ task_id: z.string().max(500).optional(), device_scale_factor: z.number().min(0.1).max(10).optional() }).nullish(),
});
type Trajectory = z.infer<typeof trajectorySchema>;

/** Reads these files of a folder. Throws `export-corrupt`. */
export async function readAtif(dir: string, paths: readonly string[]): Promise<ImportSource> {
  const screens = new Pictures(dir);
  const records: EpisodeRecord[] = [];
  for (const path of paths) records.push(await readOne(dir, path, screens));
  return { kind: "atif", runs: [], episodes: () => records, screens };
}

async function readOne(dir: string, path: string, screens: Pictures): Promise<EpisodeRecord> {
  const place = fileInside(dir, path);
  if (place === null) throw corruptExport(path, "it is no plain file inside the folder");
  if (statSync(place).size > LARGEST) throw corruptExport(path, "it is too large for a trajectory");
  const text = readFileSync(place, "utf8");
  let json: unknown;
  try {
    json = parseForeignJson(text);
  } catch (error) {
    throw corruptExport(path, "it is not JSON that can be used", error);
  }
  const parsed = trajectorySchema.safeParse(json);
  if (!parsed.success) throw corruptExport(path, `it is no trajectory (${parsed.error.issues[0]?.path.join(".") ?? ""})`, parsed.error);
  return toRecord(path, parsed.data, sha256(text), screens);
}

async function toRecord(path: string, { agent, steps, extra }: Trajectory, source: string, screens: Pictures): Promise<EpisodeRecord> {
  const look = (image: string) => screens.look(posix.join(dirname(path), image));
  const firstAgent = steps.findIndex((step) => step.source === "agent");
  const before = steps.slice(0, firstAgent === -1 ? steps.length : firstAgent);
  const shown = before.flatMap(({ message }) => imagesOf(message));
  if (shown.length === 0) throw corruptExport(path, "it shows no screen before the first action");
  const start = await look(shown.at(-1)!);
  const acted: ForeignStep[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.source !== "agent") continue;
    const action = actionOf(step);
    if (action === null) throw corruptExport(path, `step ${index + 1} holds no action that can be understood`);
    const after = (step.observation?.results ?? []).flatMap((result) => imagesOf(result.content)).at(-1);
    const next = after === undefined ? (acted.at(-1)?.next ?? start.screenHash) : (await look(after)).screenHash;
    acted.push({ action, thought: step.reasoning_content ?? null, next });
  }
  const deviceScaleFactor = extra?.device_scale_factor ?? 1;
  const [width, height] = agent.extra?.viewport ?? [Math.round(start.width / deviceScaleFactor), Math.round(start.height / deviceScaleFactor)];
  const instruction = before
    .filter((step) => step.source === "user")
    .map(({ message }) => textOf(message))
    .join("\n")
    .trim();
  const begun = Date.parse(steps.find(({ timestamp }) => timestamp !== undefined)?.timestamp ?? "");
  return foreignRecord({
    place: path,
    source,
    format: "atif",
    task: `imported/${extra?.task_id ?? agent.name}`,
    instruction,
    policy: agent.model_name ?? agent.name,
    viewport: { width, height },
    deviceScaleFactor,
    startScreen: start.screenHash,
    steps: acted,
    claim: z
      .json()
      .catch(null)
      .parse(extra ?? null),
    startedAt: Number.isNaN(begun) ? 0 : Math.max(0, begun),
  });
}

/** The one tool call as an action; null when there is none, several, or one of an unknown kind. */
function actionOf({ tool_calls: calls }: Step): Action | null {
  const [call] = calls ?? [];
  if (call === undefined || calls!.length > 1) return null;
  const { x, y, ...rest } = call.arguments;
  const at = typeof x === "number" && typeof y === "number" ? { at: { x, y } } : {};
  const usual = call.function_name === "click" ? { count: 1, button: "left", modifiers: [] } : {};
  const parsed = actionSchema.safeParse({ ...usual, ...at, ...rest, kind: call.function_name });
  return parsed.success ? parsed.data : null;
}

function imagesOf(message: z.infer<typeof content>): string[] {
  return Array.isArray(message) ? message.flatMap((one) => (one.type === "image" ? [one.source.path] : [])) : [];
}

function textOf(message: z.infer<typeof content>): string {
  if (typeof message === "string") return message;
  return (message ?? []).flatMap((one) => (one.type === "text" ? [one.text] : [])).join("\n");
}
