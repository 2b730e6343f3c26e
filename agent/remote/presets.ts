/**
 * Servers that people use, with the addresses they listen on and what they are known not to take. In: a preset's name. Out: settings to start
 * from. Models without a GPU: llama.cpp (`llama-server -m MODEL.gguf --mmproj MMPROJ.gguf`) and Ollama (`ollama run qwen2.5vl`).
 */
import type { EndpointInput } from "./endpoint.ts";

/** `summary` is one line for help. */
export interface Preset extends Partial<Omit<EndpointInput, "name">> {
  readonly summary: string;
}

export const PRESETS = {
  vllm: { summary: "vLLM on this computer", baseUrl: "http://127.0.0.1:8000/v1", logProbs: true },
  sglang: { summary: "SGLang on this computer", baseUrl: "http://127.0.0.1:30000/v1", logProbs: true },
  "llama.cpp": {
    summary: "llama.cpp's llama-server with --mmproj; works without a GPU",
    baseUrl: "http://127.0.0.1:8080/v1",
    model: "default",
    dialect: "qwen2.5-vl",
    concurrency: 1,
    timeoutSeconds: 600,
  },
  ollama: {
    summary: "Ollama; works without a GPU",
    baseUrl: "http://127.0.0.1:11434/v1",
    model: "qwen2.5vl",
    dialect: "qwen2.5-vl",
    concurrency: 1,
    timeoutSeconds: 600,
  },
  "lm-studio": { summary: "LM Studio", baseUrl: "http://127.0.0.1:1234/v1", concurrency: 1, timeoutSeconds: 600 },
  openai: {
    summary: "OpenAI",
    baseUrl: "https://api.openai.com/v1",
    dialect: "openai-computer",
    keyVariable: "OPENAI_API_KEY",
    maxTokensName: "max_completion_tokens",
    maxTokens: 4096,
    temperature: null,
  },
  anthropic: {
    summary: "Anthropic's OpenAI-compatible address",
    baseUrl: "https://api.anthropic.com/v1",
    dialect: "anthropic-computer",
    keyVariable: "ANTHROPIC_API_KEY",
    maxTokens: 2048,
  },
  hosted: {
    summary: "any hosted OpenAI-compatible service (default: OpenRouter)",
    baseUrl: "https://openrouter.ai/api/v1",
    keyVariable: "OPENROUTER_API_KEY",
  },
  flywheel: {
    summary: "`flywheel model serve`: the built-in model over the same protocol",
    baseUrl: "http://127.0.0.1:7720/v1",
    model: "flywheel",
    dialect: "flywheel-json",
    keyVariable: "FLYWHEEL_MODEL_TOKEN",
    pictures: 1,
    asksAgain: 0,
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;
