/** Everything slow that only reads, on a connection of its own. In: parsed API inputs. Out: API outputs. */
import { workerData } from "node:worker_threads";
import { openWorkspace } from "../../../flywheel/store/workspace.ts";
import type { EpisodeFilter, Selection } from "../../api/query.ts";
import type { Parsed } from "../../api/index.ts";
import { knownTasks } from "../../selectTasks.ts";
import * as checkpoints from "../reading/checkpoints.ts";
import * as datasets from "../reading/datasets.ts";
import * as list from "../reading/episodeList.ts";
import { viewEpisode } from "../reading/episodeView.ts";
import * as overview from "../reading/overview.ts";
import { retention } from "../reading/retention.ts";
import * as runs from "../reading/runs.ts";
import * as tasks from "../reading/tasks.ts";
import { whereSelected } from "../reading/where.ts";
import { preview } from "../writing/change.ts";
import { sql } from "kysely";
import { answerWith } from "./thread.ts";

const { dir, taskModules } = workerData as { readonly dir: string; readonly taskModules: readonly string[] };
const workspace = await openWorkspace(dir, { readOnly: true });
const known = await knownTasks(taskModules);

const calls = {
  "workspace.overview": () => overview.overview(workspace),
  "workspace.waiting": () => overview.waitingInStore(workspace),
  "workspace.search": (input: Parsed["workspace"]["search"]) => overview.search(workspace, known, input),
  "runs.list": () => runs.listRuns(workspace),
  "runs.get": (input: Parsed["runs"]["get"]) => runs.getRun(workspace, input),
  "runs.stages": (input: Parsed["runs"]["stages"]) => runs.listStages(workspace, input),
  "runs.alarms": (input: Parsed["runs"]["alarms"]) => runs.alarms(workspace, input),
  "runs.curve": (input: Parsed["runs"]["curve"]) => runs.runCurve(workspace, input),
  "runs.wheel": (input: Parsed["runs"]["wheel"]) => runs.wheelPicture(workspace, input),
  "episodes.list": (input: Parsed["episodes"]["list"]) => list.listEpisodes(workspace, input),
  "episodes.facets": (input: Parsed["episodes"]["facets"]) => list.facets(workspace, input),
  "episodes.values": (input: Parsed["episodes"]["values"]) => list.fieldValues(workspace, input),
  "episodes.neighbours": (input: Parsed["episodes"]["neighbours"]) => list.neighbours(workspace, input),
  "episodes.preview": (input: Parsed["episodes"]["preview"]) => preview(workspace, input),
  "episodes.consequences": ({ selection }: { readonly selection: Selection }) => {
    const selected = whereSelected(selection);
    return {
      episodes: datasets.idsOf(workspace, selected).length,
      ...datasets.staleAfter(workspace, sql`select l.episode from episode_list l where ${selected}`),
    };
  },
  "episodes.newer": ({ filter, asOf }: { readonly filter: EpisodeFilter; readonly asOf: number }) => list.countNewer(workspace, filter, asOf),
  "episodes.last": () => list.lastNumber(workspace),
  "episodes.ids": ({ selection }: { readonly selection: Selection }) => datasets.idsOf(workspace, whereSelected(selection)),
  "episode.get": ({ id }: { readonly id: string }) => viewEpisode(workspace, known, id),
  "datasets.pools": (input: Parsed["datasets"]["pools"]) => datasets.pools(workspace, input),
  "datasets.ledger": (input: Parsed["datasets"]["ledger"]) => datasets.ledger(workspace, input),
  "datasets.composition": (input: Parsed["datasets"]["composition"]) => datasets.composition(workspace, input),
  "datasets.snapshots": (input: Parsed["datasets"]["snapshots"]) => datasets.listSnapshots(workspace, input),
  "datasets.snapshot": (input: Parsed["datasets"]["snapshot"]) => datasets.getSnapshot(workspace, input),
  "datasets.diff": (input: Parsed["datasets"]["diff"]) => datasets.diff(workspace, input),
  "datasets.rows": (input: Parsed["datasets"]["rows"]) => datasets.snapshotRows(workspace, input),
  "datasets.exportPreview": (input: Parsed["datasets"]["exportPreview"]) => datasets.exportPreview(workspace, input),
  "checkpoints.list": (input: Parsed["checkpoints"]["list"]) => checkpoints.listCheckpoints(workspace, input),
  "checkpoints.get": (input: Parsed["checkpoints"]["get"]) => checkpoints.getCheckpoint(workspace, input),
  "checkpoints.compare": (input: Parsed["checkpoints"]["compare"]) => checkpoints.compare(workspace, input),
  "checkpoints.decisions": (input: Parsed["checkpoints"]["decisions"]) => checkpoints.decisions(workspace, input),
  "tasks.list": (input: Parsed["tasks"]["list"]) => tasks.listTasks(workspace, known, input),
  "tasks.get": (input: Parsed["tasks"]["get"]) => tasks.getTask(workspace, known, input),
  "tasks.heat": (input: Parsed["tasks"]["heat"]) => tasks.heat(workspace, input),
  "tasks.requests": (input: Parsed["tasks"]["requests"]) => tasks.requests(workspace, input),
  "settings.retention": (version: string) => retention(workspace, version),
};
export type Reads = typeof calls;

answerWith(calls);
