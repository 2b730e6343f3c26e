/** How models are spoken to, in words. In: nothing. Out: a name per dialect. */
import type { AgentView } from "../../api/agents.ts";

export type Dialect = AgentView["endpoint"]["dialect"];

export const DIALECT_NAMES: Readonly<Record<Dialect, string>> = {
  "ui-tars-1.0": "UI-TARS 1.0",
  "ui-tars-1.5": "UI-TARS 1.5",
  "qwen2.5-vl": "Qwen2.5-VL",
  "qwen3-vl": "Qwen3-VL",
  "openai-computer": "OpenAI computer use",
  "anthropic-computer": "Anthropic computer use",
  "flywheel-json": "our own JSON",
};
export const DIALECTS = Object.keys(DIALECT_NAMES) as Dialect[];
