/**
 * The API of the core: one contract for the window, any browser, and the command line. In and out: see each group.
 *
 * A renderer imports types (`Client`, `Inputs`, `Outputs`) and, at run time, only what it needs to read URLs and frames: `query.ts`, `urls.ts`,
 * `frames.ts`. Names for pages to come: `review` (a queue of doubtful episodes), `compare` (aligned steps), `demonstrate` (answering requests).
 */
import type {
  ContractProcedure,
  ContractRouterClient,
  InferContractRouterInputs,
  InferContractRouterOutputs,
  InferSchemaOutput,
} from "@orpc/contract";
import { agents } from "./agents.ts";
import { checkpoints } from "./checkpoints.ts";
import { datasets } from "./datasets.ts";
import { episode } from "./episode.ts";
import { episodes } from "./episodes.ts";
import { jobs } from "./jobs.ts";
import { runs } from "./runs.ts";
import { sessions } from "./sessions.ts";
import { settings } from "./settings.ts";
import { tasks } from "./tasks.ts";
import { acts, views, workspace } from "./workspace.ts";

export const contract = { workspace, acts, views, runs, sessions, agents, episodes, episode, datasets, checkpoints, tasks, settings, jobs };

export type Client = ContractRouterClient<typeof contract>;
export type Inputs = InferContractRouterInputs<typeof contract>;
export type Outputs = InferContractRouterOutputs<typeof contract>;

/** What the core gets: inputs with every default filled in. */
export type Parsed = ParsedInputs<typeof contract>;
type ParsedInputs<Router> =
  Router extends ContractProcedure<infer Input, any, any, any> ? InferSchemaOutput<Input> : { [Name in keyof Router]: ParsedInputs<Router[Name]> };
