/** Counts for rail and status bar, what waits for a person in the database, and the palette's finds. In: a workspace. Out: API values. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { Task } from "../../../env/task.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import { unindexed } from "../indexing/indexTexts.ts";
import { checkpointName } from "../names.ts";
import { number, rows } from "../statements.ts";
import { gateWaiting } from "./gates.ts";
import { textQuery } from "./textQuery.ts";

type Status = Outputs["workspace"]["status"];

export function overview(workspace: Workspace): Pick<Status, "unindexed" | "resumable"> & {
  readonly counts: Omit<Status["counts"], "sessions" | "tasks">;
  readonly databaseBytes: number;
} {
  const counted = (table: string): number => number(workspace, sql`select count(*) from ${sql.table(table)}`);
  return {
    counts: {
      episodes: counted("episode_list"),
      steps: number(workspace, sql`select sum(steps) from episode_list`),
      checkpoints: number(workspace, sql`select count(*) from checkpoints where id not like '%.c%-%'`),
      snapshots: counted("snapshots"),
      runs: counted("runs"),
    },
    unindexed: unindexed(workspace),
    resumable: resumable(workspace),
    databaseBytes: statSync(join(workspace.dir, "flywheel.db")).size,
  };
}

/** The newest run with a stage that was begun and not finished; whether anybody works on it the caller knows. */
function resumable(workspace: Workspace): Status["resumable"] {
  const [found] = rows(
    workspace,
    sql<{ run: string; cycle: number; stage: string }>`select s.run, s.cycle, s.stage from stages s where s.status = 'running'
      order by s.startedAt desc limit 1`,
  );
  return found ?? null;
}

export type WaitingInStore = readonly Extract<Outputs["workspace"]["waiting"][number], { kind: "gate" | "demonstrations" }>[];

/** Gates that wait for a decision, and requests that only a person can answer. */
export function waitingInStore(workspace: Workspace): WaitingInStore {
  const runs = workspace.runs.list().toReversed();
  const gates = runs.flatMap(({ id }) => gateWaiting(workspace, id));
  const requests = runs
    .flatMap(({ id }) => workspace.demonstrations.list(id))
    .filter(({ source, asked, answered }) => source === "person" && answered < asked);
  return [
    ...gates,
    ...requests.map(({ id, run, task, bucket, asked, answered, createdAt }) => ({
      kind: "demonstrations" as const,
      request: id,
      run,
      task,
      bucket,
      wanted: asked - answered,
      since: createdAt,
    })),
  ];
}

/** What the palette finds; everything matches an empty text, newest first. */
export function search(workspace: Workspace, tasks: readonly Task[], { text, limit }: Parsed["workspace"]["search"]): Outputs["workspace"]["search"] {
  const wanted = text.trim().toLowerCase();
  const holds = (...values: readonly string[]): boolean => values.some((value) => value.toLowerCase().includes(wanted));
  const checkpoints = workspace.checkpoints.list().toReversed();
  return {
    tasks: tasks
      .filter(({ id, summary }) => holds(id, summary))
      .slice(0, limit)
      .map(({ id, summary }) => ({ id, summary })),
    checkpoints: checkpoints
      .map((one) => ({ ...checkpointName(one), status: one.status }))
      .filter(({ id, name }) => holds(id, name))
      .slice(0, limit),
    episodes: foundEpisodes(workspace, wanted, limit),
    runs: workspace.runs
      .list()
      .toReversed()
      .filter(({ id }) => holds(id))
      .slice(0, limit)
      .map(({ id }) => ({ id })),
  };
}

type Found = Outputs["workspace"]["search"]["episodes"];

function foundEpisodes(workspace: Workspace, wanted: string, limit: number): Found {
  const match = textQuery(wanted);
  const byId = /^[0-9a-f]{2,}$/.test(wanted)
    ? rows(
        workspace,
        sql<Found[number]>`select ${COLUMNS} from episode_list l where l.episode >= ${wanted} and l.episode < ${`${wanted}g`} limit ${limit}`,
      )
    : [];
  const text = match === null ? sql`1` : sql`l.number in (select rowid from episode_text where episode_text match ${match})`;
  const byText = rows(workspace, sql<Found[number]>`select ${COLUMNS} from episode_list l where ${text} order by l.number desc limit ${limit}`);
  return [...byId, ...byText].slice(0, limit);
}

const COLUMNS = sql`l.episode as id, l.instruction, l.verdict, l.screen`;
