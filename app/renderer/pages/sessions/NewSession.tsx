/** Starts one or many sessions: on a task, or on a real page with an instruction; with a checkpoint, a model on a server, a script, or one's own hands. */
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { AgentView } from "../../../api/agents.ts";
import type { Inputs, Outputs } from "../../../api/index.ts";
import type { AskRule } from "../../../api/settings.ts";
import { plural } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { AgentState, keyWords, shortState } from "../../parts/AgentState.tsx";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { Segments } from "../../parts/Segments.tsx";
import { suiteName } from "../../parts/suites.ts";
import { attempt } from "../../shell/attempt.ts";
import type { Search } from "../../urlSearch.ts";
import { AskRuleFields } from "./AskRuleFields.tsx";

type Start = Inputs["sessions"]["start"];

const SCRIPTS = ["oracle", "random", "noop", "always-fail"] as const;

interface Props {
  readonly open: boolean;
  /** What is filled in already: task, bucket, seed, request, agent, url. */
  readonly given: Search;
  readonly onClose: () => void;
  readonly onStarted: (ids: readonly string[]) => void;
}

export function NewSession({ open, given, onClose, onStarted }: Props): ReactNode {
  return (
    <Dialog open={open} onClose={onClose} title="New session">
      <Form key={JSON.stringify(given)} given={given} onClose={onClose} onStarted={onStarted} />
    </Dialog>
  );
}

function Form({ given, onClose, onStarted }: Omit<Props, "open">): ReactNode {
  const { data: tasks } = useCall("tasks", "list", {});
  const { data: checkpoints = [] } = useCall("checkpoints", "list", {});
  const { data: settings } = useCall("settings", "get", undefined);
  const { data: remotes = [], refetch } = useCall("agents", "list", undefined);
  const acting = checkpoints.find(({ status }) => status === "acting");
  const [on, setOn] = useState<"task" | "url">(given["url"] === undefined ? "task" : "url");
  const [task, setTask] = useState(given["task"] ?? "");
  const [seed, setSeed] = useState(given["seed"] ?? "");
  const [url, setUrl] = useState(given["url"] ?? "https://");
  const [instruction, setInstruction] = useState("");
  const [allow, setAllow] = useState("");
  const [agent, setAgent] = useState(given["agent"] ?? "");
  const [count, setCount] = useState(1);
  const [budget, setBudget] = useState("");
  const [mode, setMode] = useState<"run" | "step">("run");
  const [ask, setAsk] = useState<AskRule | null>(null);
  const chosenTask = task || (tasks?.tasks[0]?.id ?? "");
  const chosenAgent = agent || (acting === undefined ? "oracle" : "acting");
  const remote = remotes.find(({ endpoint }) => chosenAgent === `agent ${endpoint.name}`);
  const about = tasks?.tasks.find(({ id }) => id === chosenTask);
  const missing = missingOf(on, about, url, instruction, seed, budget);
  const start = async (): Promise<void> => {
    if (missing !== null) return;
    const order: Start = {
      what:
        on === "task"
          ? taskOf(chosenTask, seed, given)
          : { kind: "url", url, instruction: instruction.trim(), allow: allow.split(/[\s,]+/).filter((one) => one !== "") },
      agent: agentOf(chosenAgent),
      count,
      mode,
      ...(budget === "" ? {} : { maxSteps: Number(budget) }),
      ...(ask === null ? {} : { ask }),
    };
    const started = await attempt(() => invoke("sessions", "start", order));
    if (started !== null) onStarted(started.ids);
  };
  return (
    <form
      className="new-session"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Segments
        label="On"
        value={on}
        options={[
          { value: "task", name: "A task" },
          { value: "url", name: "A real page" },
        ]}
        onChange={setOn}
      />
      {on === "task" ? (
        <div className="fields two">
          <label className="field">
            <span>Task</span>
            <select value={chosenTask} onChange={(event) => setTask(event.target.value)}>
              <TaskOptions tasks={(tasks?.tasks ?? []).filter(({ suite }) => suite === null)} />
              {[
                ...Map.groupBy(
                  (tasks?.tasks ?? []).filter(({ suite }) => suite !== null),
                  ({ suite }) => suite!,
                ),
              ].map(([suite, own]) => (
                <optgroup key={suite} label={suiteName(suite)}>
                  <TaskOptions tasks={own} />
                </optgroup>
              ))}
            </select>
          </label>
          <label className="field">
            <span>Seed</span>
            <input inputMode="numeric" placeholder="a fresh one" value={seed} onChange={(event) => setSeed(event.target.value)} />
          </label>
        </div>
      ) : (
        <>
          <label className="field">
            <span>Address</span>
            <input type="url" value={url} onChange={(event) => setUrl(event.target.value)} />
          </label>
          <label className="field">
            <span>What to do there</span>
            <textarea rows={2} maxLength={2000} value={instruction} onChange={(event) => setInstruction(event.target.value)} />
          </label>
          <label className="field">
            <span>Other origins it may reach (its own always; * for all)</span>
            <input placeholder="https://example.org" value={allow} onChange={(event) => setAllow(event.target.value)} />
          </label>
        </>
      )}
      <div className="fields two">
        <label className="field">
          <span>Agent</span>
          <select value={chosenAgent} onChange={(event) => setAgent(event.target.value)}>
            {acting !== undefined && <option value="acting">{acting.name}, acting</option>}
            <option value="person">I, by mouse and keyboard</option>
            {SCRIPTS.filter((name) => on === "task" || name !== "oracle").map((name) => (
              <option key={name} value={name}>
                {name}, scripted
              </option>
            ))}
            {checkpoints
              .filter(({ status }) => status !== "acting")
              .toReversed()
              .map(({ id, name, status }) => (
                <option key={id} value={`checkpoint ${id}`}>
                  {name}, {status}
                </option>
              ))}
            {remotes.length > 0 && (
              <optgroup label="Models on servers">
                {remotes.map((one) => (
                  <option key={one.endpoint.name} value={`agent ${one.endpoint.name}`}>
                    {one.endpoint.name}, {shortState(one)}
                  </option>
                ))}
              </optgroup>
            )}
          </select>
        </label>
        <label className="field">
          <span>How many</span>
          <input
            type="number"
            min={1}
            max={12}
            value={count}
            onChange={(event) => setCount(Math.max(1, Math.min(12, Number(event.target.value) || 1)))}
          />
        </label>
        <label className="field">
          <span>Steps at most</span>
          <input
            inputMode="numeric"
            placeholder={on === "url" ? String(settings?.sessions.freeSteps ?? "") : budgetOf(about, chosenAgent === "person")}
            value={budget}
            onChange={(event) => setBudget(event.target.value)}
          />
        </label>
      </div>
      {remote !== undefined && <RemoteLine agent={remote} onTested={() => void refetch()} />}
      {chosenAgent !== "person" && (
        <>
          <Segments
            label="Mode"
            value={mode}
            options={[
              { value: "run", name: "Let it run" },
              { value: "step", name: "Step by step" },
            ]}
            onChange={setMode}
          />
          <details>
            <summary>When it asks first</summary>
            <div className="bulk-form">
              <AskRuleFields rule={ask ?? settings?.sessions.ask ?? { kind: "never" }} onChange={setAsk} />
            </div>
          </details>
        </>
      )}
      {on === "url" && (
        <p className="t12 dim">
          On a real page everything is real. It runs in a fresh profile with its own clock, reaches only what you allow, and never this computer's own
          network.
        </p>
      )}
      <div className="row">
        <Button kind="primary" type="submit" off={missing}>
          Start {plural(count, "session")}
        </Button>
        <Button onClick={onClose}>Close</Button>
      </div>
    </form>
  );
}

/** What is known of the chosen model, and the way to know more. */
function RemoteLine({ agent, onTested }: { readonly agent: AgentView; readonly onTested: () => void }): ReactNode {
  const [testing, setTesting] = useState(false);
  const { name, model, baseUrl } = agent.endpoint;
  const test = async (): Promise<void> => {
    setTesting(true);
    await attempt(() => invoke("agents", "test", { name }));
    setTesting(false);
    onTested();
  };
  return (
    <div className="remote-line">
      <p className="t12 dim">
        {model} at <code>{baseUrl}</code>
      </p>
      <AgentState agent={agent} testing={testing} />
      {agent.key === "missing" && <p className="t12 dim">{keyWords(agent)}</p>}
      <span className="row">
        <Button small off={testing ? "It is being tested." : null} onClick={() => void test()}>
          Test it
        </Button>
        <Link to="/settings/$section" params={{ section: "agents" }} className="link t12">
          Settings of agents
        </Link>
      </span>
    </div>
  );
}

type Task = Outputs["tasks"]["list"]["tasks"][number];

function TaskOptions({ tasks }: { readonly tasks: readonly Task[] }): ReactNode {
  return tasks.map(({ id, summary }) => (
    <option key={id} value={id}>
      {id}: {summary}
    </option>
  ));
}

function budgetOf(task: Task | undefined, byPerson: boolean): string {
  return task === undefined ? "" : String(byPerson ? (task.longBudget ?? task.maxSteps) : task.maxSteps);
}

function missingOf(on: "task" | "url", task: Task | undefined, url: string, instruction: string, seed: string, budget: string): string | null {
  if (budget !== "" && !(/^\d+$/.test(budget) && Number(budget) >= 1 && Number(budget) <= 1000)) return "A budget is 1 to 1000 steps.";
  if (on === "task") {
    if (task === undefined) return "Choose a task.";
    if (task.missing !== null) return task.missing;
    return seed === "" || /^\d+$/.test(seed) ? null : "A seed is a whole number.";
  }
  if (!/^https?:\/\/\S+/.test(url) || !URL.canParse(url)) return "The address begins with http:// or https://.";
  return instruction.trim() === "" ? "Say what to do there." : null;
}

function taskOf(task: string, seed: string, given: Search): Start["what"] {
  return {
    kind: "task",
    task,
    ...(seed === "" ? {} : { seed: Number(seed) }),
    ...(given["bucket"] !== undefined && given["task"] === task ? { bucket: given["bucket"] } : {}),
    ...(given["request"] !== undefined && given["task"] === task ? { request: Number(given["request"]) } : {}),
  };
}

function agentOf(choice: string): Start["agent"] {
  if (choice === "person") return { kind: "person" };
  if (choice === "acting") return { kind: "checkpoint" };
  if (choice.startsWith("agent ")) return { kind: "remote", name: choice.slice("agent ".length) };
  if (choice.startsWith("checkpoint ")) return { kind: "checkpoint", id: choice.slice("checkpoint ".length) };
  return { kind: "scripted", name: choice };
}
