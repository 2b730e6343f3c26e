/** The room `flywheel`: store, rollout, filter, route, snapshots, training stages, gate, loop. Imports env, tasks and agent. */
export { buildSnapshot } from "./buildSnapshot.ts";
export { checkTask } from "./checkTasks.ts";
export { parseConfig, presetConfig, type WheelConfig } from "./config.ts";
export { evaluate, finalSeeds, gateSeeds } from "./evaluate.ts";
export { exportSnapshot } from "./exportDataset.ts";
export { filterEpisode } from "./filter.ts";
export { gate } from "./gate.ts";
export { turnWheel } from "./loop.ts";
export { readSnapshot } from "./readSnapshot.ts";
export { replayEpisode } from "./replay.ts";
export { type EpisodeResult } from "./results.ts";
export { reverify } from "./reverify.ts";
export { rollOut, type RolloutJob } from "./rollout.ts";
export { routeEpisodes } from "./routeEpisodes.ts";
export { openWorkspace, type Workspace } from "./store/workspace.ts";
export { Wheel } from "./wheel.ts";
