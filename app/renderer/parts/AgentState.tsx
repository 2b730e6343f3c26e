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

function stateWords({ test, key, endpoint }: AgentView): string {
  if (test !== null) return `${test.kind === "ok" ? "Tested" : PROBLEMS[test.kind]} ${ago(test.at)}. ${test.line}`;
  return key === "missing" ? `Never tested; its key ${endpoint.keyVariable} is missing.` : "Never tested as it is set now.";
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
