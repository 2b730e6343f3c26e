/** Whether a model on a server can be asked, in one line: tested, never tested, or what is wrong. In: an agent. Out: a glyph and words. */
import type { ReactNode } from "react";
import type { AgentView } from "../../api/agents.ts";
import { ago } from "./format.ts";
import { VerdictGlyph } from "./Verdict.tsx";

export function AgentState({ agent, testing = false }: { readonly agent: AgentView; readonly testing?: boolean }): ReactNode {
  const { test } = agent;
  return (
    <p className="t12 agent-state" role="status">
      <VerdictGlyph of={testing || test === null ? "unverified" : test.kind === "ok" ? "pass" : "fail"} />
      <span>{testing ? "It is being asked one small question…" : stateWords(agent)}</span>
    </p>
  );
}

function stateWords({ test }: AgentView): string {
  if (test === null) return "Never tested as it is set now.";
  return `${test.kind === "ok" ? "Tested" : PROBLEMS[test.kind]}, ${ago(test.at)}: ${test.line}`;
}

/** Where its key is. */
export function keyWords({ key, endpoint: { keyVariable, baseUrl } }: AgentView): string {
  switch (key) {
    case "none":
      return "It needs no key.";
    case "keychain":
      return `A key for ${new URL(baseUrl).origin} is here, from this computer's keychain.`;
    case "environment":
      return `Its key is in the environment variable ${keyVariable}.`;
    case "missing":
      return `Its key is missing: ${keyVariable} is not set where the core was started.`;
  }
}

/** One or two words. */
export function shortState({ test }: AgentView): string {
  if (test === null) return "never tested";
  return test.kind === "ok" ? "tested" : PROBLEMS[test.kind].toLowerCase();
}

const PROBLEMS: Readonly<Record<Exclude<NonNullable<AgentView["test"]>["kind"], "ok">, string>> = {
  unreachable: "Unreachable",
  auth: "Key refused",
  address: "Wrong address",
  model: "No such model",
  pictures: "Takes no pictures",
  dialect: "Other dialect",
  server: "Server fails",
};
