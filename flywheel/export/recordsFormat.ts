/** Records: every kept episode with everything that is known of it, so that `flywheel import` makes the same episodes again. */
import type { FormatContext, FormatWriter } from "./exportFormat.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import { judgementsOf, runRecords } from "./episodeRecord.ts";
import type { FileStream } from "./exportFolder.ts";

export const EPISODE_RECORDS = "records/episodes.jsonl";
export const RUN_RECORDS = "records/runs.jsonl";

export class RecordsFormat implements FormatWriter {
  readonly #context: FormatContext;
  readonly #stream: FileStream;
  readonly #runs = new Set<string>();

  constructor(context: FormatContext) {
    this.#context = context;
    this.#stream = context.folder.stream(EPISODE_RECORDS);
    this.#stream.rows = 0;
  }

  episode({ record }: ExportEpisode): void {
    this.#stream.line({ ...record, ...judgementsOf(this.#context.workspace, record.id) });
    if (record.run !== null) this.#runs.add(record.run);
  }

  end(): void {
    const { folder, workspace } = this.#context;
    folder.close(EPISODE_RECORDS);
    const runs = folder.stream(RUN_RECORDS);
    runs.rows = 0;
    for (const run of runRecords(workspace, this.#runs)) runs.line(run);
    folder.close(RUN_RECORDS);
  }
}
