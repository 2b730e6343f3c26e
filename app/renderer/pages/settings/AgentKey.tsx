/**
 * Where an agent's key is. In the desktop app a key can be given: it goes to the shell, which puts it into the operating system's keychain, and
 * never comes back here. In a browser keys are variables of the environment the core was started in.
 */
import { useEffect, useState, type ReactNode } from "react";
import type { AgentView } from "../../../api/agents.ts";
import type { KeychainState } from "../../../electron/shellApi.ts";
import { desktop } from "../../core/desktop.ts";
import { keyWords } from "../../parts/AgentState.tsx";
import { Button } from "../../parts/Button.tsx";
import { attempt } from "../../shell/attempt.ts";
import { toast } from "../../shell/toasts.ts";

export function AgentKey({ agent }: { readonly agent: AgentView }): ReactNode {
  const { key, endpoint } = agent;
  const { origin } = new URL(endpoint.baseUrl);
  return (
    <div className="agent-key">
      <p className="t12 dim">{keyWords(agent)}</p>
      {desktop !== null && (key === "keychain" ? <Forget origin={origin} /> : <Give origin={origin} />)}
    </div>
  );
}

function Give({ origin }: { readonly origin: string }): ReactNode {
  const [text, setText] = useState("");
  const [state, setState] = useState<KeychainState | null>(null);
  useEffect(() => void desktop!.keychainState().then(setState), []);
  if (state === null) return null;
  if (state.kind === "foreign-core") return <p className="t12 dim">{state.why}</p>;
  const keep = async (): Promise<void> => {
    const key = text.trim();
    setText("");
    const kept = await attempt(() => desktop!.keepKey(origin, key));
    if (kept !== null) toast(kept.words, { kind: kept.kind === "refused" ? "failed" : "done" });
  };
  return (
    <form
      className="row wrap"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") void keep();
      }}
    >
      <input
        className="text"
        type="password"
        autoComplete="off"
        aria-label={`Key for ${origin}`}
        placeholder={`Key for ${origin}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button small type="submit" off={text.trim() === "" ? "Paste the key first." : null}>
        {state.kind === "keychain" ? "Keep in the keychain" : "Use until the app is closed"}
      </Button>
      {state.kind === "no-keychain" && <p className="t12 dim wide">{state.why}</p>}
    </form>
  );
}

function Forget({ origin }: { readonly origin: string }): ReactNode {
  const forget = async (): Promise<void> => {
    await attempt(
      () => desktop!.forgetKey(origin),
      () => `The key for ${origin} is forgotten.`,
    );
  };
  return (
    <Button small kind="quiet" onClick={() => void forget()}>
      Forget the key
    </Button>
  );
}
