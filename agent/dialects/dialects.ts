/** All dialects by id. In: an id. Out: the dialect. */
import { anthropicComputer } from "./anthropic.ts";
import type { Dialect, DialectId } from "./dialect.ts";
import { flywheelJson } from "./flywheelJson.ts";
import { openAiComputer } from "./openAi.ts";
import { qwen25, qwen3 } from "./qwen.ts";
import { uiTars10, uiTars15 } from "./uiTars.ts";

export const DIALECTS: Readonly<Record<DialectId, Dialect>> = {
  "ui-tars-1.0": uiTars10,
  "ui-tars-1.5": uiTars15,
  "qwen2.5-vl": qwen25,
  "qwen3-vl": qwen3,
  "openai-computer": openAiComputer,
  "anthropic-computer": anthropicComputer,
  "flywheel-json": flywheelJson,
};
