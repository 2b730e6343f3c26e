/** All calls of the API with their handlers. In: the contract's groups. Out: the router that the server upgrades sockets to. */
import { agentHandlers } from "./agentHandlers.ts";
import { checkpointHandlers, datasetHandlers, taskHandlers } from "./dataHandlers.ts";
import { episodeHandlers, episodesHandlers } from "./episodeHandlers.ts";
import { jobHandlers } from "./jobHandlers.ts";
import { os } from "./os.ts";
import { runHandlers } from "./runHandlers.ts";
import { sessionHandlers } from "./sessionHandlers.ts";
import { actHandlers, settingsHandlers, viewHandlers, workspaceHandlers } from "./workspaceHandlers.ts";

export const router = os.router({
  workspace: workspaceHandlers,
  acts: actHandlers,
  views: viewHandlers,
  runs: runHandlers,
  sessions: sessionHandlers,
  agents: agentHandlers,
  episodes: episodesHandlers,
  episode: episodeHandlers,
  datasets: datasetHandlers,
  checkpoints: checkpointHandlers,
  tasks: taskHandlers,
  settings: settingsHandlers,
  jobs: jobHandlers,
});
