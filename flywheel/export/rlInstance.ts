/**
 * Questions RL may practise: one per (task, seed) that occurs in the kept episodes, with its prompt, its verifier and its bucket's pass rate.
 * In: episodes. Out: an instance when it is met for the first time, else null. The first screenshot is not part of the prompt: a reset gives it.
 */
import { stringMessages, PLACEHOLDER, type StringMessage } from "./chatContent.ts";
import type { ExportEpisode, ExportSplit } from "./exportEpisode.ts";
import { poolKey, type FormatContext } from "./exportFormat.ts";
import { promptAt } from "./trainingRows.ts";

export interface RlInstance {
  readonly index: number;
  readonly split: ExportSplit;
  readonly task: string;
  readonly taskVersion: number;
  readonly bucket: string;
  readonly seed: number;
  readonly instruction: string;
  readonly verifier: string;
  readonly passRate: number | null;
  readonly prompt: readonly StringMessage[];
}

export class RlInstances {
  readonly #context: Pick<FormatContext, "pool" | "rendering">;
  readonly #known = new Set<string>();

  constructor(context: Pick<FormatContext, "pool" | "rendering">) {
    this.#context = context;
  }

  of(episode: ExportEpisode): RlInstance | null {
    const { task, taskVersion, bucket, seed, instruction, verifier } = episode.row;
    const name = JSON.stringify([task, seed]);
    if (this.#known.has(name)) return null;
    const start = promptAt(episode, 0, this.#context.rendering);
    if (start === null) return null;
    const index = this.#known.size;
    this.#known.add(name);
    const prompt = stringMessages(start.messages).map(({ role, content }) => ({ role, content: content.replaceAll(PLACEHOLDER, "").trim() }));
    const passRate = this.#context.pool.get(poolKey({ task, bucket }))?.passRate ?? null;
    return { index, split: episode.split, task, taskVersion, bucket, seed, instruction, verifier, passRate, prompt };
  }
}
