/**
 * Whole trajectories in the Agent Trajectory Interchange Format, version 1.7: `traj/<episode>.atif.json`. Its models allow no keys of others, so
 * what is ours stands in `extra`. In: episodes. Out: one file each, and `traj/index.jsonl` with their digests.
 */
import { sha256 } from "../../env/json.ts";
import type { FormatContext, FormatWriter } from "./exportFormat.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import { imagePath } from "./screenFiles.ts";

const ATIF_VERSION = "ATIF-v1.7";
export const TRAJECTORY_LIST = "traj.sha256";

export class AtifFormat implements FormatWriter {
  readonly #context: FormatContext;

  constructor(context: FormatContext) {
    this.#context = context;
    context.folder.stream(TRAJECTORY_LIST).rows = 0;
  }

  episode(episode: ExportEpisode): void {
    const { folder, renderer } = this.#context;
    const path = `traj/${episode.row.episode}.atif.json`;
    const bytes = Buffer.from(`${JSON.stringify(trajectoryOf(episode, this.#context, renderer))}\n`);
    folder.put(path, bytes);
    const list = folder.opened(TRAJECTORY_LIST);
    list.write(`${sha256(bytes)}  ${path}\n`);
    list.count(1);
  }

  end(): void {
    this.#context.folder.close(TRAJECTORY_LIST);
  }
}

type Context = Pick<FormatContext, "rendering">;

function trajectoryOf(episode: ExportEpisode, context: Context, renderer: string): unknown {
  const { row, record, steps } = episode;
  const { dialect } = context.rendering;
  const turns = steps.map((_, index) => agentStep(episode, index, context));
  const first = {
    step_id: 1,
    timestamp: timeOf(record.startedAt),
    source: "user",
    message: [{ type: "text", text: row.instruction }, picture(episode, 0)],
  };
  const agent = {
    name: "gui-flywheel",
    version: String(row.taskVersion),
    model_name: modelOf(episode),
    extra: {
      renderer,
      coordinate_space: "CSS px of the viewport",
      text_coordinate_space: dialect.space,
      viewport: [row.viewport.width, row.viewport.height],
    },
  };
  const asked = { task_id: row.task, task_version: row.taskVersion, bucket: row.bucket, seed: row.seed, feasible: row.feasible };
  const judged = { verdict: row.verdict, verifier: row.verifier, success: row.verdict === "pass", reward: row.rewardRaw };
  return {
    schema_version: ATIF_VERSION,
    session_id: record.run ?? "no-run",
    trajectory_id: row.episode,
    agent,
    steps: [first, ...turns],
    final_metrics: { total_steps: turns.length + 1 },
    extra: { ...asked, ...judged, source: row.source, device_scale_factor: record.deviceScaleFactor, pool: episode.pool },
  };
}

function agentStep(episode: ExportEpisode, index: number, { rendering }: Context): unknown {
  const { row, record, steps, screens } = episode;
  const { row: step, record: known, turn } = steps[index]!;
  const said = rendering.dialect.render(turn, screens[index]!.screen);
  const call = `${row.episode}_${index}`;
  const { kind, ...parameters } = step.action;
  const last = index === steps.length - 1;
  const result = {
    source_call_id: call,
    content: [picture(episode, index + 1)],
    extra: { reward: last ? row.rewardRaw : 0, done: last, ...(known.url === null ? {} : { url: known.url }) },
  };
  return {
    step_id: index + 2,
    ...(known.startMs === null ? {} : { timestamp: timeOf(record.startedAt + known.startMs) }),
    source: "agent",
    model_name: modelOf(episode),
    message: said.kind === "text" ? said.text : "",
    ...(step.thought === null ? {} : { reasoning_content: step.thought }),
    tool_calls: [{ tool_call_id: call, function_name: kind, arguments: parameters }],
    observation: { results: [result] },
    metrics: { extra: { weight_version: row.weights, log_prob: step.logProb, value: step.value } },
    extra: { masked: step.masked, actor: known.actor },
  };
}

function picture({ row }: ExportEpisode, screen: number): unknown {
  // Paths are relative to the trajectory's own file.
  return { type: "image", source: { media_type: "image/png", path: `../${imagePath(row.episode, screen)}` } };
}

function modelOf({ row }: ExportEpisode): string {
  return row.checkpoint === null ? row.policy : `${row.policy}@${row.checkpoint}`;
}

function timeOf(milliseconds: number): string {
  return new Date(Math.round(milliseconds)).toISOString();
}
