/**
 * The RL task pool: what can be practised with its pass rates, rollout groups with rewards and log-probabilities, and the same questions as rows
 * for TRL, ms-swift and verifiers, whose environments speak OpenEnv. In: episodes, groups. Out: `rl/*`.
 */
import type { FormatContext, FormatWriter, KeptGroup } from "./exportFormat.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import { RlInstances, type RlInstance } from "./rlInstance.ts";

/** Where the environments are expected; every trainer's configuration can name another place. */
const ENVIRONMENT_URL = "http://127.0.0.1:8123";

const FILES = ["rl/pool.jsonl", "rl/groups.jsonl", "rl/instances.jsonl", "rl/trl_prompts.jsonl", "rl/swift_grpo.jsonl"] as const;
const VERIFIERS = "rl/verifiers.toml";

export class RlFormat implements FormatWriter {
  readonly #context: FormatContext;
  readonly #instances: RlInstances;

  constructor(context: FormatContext) {
    this.#context = context;
    this.#instances = new RlInstances(context);
    for (const path of FILES) context.folder.stream(path).rows = 0;
    for (const row of context.pool.values()) this.#line("rl/pool.jsonl", row);
    context.folder.stream(VERIFIERS).write(`[env.taskset]\nbase_url = ${JSON.stringify(ENVIRONMENT_URL)}\nresets = [\n`);
  }

  episode(episode: ExportEpisode): void {
    const instance = this.#instances.of(episode);
    if (instance === null) return;
    const { prompt: _, ...question } = instance;
    this.#line("rl/instances.jsonl", question);
    if (instance.split === "train") this.#prompts(instance);
  }

  group({ trials, ...group }: KeptGroup): void {
    const rewards = trials.map(({ reward }) => reward);
    const played = trials.map(({ episode, reward, verdict, verifier, steps }) => ({
      episode,
      reward,
      verdict,
      verifier,
      actions: steps.map(({ action }) => action),
      logProbs: steps.map(({ logProb }) => logProb),
      values: steps.map(({ value }) => value),
    }));
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
    this.#line("rl/groups.jsonl", { ...group, instruction: trials[0]!.instruction, passRate: mean, rewards, trials: played });
  }

  end(): void {
    for (const path of FILES) this.#context.folder.close(path);
    this.#context.folder.opened(VERIFIERS).write("]\n");
    this.#context.folder.close(VERIFIERS);
  }

  #prompts({ prompt, task, seed, bucket, passRate }: RlInstance): void {
    const reset = { task_id: task, seed };
    const blocks = prompt.map(({ role, content }) => ({ role, content: [{ type: "text", text: content }] }));
    this.#line("rl/trl_prompts.jsonl", { prompt: blocks, ...reset, bucket, pass_rate: passRate });
    const environment = { name: "openenv", base_url: ENVIRONMENT_URL, reset_kwargs: reset };
    this.#line("rl/swift_grpo.jsonl", { messages: prompt, env_config: environment });
    this.#context.folder.opened(VERIFIERS).write(`  { task_id = ${JSON.stringify(task)}, seed = ${seed} },\n`);
  }

  #line(path: (typeof FILES)[number], value: unknown): void {
    this.#context.folder.opened(path).line(value);
  }
}
