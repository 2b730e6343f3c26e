/** The catalogue: tasks as pictures, success by task and cycle, one task in full, what was asked to be shown. In: pool, order and task from the URL. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { filterToSearch } from "../../../api/query.ts";
import { count, plural } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { useRun } from "../../core/useRun.ts";
import { Button } from "../../parts/Button.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { RunPicker } from "../../parts/RunPicker.tsx";
import { Segments } from "../../parts/Segments.tsx";
import { suiteName } from "../../parts/suites.ts";
import { attempt } from "../../shell/attempt.ts";
import { Page } from "../../shell/Page.tsx";
import { useUrlSearch } from "../../urlSearch.ts";
import { HeatMap } from "./HeatMap.tsx";
import { Requests } from "./Requests.tsx";
import { STATES, TaskCard } from "./TaskCard.tsx";
import { TaskDetails } from "./TaskDetails.tsx";
import "./tasks.css";

type Task = Outputs["tasks"]["list"]["tasks"][number];

const ORDERS = {
  success: "success, high first",
  "-success": "success, low first",
  name: "name",
  episodes: "episodes, most first",
} as const;
type Order = keyof typeof ORDERS;

/** Suites of others stay out of sight until they are asked for, or a run uses them. */
function isFrom({ suite, state }: Task, from: string): boolean {
  if (from === "all") return true;
  return from === "own" ? suite === null || state !== "unused" : suite === from;
}

const ROLLED_OUT = 8;

export function TasksPage(): ReactNode {
  const { id } = useParams({ strict: false });
  const [search, change] = useUrlSearch();
  const { input, run, runs, choose } = useRun();
  const { data, error, refetch } = useCall("tasks", "list", input);
  const { data: heat } = useCall("tasks", "heat", input);
  const { data: requests = [] } = useCall("tasks", "requests", input);
  const navigate = useNavigate();
  const known = data?.tasks ?? [];
  const suites = [...new Set(known.flatMap(({ suite }) => suite ?? []))];
  const from = search["from"] ?? "own";
  const all = known.filter((task) => isFrom(task, from));
  const pool = search["pool"] ?? "all";
  const order = (search["sort"] ?? "success") as Order;
  const shown = sorted(
    all.filter(({ state }) => pool === "all" || state === pool),
    order,
  );
  const missing = all.find((task) => task.missing !== null)?.missing ?? null;
  const current = known.find((task) => task.id === id) ?? null;
  const keep = { ...search };
  const go = (to: string): void =>
    void navigate({ to: "/tasks/$id", params: { id: to }, search: keep, replace: id !== undefined, resetScroll: false });
  const at = shown.findIndex((task) => task.id === id);
  const list = (task: Task): void => void navigate({ to: "/episodes", search: filterToSearch({ task: [task.id] }) });
  useEffect(() => {
    if (id !== undefined) document.getElementById(`task-${id}`)?.scrollIntoView({ block: "nearest" });
  }, [id, data]);
  useCommand(
    "list.move",
    shown.length === 0 ? null : (which) => go(shown[Math.max(0, Math.min(shown.length - 1, at + (which % 2 === 0 ? 1 : -1)))]!.id),
  );
  useCommand("list.open", current === null ? null : () => list(current));
  const tryIt = async (task: string, request?: { readonly id: number; readonly bucket: string }): Promise<void> => {
    const what = { kind: "task" as const, task, ...(request === undefined ? {} : { request: request.id, bucket: request.bucket }) };
    const started = await attempt(() => invoke("sessions", "start", { what, agent: { kind: "person" } }));
    if (started !== null) await navigate({ to: "/sessions", search: { focus: started.ids[0]! } });
  };
  const rollOut = (task: string): void =>
    void attempt(
      () => invoke("tasks", "rollOut", { id: task, count: ROLLED_OUT }),
      () => `${ROLLED_OUT} rollouts of ${task} began.`,
    );
  return (
    <Page
      title={current === null ? "Tasks" : current.id}
      {...(current === null ? {} : { trail: [{ name: "Tasks", to: "/tasks", search: keep }] })}
      counts={
        <>
          {all.length > 0 && `${all.length}, in ${plural(new Set(all.map(({ family }) => family)).size, "family", "families")}`}{" "}
          <RunPicker run={run} runs={runs} choose={choose} />
        </>
      }
      hints={["list.move", "tasks.try", "tasks.rollOut", "tasks.episodes"]}
      className="tasks"
    >
      <div className="tasks-line row wrap">
        <Segments
          label="Pool"
          value={pool}
          options={[
            { value: "all", name: data === undefined ? "All" : `All ${all.length}` },
            ...Object.entries(STATES)
              .map(([state, { name }]) => ({
                value: state,
                name: `${name.charAt(0).toUpperCase()}${name.slice(1)} ${all.filter((task) => task.state === state).length}`,
              }))
              .filter(({ name }) => !name.endsWith(" 0")),
          ]}
          onChange={(next) => change({ pool: next === "all" ? null : next })}
        />
        <select
          aria-label="Suite"
          className="run-picker"
          value={from}
          onChange={(event) => change({ from: event.target.value === "own" ? null : event.target.value, pool: null })}
        >
          <option value="own">own tasks and this run's</option>
          {suites.map((suite) => (
            <option key={suite} value={suite}>
              {suiteName(suite)}
            </option>
          ))}
          <option value="all">all tasks</option>
        </select>
        <select
          aria-label="Order"
          className="run-picker"
          value={order}
          onChange={(event) => change({ sort: event.target.value === "success" ? null : event.target.value })}
        >
          {Object.entries(ORDERS).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        {current === null ? (
          <span className="t12 dim tasks-chosen">Choose a task to try it, roll it out, or see its episodes.</span>
        ) : (
          <>
            <span className="t12 dim cut tasks-chosen">
              <b>{current.id}</b>, {STATES[current.state].name}; sampled {plural(current.sampled, "time")} in the newest cycle
            </span>
            <Button small command="tasks.try" onClick={() => void tryIt(current.id)}>
              Try it
            </Button>
            <Button small command="tasks.rollOut" onClick={() => rollOut(current.id)}>
              Roll out {ROLLED_OUT}
            </Button>
            <Button small command="tasks.episodes" onClick={() => list(current)}>
              Episodes {count(current.episodes)}
            </Button>
          </>
        )}
      </div>
      {error !== null && <Problem title="The tasks could not be read" error={error} retry={() => void refetch()} />}
      {id !== undefined && data !== undefined && current === null && (
        <Problem title="This task is not here" error={new Error(`There is no task ${id}. Tasks of your own are named in Settings.`)} />
      )}
      <div className="tasks-body">
        <div className="cards">
          {from !== "own" && missing !== null && <p className="cards-note t12 env-error">{missing}</p>}
          {shown.map((task) => (
            <TaskCard key={task.id} task={task} current={task.id === id} search={keep} />
          ))}
          {data === undefined && error === null && <p className="dim">Reading…</p>}
          {data !== undefined && shown.length === 0 && <p className="dim">No task is in this pool.</p>}
        </div>
        <div className="tasks-right">
          {heat !== undefined && heat.rows.length > 0 && heat.cycles.length > 0 ? (
            <HeatMap heat={heat} current={id ?? null} search={keep} />
          ) : (
            <section>
              <h2>Success by task and cycle</h2>
              <p className="t12 dim">
                {heat === undefined
                  ? "Reading…"
                  : "The first column appears when a gate has been played: every task on the same seeds, one column per cycle."}
              </p>
            </section>
          )}
          {current !== null && <TaskDetails key={current.id} input={input} id={current.id} />}
          <Requests requests={requests} onShow={(request) => void tryIt(request.task, { id: request.id, bucket: request.bucket })} />
        </div>
      </div>
    </Page>
  );
}

function sorted(tasks: readonly Task[], order: Order): Task[] {
  // Not played comes last, whichever way round.
  const success = (task: Task): number => task.success?.estimate ?? (order === "-success" ? 2 : -1);
  switch (order) {
    case "-success":
      return tasks.toSorted((a, b) => success(a) - success(b));
    case "name":
      return tasks.toSorted((a, b) => a.id.localeCompare(b.id));
    case "episodes":
      return tasks.toSorted((a, b) => b.episodes - a.episodes);
    default:
      return tasks.toSorted((a, b) => success(b) - success(a));
  }
}
