/**
 * TRL: parquet with pictures inside, `trl/{sft,kto,dpo,ct,ct_text}/`. Prompt and answer are columns of their own, as the loss of vision-language
 * models looks at the answer only then. In: training and continual rows. Out: shards per split that `datasets` decodes by itself.
 */
import { answerBlocks, blockMessages, words, type BlockMessage } from "./chatContent.ts";
import type { EpisodeRows, FormatContext, FormatWriter } from "./exportFormat.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import type { ColumnType, Columns, PictureCell } from "./parquetFile.ts";
import { ParquetShards } from "./parquetShards.ts";
import { imagePath } from "./screenFiles.ts";

const MESSAGES: ColumnType = { list: { struct: { role: "string", content: { list: { struct: { type: "string", text: "string" } } } } } };
const ORIGIN: Columns = { episode: "string", step: "int64", renderer: "string" };

const TABLES = {
  sft: { prompt: MESSAGES, completion: MESSAGES, images: { list: "image" }, ...ORIGIN },
  kto: { prompt: MESSAGES, completion: MESSAGES, label: "bool", images: { list: "image" }, ...ORIGIN },
  dpo: { prompt: MESSAGES, chosen: MESSAGES, rejected: MESSAGES, images: { list: "image" }, ...ORIGIN },
  ct: { prompt: MESSAGES, completion: MESSAGES, images: { list: "image" }, ...ORIGIN },
  ct_text: { text: "string", episode: "string" },
} as const satisfies Record<string, Columns>;

type Table = keyof typeof TABLES;

export class TrlFormat implements FormatWriter {
  readonly #context: FormatContext;
  readonly #tables = new Map<string, ParquetShards>();

  constructor(context: FormatContext) {
    this.#context = context;
  }

  episode(episode: ExportEpisode, { training, text, continual }: EpisodeRows): void {
    for (const row of training) {
      const prompt = blockMessages(row.messages);
      const answers =
        row.kind === "dpo"
          ? { chosen: [answerBlocks(row.chosen)], rejected: [answerBlocks(row.rejected)] }
          : { completion: [answerBlocks(row.answer)], ...(row.kind === "kto" ? { label: row.label } : {}) };
      this.#write(row.kind, episode, row.step, row.screens, { prompt, ...answers });
    }
    if (text !== null) this.#table("ct_text", episode).row({ text, episode: episode.row.episode });
    for (const { question, answer, screens, step } of continual) {
      const pictures = screens.map(() => ({ type: "image", text: null }) as const);
      const asked: BlockMessage = { role: "user", content: [...pictures, { type: "text", text: words(question) }] };
      this.#write("ct", episode, step, screens, { prompt: [asked], completion: [answerBlocks(answer)] });
    }
  }

  end(): void {
    for (const table of this.#tables.values()) table.end();
  }

  #write(table: Table, episode: ExportEpisode, step: number, screens: readonly number[], values: Readonly<Record<string, unknown>>): void {
    const images = screens.map((screen) => this.#picture(episode, screen));
    const origin = { episode: episode.row.episode, step, renderer: this.#context.renderer };
    this.#table(table, episode).row({ ...values, images, ...origin }, images);
  }

  #picture(episode: ExportEpisode, screen: number): PictureCell {
    return { bytes: this.#context.screens.png(episode.screens[screen]!.hash), path: imagePath(episode.row.episode, screen) };
  }

  #table(table: Table, { split }: ExportEpisode): ParquetShards {
    const name = `trl/${table}/${split}`;
    let shards = this.#tables.get(name);
    if (shards === undefined) this.#tables.set(name, (shards = new ParquetShards(this.#context.folder, name, TABLES[table])));
    return shards;
  }
}
