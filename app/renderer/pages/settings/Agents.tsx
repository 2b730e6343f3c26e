/** Models on servers that act as agents: added from presets, changed, tested, removed; where the key of each is. */
import { useState, type ReactNode } from "react";
import type { AgentView } from "../../../api/agents.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { AgentState } from "../../parts/AgentState.tsx";
import { Button } from "../../parts/Button.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { DIALECT_NAMES } from "../../parts/dialects.ts";
import { Problem } from "../../parts/Problem.tsx";
import { attempt } from "../../shell/attempt.ts";
import { AgentForm, type AgentSettings } from "./AgentForm.tsx";
import { AgentKey } from "./AgentKey.tsx";

export function AgentsSection(): ReactNode {
  const { data: agents, error, refetch } = useCall("agents", "list", undefined);
  const { data: presets = [] } = useCall("agents", "presets", undefined);
  const [editing, setEditing] = useState<{ readonly settings: AgentSettings; readonly known: boolean } | null>(null);
  const [testing, setTesting] = useState<ReadonlySet<string>>(new Set());
  const [removing, setRemoving] = useState<AgentView | null>(null);
  const test = async (name: string): Promise<void> => {
    setTesting((before) => new Set(before).add(name));
    await attempt(() => invoke("agents", "test", { name }));
    await refetch();
    setTesting((before) => before.difference(new Set([name])));
  };
  return (
    <>
      <p className="t12 dim">
        Models on OpenAI-compatible servers act in sessions, <code>rollout</code> and <code>evaluate</code>. Without a GPU, llama.cpp and Ollama run
        small ones.
      </p>
      {error !== null && <Problem title="The agents could not be read" error={error} retry={() => void refetch()} />}
      {agents?.length === 0 && <p>None yet. Choose a server to start from.</p>}
      <ul className="agent-list" aria-label="Agents">
        {agents?.map((agent) => (
          <Agent
            key={agent.endpoint.name}
            agent={agent}
            testing={testing.has(agent.endpoint.name)}
            onTest={() => void test(agent.endpoint.name)}
            onEdit={() => setEditing({ settings: agent.endpoint, known: true })}
            onRemove={() => setRemoving(agent)}
          />
        ))}
      </ul>
      <label className="field preset">
        <span>Add an agent on</span>
        <select
          value=""
          onChange={(event) => {
            const preset = presets.find(({ name }) => name === event.target.value);
            setEditing({ settings: { ...preset?.settings, name: freeName(preset?.name ?? "agent", agents ?? []) }, known: false });
          }}
        >
          <option value="">choose a server…</option>
          {presets.map(({ name, summary }) => (
            <option key={name} value={name}>
              {name}: {summary}
            </option>
          ))}
          <option value="other">another OpenAI-compatible server</option>
        </select>
      </label>
      {editing !== null && (
        <AgentForm
          {...editing}
          onClose={() => setEditing(null)}
          onSaved={(name) => {
            setEditing(null);
            void refetch();
            void test(name);
          }}
        />
      )}
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        question={`Remove ${removing?.endpoint.name ?? ""}?`}
        consequences={[
          ["its settings", "are forgotten"],
          ["its episodes", "stay"],
          ["its key", "stays where it is"],
        ]}
        note="It can be added again."
        verb="Remove"
        onConfirm={() =>
          void attempt(
            () => invoke("agents", "remove", { name: removing!.endpoint.name }),
            () => `${removing!.endpoint.name} is removed; what it did stays.`,
          ).then(() => refetch())
        }
      />
    </>
  );
}

interface AgentProps {
  readonly agent: AgentView;
  readonly testing: boolean;
  readonly onTest: () => void;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function Agent({ agent, testing, onTest, onEdit, onRemove }: AgentProps): ReactNode {
  const { name, model, dialect, baseUrl, pictures } = agent.endpoint;
  return (
    <li>
      <header className="row">
        <h3 className="grow">{name}</h3>
        <Button small aria-label={`Test ${name}`} off={testing ? "It is being tested." : null} onClick={onTest}>
          Test
        </Button>
        <Button small kind="quiet" aria-label={`Edit ${name}`} onClick={onEdit}>
          Edit
        </Button>
        <Button small kind="quiet" aria-label={`Remove ${name}`} onClick={onRemove}>
          Remove…
        </Button>
      </header>
      <p className="t12">
        {model}, {DIALECT_NAMES[dialect]}, {pictures} {pictures === 1 ? "screenshot" : "screenshots"}, at <code>{baseUrl}</code>
      </p>
      <AgentState agent={agent} testing={testing} />
      <AgentKey agent={agent} />
    </li>
  );
}

function freeName(wanted: string, agents: readonly AgentView[]): string {
  const taken = new Set(agents.map(({ endpoint }) => endpoint.name));
  for (let i = 1; ; i++) {
    const name = i === 1 ? wanted : `${wanted}-${i}`;
    if (!taken.has(name)) return name;
  }
}
