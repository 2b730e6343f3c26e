/** Settings of a model on a server. In: settings to start from. Out: the agent, saved. No key is asked for here: only the variable that holds it. */
import { useRef, useState, type ReactNode } from "react";
import type { AgentView } from "../../../api/agents.ts";
import type { Inputs } from "../../../api/index.ts";
import { invoke } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Check } from "../../parts/Check.tsx";
import { DialectField } from "../../parts/DialectField.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { attempt } from "../../shell/attempt.ts";

/** As far as they are known. */
export type AgentSettings = Readonly<Record<string, unknown>>;
type Endpoint = AgentView["endpoint"];

interface Props {
  readonly settings: AgentSettings;
  /** True: the agent is there already, and its name stays. */
  readonly known: boolean;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => void;
}

interface Field {
  readonly name: keyof Endpoint;
  readonly label: string;
  readonly kind: "text" | "number";
  /** What an empty field means. */
  readonly empty: string;
}

const FIELDS: readonly Field[] = [
  { name: "baseUrl", label: "Address, usually ending in /v1", kind: "text", empty: "http://127.0.0.1:8000/v1" },
  { name: "model", label: "Model, as the server calls it", kind: "text", empty: "Qwen/Qwen3-VL-8B-Instruct" },
  { name: "keyVariable", label: "Environment variable with its key", kind: "text", empty: "none" },
];
const LIMITS: readonly Field[] = [
  { name: "pictures", label: "Screenshots it is shown", kind: "number", empty: "3" },
  { name: "temperature", label: "Temperature", kind: "number", empty: "the server's own" },
  { name: "maxTokens", label: "Tokens of an answer", kind: "number", empty: "512" },
  { name: "timeoutSeconds", label: "Seconds to wait", kind: "number", empty: "120" },
  { name: "retries", label: "Retries of a request", kind: "number", empty: "4" },
  { name: "asksAgain", label: "Asked again when unreadable", kind: "number", empty: "1" },
  { name: "requestsPerMinute", label: "Requests a minute", kind: "number", empty: "no limit" },
  { name: "concurrency", label: "Requests at once", kind: "number", empty: "4" },
];

export function AgentForm({ settings, known, onClose, onSaved }: Props): ReactNode {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() => textsOf(settings));
  const [dialect, setDialect] = useState<Endpoint["dialect"]>((settings["dialect"] as Endpoint["dialect"] | undefined) ?? "qwen3-vl");
  const [logProbs, setLogProbs] = useState(settings["logProbs"] === true);
  const first = useRef<HTMLInputElement>(null);
  const name = texts["name"]?.trim() ?? "";
  const missing = missingOf(texts);
  const save = async (): Promise<void> => {
    if (missing !== null) return;
    const given = { ...rest(settings), ...valuesOf(texts), name, dialect, logProbs } as Inputs["agents"]["put"];
    const saved = await attempt(
      () => invoke("agents", "put", given),
      () => `${name} is kept.`,
    );
    if (saved !== null) onSaved(name);
  };
  const field = ({ name: key, label, kind, empty }: Field): ReactNode => (
    <label key={key} className="field">
      <span>{label}</span>
      <input
        {...(kind === "number" ? { inputMode: "decimal" as const } : {})}
        ref={key === "model" ? first : undefined}
        spellCheck={false}
        autoComplete="off"
        placeholder={empty}
        value={texts[key] ?? ""}
        onChange={(event) => setTexts({ ...texts, [key]: event.target.value })}
      />
    </label>
  );
  return (
    <Dialog open onClose={onClose} title={known ? `Edit ${name}` : "New agent"} first={first}>
      <form
        className="agent-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {!known && (
          <label className="field">
            <span>Name</span>
            <input
              value={texts["name"] ?? ""}
              maxLength={40}
              spellCheck={false}
              onChange={(event) => setTexts({ ...texts, name: event.target.value })}
            />
          </label>
        )}
        {FIELDS.map(field)}
        <DialectField label="Spoken to in" value={dialect} onChange={setDialect} />
        <details>
          <summary>Limits and sampling</summary>
          <div className="fields limits">{LIMITS.map(field)}</div>
          <label className="row t12">
            <Check checked={logProbs} label="Ask for log-probabilities" onChange={setLogProbs} /> Ask for log-probabilities; not every server takes
            that
          </label>
        </details>
        <div className="row">
          <Button kind="primary" type="submit" off={missing}>
            Save and test
          </Button>
          <Button onClick={onClose}>Close</Button>
        </div>
      </form>
    </Dialog>
  );
}

function missingOf(texts: Readonly<Record<string, string>>): string | null {
  const isEmpty = (name: string): boolean => (texts[name] ?? "").trim() === "";
  if (isEmpty("name")) return "It needs a name.";
  if (isEmpty("baseUrl")) return "It needs an address.";
  return isEmpty("model") ? "Which model? Name it as the server does." : null;
}

const SHOWN: readonly Field[] = [...FIELDS, ...LIMITS];

/** Settings that have no field here stay as they were. */
function rest(settings: AgentSettings): AgentSettings {
  const shown = new Set<string>(SHOWN.map(({ name }) => name));
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !shown.has(key)));
}

function textsOf(settings: AgentSettings): Record<string, string> {
  const texts = ["name", ...SHOWN.map(({ name }) => name)].flatMap((key): [string, string][] => {
    const value = settings[key];
    return typeof value === "string" || typeof value === "number" ? [[key, String(value)]] : [];
  });
  return Object.fromEntries(texts);
}

/** Numbers as numbers; an empty field is null where that means something, else left out, so that its default holds. */
function valuesOf(texts: Readonly<Record<string, string>>): Record<string, unknown> {
  const values = SHOWN.flatMap(({ name, kind }): [string, unknown][] => {
    const text = (texts[name] ?? "").trim();
    if (text === "") return NULLABLE.has(name) ? [[name, null]] : [];
    return [[name, kind === "number" ? Number(text) : text]];
  });
  return Object.fromEntries(values);
}

const NULLABLE: ReadonlySet<keyof Endpoint> = new Set(["keyVariable", "temperature", "requestsPerMinute"]);
