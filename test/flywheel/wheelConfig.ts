/** The smallest wheel that turns whole: a demonstrated task, a user's task that nobody demonstrates, two cycles, a tiny network. */
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { presetConfig, type WheelConfig } from "../../flywheel/config.ts";

const USER_TASK = fileURLToPath(new URL("../fixtures/userTask.ts", import.meta.url));

/** Every knob at its smallest. */
export function tinyConfig(): WheelConfig {
  const smoke = presetConfig("smoke") as WheelConfig;
  return {
    ...smoke,
    tasks: ["click-text"],
    demonstrated: ["click-text"],
    cycles: 2,
    contexts: 2,
    demonstrations: { perTask: 3, perRequest: 1 },
    bootEpisodes: 1,
    rollout: { ...smoke.rollout, episodes: 16, trials: 1 },
    // Nobody is asked for demonstrations: the user's task is learned from own successes alone.
    curriculum: { ...smoke.curriculum, requestsPerCycle: 0 },
    network: { width: 32, layers: 1, heads: 2, cropWidth: 16 },
    training: { ...smoke.training, batch: 8, warmup: 5, emaDecay: 0.9, sftStepsFirst: 20, sftSteps: 10 },
    ct: { ...smoke.ct, steps: 5 },
    rl: { ...smoke.rl, groups: 4, groupSize: 4, valueSteps: 4 },
    gate: { ...smoke.gate, seedsPerTask: 1, recheckSeeds: 1 },
    final: { seedsPerTask: 1 },
  };
}

/** Puts the configuration and the user's task into `folder` and returns the command that turns the wheel in a workspace there. */
export function wheelCommand(folder: string): { readonly command: (workspace: string) => string[]; readonly taskFile: string } {
  const [config, taskFile] = [join(folder, "wheel.json"), join(folder, "my-task.ts")];
  writeFileSync(config, JSON.stringify(tinyConfig()));
  copyFileSync(USER_TASK, taskFile);
  return { taskFile, command: (workspace) => ["run", "--config", config, "--task-module", taskFile, "--workspace", join(folder, workspace)] };
}
