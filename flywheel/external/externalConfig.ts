/**
 * What a run must know to train with somebody else's trainer and to load what came of it into the agent's server. In: settings. Out: checked settings.
 * Commands are lines of the shell; what they need to know is in their environment, so nothing is quoted or filled in.
 */
import { z } from "zod";
import { EXPORT_FORMATS } from "../export/exportFormat.ts";

const command = z.string().trim().min(1).max(10_000);

/** How a server is made to serve another version. */
const reloadSchema = z.discriminatedUnion("kind", [
  /** vLLM with `--enable-lora` and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True: each version is an adapter with a name of its own. */
  z.strictObject({ kind: z.literal("vllm-lora") }),
  /** SGLang: reads whole weights from the folder. */
  z.strictObject({ kind: z.literal("sglang") }),
  /** A command that makes the server at FLYWHEEL_URL serve FLYWHEEL_MODEL, under the name FLYWHEEL_NAME. `stays`: it is the server itself, and is ended before the next version. */
  z.strictObject({ kind: z.literal("command"), command, stays: z.boolean().default(false) }),
]);

export type Reload = z.output<typeof reloadSchema>;
export const RELOADS = ["vllm-lora", "sglang"] as const satisfies readonly Reload["kind"][];

export const externalSchema = z.strictObject({
  /** Trains once per cycle; FLYWHEEL_CONFIG names a JSON file with all it needs. */
  train: command,
  reload: reloadSchema,
  /** What training starts from and the server serves before the first promotion: a folder or a name; null: the agent's model. */
  base: z.string().min(1).max(1000).nullable().default(null),
  /** Formats of the data it is given. */
  formats: z.array(z.enum(EXPORT_FORMATS)).min(1).default(["llama-factory", "ms-swift", "trl"]),
  /** Longest wait until the server serves what it was told to. */
  reloadSeconds: z.number().min(1).max(86_400).default(600),
});

export type ExternalConfig = z.output<typeof externalSchema>;
