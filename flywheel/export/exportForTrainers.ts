/**
 * Exporting a snapshot in the formats of trainers: every episode is planned, loaded once, rendered once, and shown to every format.
 * In: a workspace, a snapshot, choices. Out: one folder with one manifest, written last. Equal snapshots and choices give equal bytes.
 *
 * Memory holds one episode, the open row groups, and a line per episode; nothing else grows but the list of different screens.
 */
import { rendererOf, type Dialect, type DialectId, type Rendered, type Said, type Screen } from "../../agent/dialects/dialect.ts";
import { DIALECTS } from "../../agent/dialects/dialects.ts";
import { devicePixels } from "../../agent/dialects/grid.ts";
import { WheelError } from "../../env/errors.ts";
import type { OpenSnapshot } from "../readSnapshot.ts";
import type { GroupRow, PoolRow } from "../snapshotRows.ts";
import type { Workspace } from "../store/workspace.ts";
import { AtifFormat } from "./atifFormat.ts";
import { continualRows, continualText } from "./continualRows.ts";
import { croissant } from "./croissant.ts";
import { datasetCard } from "./datasetCard.ts";
import { loadEpisode, type ExportEpisode } from "./exportEpisode.ts";
import { ExportFolder, type FileEntry } from "./exportFolder.ts";
import { poolKey, type EpisodeRows, type ExportFormat, type FormatContext, type FormatWriter } from "./exportFormat.ts";
import { manifestText, type ExportManifest } from "./exportManifest.ts";
import { planExport, type ExportPlan, type PlanOptions } from "./exportPlan.ts";
import { JsonlFormat, type JsonlTrainer } from "./jsonlFormat.ts";
import { NearDuplicates } from "./nearDuplicates.ts";
import { RecordsFormat } from "./recordsFormat.ts";
import { RlFormat } from "./rlFormat.ts";
import { ScreenFiles } from "./screenFiles.ts";
import { TablesFormat } from "./tablesFormat.ts";
import { trainingConfigs } from "./trainingConfigs.ts";
import { trainingRows, type Dropped } from "./trainingRows.ts";
import { TrlFormat } from "./trlFormat.ts";
import { VerlFormat } from "./verlFormat.ts";

export interface TrainerExportOptions extends PlanOptions {
  readonly formats: readonly ExportFormat[];
  readonly dialect: DialectId;
  /** Most screenshots in a conversation, at least 1. */
  readonly pictures: number;
  /** True: count only, write nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  /** Shown each kept episode with the rows made of it. */
  readonly onRows?: FormatWriter["episode"];
  readonly signal?: AbortSignal;
}

export const DEFAULT_EXPORT = { dialect: "qwen3-vl", pictures: 3, splitBy: "template", validation: 0.05 } as const;

/** What was (or would be) written. */
export type TrainerExportReport = Omit<ExportManifest, "kind" | "version" | "sha256"> & { readonly bytes: number };

/** Exports. Throws `usage` for a folder that holds something, `workspace-corrupt` when a screen is missing, `disk-full`, `interrupted`. */
export async function exportForTrainers(
  workspace: Workspace,
  snapshot: OpenSnapshot,
  target: string,
  options: TrainerExportOptions,
): Promise<TrainerExportReport> {
  await using folder = new ExportFolder(target, options);
  const dialect = remembering(DIALECTS[options.dialect]);
  const rendering = { dialect, pictures: options.pictures };
  const screens = new ScreenFiles(
    workspace,
    folder,
    options.formats.some((format) => NAMES_FILES.has(format)),
  );
  const plan = await planExport(workspace, snapshot, (screen) => screens.png(screen), options);
  const context: FormatContext = { workspace, folder, screens, rendering, renderer: rendererOf(dialect), pool: await poolOf(snapshot) };
  const work = new Work(context, plan, options);
  await work.run(snapshot);
  const files = work.end();
  const manifest = {
    snapshot: { hash: snapshot.hash, cycle: snapshot.manifest.cycle, stage: snapshot.manifest.stage },
    formats: [...options.formats],
    renderer: context.renderer,
    pictures: options.pictures,
    coordinates: dialect.space,
    split: { by: options.splitBy, validation: options.validation },
    episodes: { ...plan.counts, checkerUnknown: [...plan.counts.checkerUnknown] },
    ...files,
  };
  const data = new Set(folder.files().map(({ path }) => path));
  for (const [path, text] of trainingConfigs({ ...manifest, data }, options.dialect)) folder.write(path, text);
  folder.write("croissant.json", croissant(manifest, folder.files(), work.newest));
  folder.write("README.md", datasetCard(manifest, folder.files()));
  const whole = { ...manifest, files: folder.files() };
  await folder.finish(manifestText(whole));
  return { ...whole, bytes: bytesOf(whole.files) + whole.images.bytes };
}

/** The dialect, which writes its system message once per kind of screen, and each turn once: both are in many rows. */
function remembering(dialect: Dialect): Dialect {
  const known = new Map<string, string | null>();
  const turns = new WeakMap<object, Rendered>();
  const render = (said: Said, screen: Screen): Rendered => {
    if (!("screen" in said) || said.screen !== screen) return dialect.render(said, screen);
    let rendered = turns.get(said);
    if (rendered === undefined) turns.set(said, (rendered = dialect.render(said, screen)));
    return rendered;
  };
  const system = (screen: Screen): string | null => {
    const name = JSON.stringify(screen);
    let text = known.get(name);
    if (text === undefined) known.set(name, (text = dialect.system(screen)));
    return text;
  };
  return { ...dialect, system, render };
}

/** Formats whose rows name screens by their files. */
const NAMES_FILES: ReadonlySet<ExportFormat> = new Set(["llama-factory", "ms-swift", "atif", "tables", "records"]);

/** Formats of training rows; the others are made of whole episodes. */
const HAS_ROWS: ReadonlySet<ExportFormat> = new Set(["llama-factory", "ms-swift", "trl"]);
const NO_ROWS: EpisodeRows = { training: [], text: null, continual: [] };

async function poolOf(snapshot: OpenSnapshot): Promise<Map<string, PoolRow>> {
  const pool = new Map<string, PoolRow>();
  for await (const row of snapshot.rows("rl")) if (row.kind === "pool") pool.set(poolKey(row), row);
  return pool;
}

function makeFormats(context: FormatContext, formats: readonly ExportFormat[]): FormatWriter[] {
  const has = (format: ExportFormat): boolean => formats.includes(format);
  const trainers = new Set(formats.filter((format): format is JsonlTrainer => format === "llama-factory" || format === "ms-swift"));
  return [
    ...(trainers.size > 0 ? [new JsonlFormat(context, trainers)] : []),
    ...(has("trl") ? [new TrlFormat(context)] : []),
    ...(has("verl") ? [new VerlFormat(context)] : []),
    ...(has("rl") ? [new RlFormat(context)] : []),
    ...(has("atif") ? [new AtifFormat(context)] : []),
    ...(has("tables") ? [new TablesFormat(context)] : []),
    ...(has("records") ? [new RecordsFormat(context)] : []),
  ];
}

/** One pass over the snapshot, with its counters. */
class Work {
  readonly #context: FormatContext;
  readonly #plan: ExportPlan;
  readonly #options: TrainerExportOptions;
  readonly #formats: readonly FormatWriter[];
  readonly #questions: NearDuplicates;
  readonly #dropped = new Map<string, number>();
  readonly #weights = new Set<string>();
  #steps = 0;
  #done = 0;
  #largest = { width: 0, height: 0 };
  /** When the newest episode ended, Unix milliseconds. */
  newest = 0;

  constructor(context: FormatContext, plan: ExportPlan, options: TrainerExportOptions) {
    this.#context = context;
    this.#plan = plan;
    this.#options = options;
    this.#formats = makeFormats(context, options.formats);
    this.#questions = new NearDuplicates((screen) => context.screens.png(screen));
  }

  async run(snapshot: OpenSnapshot): Promise<void> {
    for (const stage of ["sft", "ct"] as const) for await (const row of snapshot.rows(stage)) await this.#offer(row.episode, stage, row);
    for await (const row of snapshot.rows("rl")) {
      if (row.kind === "pool") continue;
      for (const trial of row.trials) await this.#offer(trial.episode, "rl", trial);
      this.#group(row);
    }
  }

  end(): Pick<ExportManifest, "steps" | "dropped" | "images" | "largest" | "weights"> {
    for (const format of this.#formats) format.end();
    const dropped = Object.fromEntries([...this.#dropped].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const weights = [...this.#weights].toSorted();
    return { steps: this.#steps, dropped, images: this.#context.screens.end(), largest: this.#largest, weights };
  }

  async #offer(id: string, pool: ExportEpisode["pool"], row: Parameters<typeof loadEpisode>[1]): Promise<void> {
    const planned = this.#plan.episodes.get(id);
    if (planned?.pool !== pool) return;
    if (this.#options.signal?.aborted)
      throw new WheelError("interrupted", "The export was stopped.", "Run the same command again; nothing was written.");
    const episode = loadEpisode(this.#context.workspace, row, planned);
    this.#count(episode);
    this.#context.screens.place(episode);
    await this.#context.folder.settled();
    const rows = this.#options.formats.some((format) => HAS_ROWS.has(format)) ? await this.#rows(episode) : NO_ROWS;
    for (const format of this.#formats) format.episode(episode, rows);
    this.#options.onRows?.(episode, rows);
    this.#options.onProgress?.(++this.#done, this.#plan.episodes.size);
    // Other work of this process (and Ctrl-C) gets its turn.
    if (this.#done % 50 === 0) await new Promise(setImmediate);
  }

  #group({ kind: _, trials, ...group }: GroupRow): void {
    const kept = trials.filter(({ episode }) => this.#plan.episodes.has(episode));
    if (kept.length > 0) for (const format of this.#formats) format.group?.({ ...group, trials: kept });
  }

  async #rows(episode: ExportEpisode): Promise<EpisodeRows> {
    const dropped: Dropped = (why) => void this.#dropped.set(why, (this.#dropped.get(why) ?? 0) + 1);
    const { rendering } = this.#context;
    const training = trainingRows(episode, rendering, this.#plan.solved, dropped);
    if (episode.pool !== "ct" || episode.duplicateOf !== null) return { training, text: null, continual: [] };
    const continual = [];
    for (const row of continualRows(episode, rendering)) {
      const screens = row.screens.map((screen) => episode.screens[screen]!.hash);
      const words = `${row.question}\n${row.answer}`;
      if ((await this.#questions.question(words, `${episode.row.episode}/${row.step}`, screens)) === null) continual.push(row);
      else dropped("a question about screens was nearly the same as an earlier one");
    }
    return { training, text: continualText(episode), continual };
  }

  #count({ row, record, steps, screens }: ExportEpisode): void {
    this.#steps += steps.length;
    this.newest = Math.max(this.newest, record.endedAt ?? record.startedAt);
    if (row.weights !== null) this.#weights.add(row.weights);
    for (const { screen } of screens) {
      const { width, height } = devicePixels(screen);
      this.#largest = { width: Math.max(width, this.#largest.width), height: Math.max(height, this.#largest.height) };
    }
  }
}

function bytesOf(files: readonly FileEntry[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
