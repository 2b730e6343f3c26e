/**
 * verl and SkyRL: parquet with one RL question a row, answered by an agent loop that plays it in an environment (`adapters/`).
 * In: episodes. Out: `verl/{train,val}.parquet`, `skyrl/train.parquet`, the adapter and its configuration.
 */
import { readFileSync } from "node:fs";
import type { FormatContext, FormatWriter } from "./exportFormat.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import { ParquetFile, type Columns } from "./parquetFile.ts";
import { RlInstances, type RlInstance } from "./rlInstance.ts";

const PROMPT = { list: { struct: { role: "string", content: "string" } } } as const;
const QUESTION = {
  split: "string",
  index: "int64",
  task_id: "string",
  task_version: "int64",
  bucket: "string",
  seed: "int64",
  pass_rate: "double",
} as const;

const VERL: Columns = {
  data_source: "string",
  agent_name: "string",
  prompt: PROMPT,
  ability: "string",
  reward_model: { struct: { style: "string", ground_truth: "string" } },
  extra_info: { struct: QUESTION },
};

const SKYRL: Columns = {
  data_source: "string",
  prompt: PROMPT,
  env_class: "string",
  reward_spec: { struct: { method: "string", ground_truth: "string" } },
  extra_info: { struct: QUESTION },
};

const SOURCE = "gui-flywheel";

export class VerlFormat implements FormatWriter {
  readonly #context: FormatContext;
  readonly #instances: RlInstances;
  readonly #files = new Map<string, ParquetFile>();

  constructor(context: FormatContext) {
    this.#context = context;
    this.#instances = new RlInstances(context);
  }

  episode(episode: ExportEpisode): void {
    const instance = this.#instances.of(episode);
    if (instance === null) return;
    const { prompt } = instance;
    const truth = JSON.stringify({ verifier: instance.verifier, task: instance.task, seed: instance.seed });
    const shared = { data_source: SOURCE, prompt, extra_info: questionOf(instance) };
    const verl = { agent_name: "gui_env", ability: "gui", reward_model: { style: "rule", ground_truth: truth } };
    this.#file(instance.split === "train" ? "verl/train.parquet" : "verl/val.parquet", VERL).row({ ...shared, ...verl });
    if (instance.split === "validation") return;
    this.#file("skyrl/train.parquet", SKYRL).row({ ...shared, env_class: "openenv", reward_spec: { method: "rule", ground_truth: truth } });
  }

  end(): void {
    for (const [path, file] of this.#files) {
      file.end();
      this.#context.folder.close(path);
    }
    for (const name of ["verl_gui_env.py", "verl_agent.yaml"]) {
      this.#context.folder.write(`adapters/${name}`, readFileSync(new URL(`adapters/${name}`, import.meta.url)));
    }
  }

  #file(path: string, columns: Columns): ParquetFile {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, (file = new ParquetFile(this.#context.folder.stream(path), columns)));
    return file;
  }
}

function questionOf({ split, index, task, taskVersion, bucket, seed, passRate }: RlInstance): Readonly<Record<string, unknown>> {
  return { split, index, task_id: task, task_version: taskVersion, bucket, seed, pass_rate: passRate };
}
