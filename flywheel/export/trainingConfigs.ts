/**
 * Ready configurations for each trainer, to be run from inside the export folder. In: what was exported. Out: texts by path. Learning rates and sizes
 * are usual starting points for LoRA on one GPU; pictures are never scaled down, as coordinates may be pixels of them.
 */
import type { DialectId } from "../../agent/dialects/dialect.ts";
import type { ExportManifest } from "./exportManifest.ts";

type Facts = Pick<ExportManifest, "formats" | "pictures" | "largest"> & {
  /** Paths of the data files: what is not there needs no configuration. */
  readonly data: ReadonlySet<string>;
};

interface Model {
  readonly name: string;
  /** LLaMA-Factory's name of its chat template. */
  readonly template: string;
  /** Sides of the square that one token stands for, pixels. */
  readonly token: number;
}

const QWEN25: Model = { name: "Qwen/Qwen2.5-VL-7B-Instruct", template: "qwen2_vl", token: 28 };
const MODELS: Readonly<Record<DialectId, Model>> = {
  "ui-tars-1.0": { name: "ByteDance-Seed/UI-TARS-7B-SFT", template: "qwen2_vl", token: 28 },
  "ui-tars-1.5": { name: "ByteDance-Seed/UI-TARS-1.5-7B", template: "qwen2_vl", token: 28 },
  "qwen2.5-vl": QWEN25,
  "qwen3-vl": { name: "Qwen/Qwen3-VL-4B-Instruct", template: "qwen3_vl_nothink", token: 32 },
  "openai-computer": QWEN25,
  "anthropic-computer": QWEN25,
  "flywheel-json": QWEN25,
};

/** Texts by path. */
export function trainingConfigs(facts: Facts, dialect: DialectId): [string, string][] {
  const model = MODELS[dialect];
  const has = (path: string): boolean => facts.data.has(path);
  const configs: [string, string][] = [];
  for (const { name, file, stage, dataset, rate, more } of facts.formats.includes("llama-factory") ? LLAMA_FACTORY : []) {
    if (has(`jsonl/${file}.jsonl`)) configs.push([`train/llamafactory_${name}.yaml`, llamaFactory(facts, model, stage, dataset, rate, more)]);
  }
  if (facts.formats.includes("ms-swift")) configs.push(["train/swift.sh", swift(facts, model)]);
  if ([...facts.data].some((path) => path.startsWith("trl/sft/train-"))) configs.push(["train/trl_sft.py", trl(model)]);
  if (has("verl/train.parquet")) configs.push(["train/verl_grpo.sh", verl(facts, model)]);
  return configs;
}

const LLAMA_FACTORY = [
  // One row is one decision: only its last turn is learned.
  { name: "sft", file: "sft", stage: "sft", dataset: "gui_sft", rate: "1.0e-4", more: "mask_history: true\n" },
  { name: "ct", file: "ct_mm", stage: "sft", dataset: "gui_ct_mm", rate: "2.0e-5", more: "" },
  { name: "ct_text", file: "ct_text", stage: "pt", dataset: "gui_ct_text", rate: "2.0e-5", more: "" },
  { name: "kto", file: "kto", stage: "kto", dataset: "gui_kto", rate: "5.0e-6", more: "pref_beta: 0.1\n" },
  { name: "dpo", file: "dpo_llamafactory", stage: "dpo", dataset: "gui_dpo", rate: "5.0e-6", more: "pref_beta: 0.1\npref_loss: sigmoid\n" },
] as const;

/** Tokens of a conversation: its pictures, and room for words. */
function tokens({ pictures, largest }: Facts, { token }: Model): number {
  const picture = Math.ceil(largest.width / token) * Math.ceil(largest.height / token);
  return Math.ceil((pictures * picture + 4096) / 1024) * 1024;
}

/** Room for the resizing to whole patches. */
function pixels({ largest }: Facts): number {
  return Math.max(1, (largest.width + 32) * (largest.height + 32));
}

function llamaFactory(facts: Facts, model: Model, stage: string, dataset: string, rate: string, more: string): string {
  return `# llamafactory-cli train train/<this file>, from inside the export folder
model_name_or_path: ${model.name}
template: ${model.template}
image_max_pixels: ${pixels(facts)}
trust_remote_code: true
stage: ${stage}
do_train: true
finetuning_type: lora
lora_rank: 16
lora_target: all
dataset_dir: .
dataset: ${dataset}
${more}cutoff_len: ${tokens(facts, model)}
preprocessing_num_workers: 8
output_dir: saves/${dataset}
logging_steps: 10
save_steps: 500
report_to: none
per_device_train_batch_size: 1
gradient_accumulation_steps: 8
learning_rate: ${rate}
num_train_epochs: 2
lr_scheduler_type: cosine
warmup_ratio: 0.05
bf16: true
`;
}

function swift(facts: Facts, { name }: Model): string {
  const shared = `--model ${name} --max_pixels ${pixels(facts)} --tuner_type lora --torch_dtype bfloat16`;
  return `#!/bin/sh
# sh train/swift.sh sft | ct | kto | dpo, from inside the export folder
set -e
export ROOT_IMAGE_DIR="$PWD"
case "$1" in
  # One row is one decision: only its last turn is learned.
  sft) swift sft --dataset jsonl/sft.jsonl --loss_scale last_round ${shared} ;;
  ct) swift sft --dataset jsonl/ct_mm.jsonl --learning_rate 2e-5 ${shared} ;;
  kto) swift rlhf --rlhf_type kto --dataset jsonl/kto.jsonl ${shared} ;;
  dpo) swift rlhf --rlhf_type dpo --dataset jsonl/dpo_swift.jsonl ${shared} ;;
  *) echo "sft, ct, kto or dpo?"; exit 2 ;;
esac
`;
}

function trl({ name }: Model): string {
  return `"""Supervised fine-tuning with TRL: python train/trl_sft.py, from inside the export folder."""
from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

data = load_dataset("parquet", data_files={"train": "trl/sft/train-*.parquet"}, split="train")
trainer = SFTTrainer(
    model="${name}",
    train_dataset=data.select_columns(["prompt", "completion", "images"]),
    # No max_length: cutting would take pictures apart.
    args=SFTConfig(
        output_dir="saves/trl_sft", max_length=None, learning_rate=1e-4, num_train_epochs=2,
        per_device_train_batch_size=1, gradient_accumulation_steps=8, bf16=True, report_to="none",
    ),
    peft_config=LoraConfig(r=16, target_modules="all-linear", task_type="CAUSAL_LM"),
)
trainer.train()
trainer.save_model()
`;
}

function verl(facts: Facts, model: Model): string {
  return `#!/bin/sh
# GRPO with verl, from inside the export folder. FLYWHEEL_ENV_URL names an OpenEnv server of the tasks.
export PYTHONPATH="$PWD:$PYTHONPATH"
exec python3 -m verl.trainer.main_ppo \\
  algorithm.adv_estimator=grpo \\
  data.train_files=verl/train.parquet \\
  data.val_files=${facts.data.has("verl/val.parquet") ? "verl/val.parquet" : "verl/train.parquet"} \\
  data.max_prompt_length=4096 \\
  data.max_response_length=${tokens(facts, model) * 2} \\
  data.return_raw_chat=True \\
  actor_rollout_ref.model.path=${model.name} \\
  actor_rollout_ref.rollout.mode=async \\
  actor_rollout_ref.rollout.n=8 \\
  actor_rollout_ref.rollout.agent.agent_loop_config_path=adapters/verl_agent.yaml \\
  "$@"
`;
}
