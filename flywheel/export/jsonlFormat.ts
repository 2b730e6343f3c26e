/**
 * LLaMA-Factory and ms-swift: JSON lines with `<image>` placeholders, screens as files, `dataset_info.json`. Both read the same rows, but for
 * preference pairs. In: training and continual rows. Out: `jsonl/*.jsonl`; rows of the validation split in files of their own.
 */
import { answerMessage, PLACEHOLDER, stringMessages, words } from "./chatContent.ts";
import type { EpisodeRows, FormatContext, FormatWriter } from "./exportFormat.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import type { FileStream } from "./exportFolder.ts";
import { imagePath } from "./screenFiles.ts";
import type { TrainingRow } from "./trainingRows.ts";

export type JsonlTrainer = "llama-factory" | "ms-swift";

export class JsonlFormat implements FormatWriter {
  readonly #context: FormatContext;
  readonly #trainers: ReadonlySet<JsonlTrainer>;
  readonly #streams = new Map<string, FileStream>();

  constructor(context: FormatContext, trainers: ReadonlySet<JsonlTrainer>) {
    this.#context = context;
    this.#trainers = trainers;
  }

  episode(episode: ExportEpisode, { training, text, continual }: EpisodeRows): void {
    const images = (screens: readonly number[]): string[] => screens.map((screen) => imagePath(episode.row.episode, screen));
    const origin = (step: number) => ({ episode: episode.row.episode, step, renderer: this.#context.renderer });
    for (const row of training) this.#training(episode, row, { images: images(row.screens), ...origin(row.step) });
    if (text !== null) this.#write("ct_text", episode, { text, episode: episode.row.episode });
    for (const { question, answer, screens, step, kind } of continual) {
      const asked = { role: "user", content: PLACEHOLDER.repeat(screens.length) + words(question) };
      this.#write("ct_mm", episode, { messages: [asked, answerMessage(answer)], images: images(screens), kind, ...origin(step) });
    }
  }

  end(): void {
    const names = [...this.#streams.keys()].toSorted();
    for (const name of names) this.#context.folder.close(pathOf(name));
    if (!this.#trainers.has("llama-factory")) return;
    const info = Object.fromEntries(names.filter((name) => !name.startsWith("dpo_swift")).map((name) => [`gui_${shortName(name)}`, infoOf(name)]));
    this.#context.folder.write("dataset_info.json", `${JSON.stringify(info, null, 2)}\n`);
  }

  #training(episode: ExportEpisode, row: TrainingRow, rest: Readonly<Record<string, unknown>>): void {
    const messages = stringMessages(row.messages);
    switch (row.kind) {
      case "sft":
        return this.#write("sft", episode, { messages: [...messages, answerMessage(row.answer)], ...rest });
      case "kto":
        return this.#write("kto", episode, { messages: [...messages, answerMessage(row.answer)], label: row.label, ...rest });
      case "dpo": {
        const [chosen, rejected] = [answerMessage(row.chosen), answerMessage(row.rejected)];
        if (this.#trainers.has("llama-factory")) this.#write("dpo_llamafactory", episode, { messages, chosen, rejected, ...rest });
        if (this.#trainers.has("ms-swift")) {
          this.#write("dpo_swift", episode, { messages: [...messages, chosen], rejected_response: rejected.content, ...rest });
        }
      }
    }
  }

  #write(kind: string, { split }: ExportEpisode, row: Readonly<Record<string, unknown>>): void {
    const name = split === "train" ? kind : `${kind}_validation`;
    let stream = this.#streams.get(name);
    if (stream === undefined) this.#streams.set(name, (stream = this.#context.folder.stream(pathOf(name))));
    stream.line(row);
  }
}

const pathOf = (name: string): string => `jsonl/${name}.jsonl`;
const shortName = (name: string): string => name.replace("dpo_llamafactory", "dpo");

/** Every tag must be named: one that is missing makes the loader drop rows without a word. */
const TAGS = {
  role_tag: "role",
  content_tag: "content",
  user_tag: "user",
  assistant_tag: "assistant",
  observation_tag: "observation",
  function_tag: "function_call",
  system_tag: "system",
};

function infoOf(name: string): unknown {
  if (name.startsWith("ct_text")) return { file_name: pathOf(name), columns: { prompt: "text" } };
  const base = { messages: "messages", images: "images" };
  const chat = { file_name: pathOf(name), formatting: "sharegpt" };
  if (name.startsWith("kto")) return { ...chat, columns: { ...base, kto_tag: "label" }, tags: TAGS };
  if (name.startsWith("dpo")) return { ...chat, ranking: true, columns: { ...base, chosen: "chosen", rejected: "rejected" }, tags: TAGS };
  return { ...chat, columns: base, tags: TAGS };
}
