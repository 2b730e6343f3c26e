/**
 * Offline RL: one row per step and one per episode, `steps.parquet` and `episodes.parquet`, with the names Minari uses where it has any.
 * In: episodes. Out: two tables; screens are named by their files.
 */
import type { FormatContext, FormatWriter } from "./exportFormat.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import { ParquetFile, type Columns } from "./parquetFile.ts";
import { imagePath } from "./screenFiles.ts";

const STEPS: Columns = {
  episode_id: "string",
  step: "int64",
  task_id: "string",
  group_id: "string",
  policy: "string",
  weight_version: "string",
  observation_image: "string",
  next_image: "string",
  completion_text: "string",
  action_json: "string",
  thought: "string",
  masked: "bool",
  exploration: "bool",
  actor: "string",
  logprob: "double",
  value: "double",
  reward: "double",
  termination: "bool",
  truncation: "bool",
};

const EPISODES: Columns = {
  episode_id: "string",
  pool: "string",
  split: "string",
  duplicate_of: "string",
  task_id: "string",
  task_version: "int64",
  bucket: "string",
  seed: "int64",
  trial: "int64",
  template: "int64",
  instruction: "string",
  feasible: "bool",
  group_id: "string",
  role: "string",
  source: "string",
  cycle: "int64",
  policy: "string",
  checkpoint: "string",
  weight_version: "string",
  viewport_width: "int64",
  viewport_height: "int64",
  verdict: "string",
  verifier: "string",
  reward: "double",
  total_steps: "int64",
  terminated_by: "string",
};

export class TablesFormat implements FormatWriter {
  readonly #context: FormatContext;
  readonly #steps: ParquetFile;
  readonly #episodes: ParquetFile;

  constructor(context: FormatContext) {
    this.#context = context;
    this.#steps = new ParquetFile(context.folder.stream("steps.parquet"), STEPS);
    this.#episodes = new ParquetFile(context.folder.stream("episodes.parquet"), EPISODES);
  }

  episode(episode: ExportEpisode): void {
    this.#episodes.row(episodeRow(episode));
    for (const index of episode.steps.keys()) this.#steps.row(this.#stepRow(episode, index));
  }

  end(): void {
    this.#steps.end();
    this.#episodes.end();
    this.#context.folder.close("steps.parquet");
    this.#context.folder.close("episodes.parquet");
  }

  #stepRow({ row, record, steps, screens }: ExportEpisode, index: number): Readonly<Record<string, unknown>> {
    const { row: step, record: known, turn } = steps[index]!;
    const last = index === steps.length - 1;
    const said = this.#context.rendering.dialect.render(turn, screens[index]!.screen);
    return {
      episode_id: row.episode,
      step: index,
      task_id: row.task,
      group_id: record.groupId,
      policy: row.policy,
      weight_version: row.weights,
      observation_image: imagePath(row.episode, index),
      next_image: imagePath(row.episode, index + 1),
      completion_text: said.kind === "text" ? said.text : null,
      action_json: JSON.stringify(step.action),
      thought: step.thought,
      masked: step.masked,
      exploration: step.exploration,
      actor: known.actor,
      logprob: step.logProb,
      value: step.value,
      reward: last ? row.rewardRaw : 0,
      termination: last && row.verdict !== "truncated",
      truncation: last && row.verdict === "truncated",
    };
  }
}

function episodeRow({ pool, split, duplicateOf, row, record, steps }: ExportEpisode): Readonly<Record<string, unknown>> {
  return {
    episode_id: row.episode,
    pool,
    split,
    duplicate_of: duplicateOf,
    task_id: row.task,
    task_version: row.taskVersion,
    bucket: row.bucket,
    seed: row.seed,
    trial: row.trial,
    template: row.template,
    instruction: row.instruction,
    feasible: row.feasible,
    group_id: record.groupId,
    role: row.role,
    source: row.source,
    cycle: row.cycle,
    policy: row.policy,
    checkpoint: row.checkpoint,
    weight_version: row.weights,
    viewport_width: row.viewport.width,
    viewport_height: row.viewport.height,
    verdict: row.verdict,
    verifier: row.verifier,
    reward: row.rewardRaw,
    total_steps: steps.length,
    terminated_by: record.terminatedBy,
  };
}
