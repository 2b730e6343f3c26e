/** What an agent on a server is called in records. In: its settings. Out: `agent:<name>@<digest>`. */
import { canonicalJson, sha256 } from "../../env/json.ts";
import { rendererOf } from "../dialects/dialect.ts";
import { DIALECTS } from "../dialects/dialects.ts";
import type { Endpoint } from "./endpoint.ts";

/** Names an agent by everything that its answers depend on: another model or prompt is another agent. */
export function agentId(endpoint: Endpoint): string {
  const { name, baseUrl, model, dialect, pictures, temperature, maxTokens, asksAgain } = endpoint;
  const renderer = rendererOf(DIALECTS[dialect]);
  const digest = sha256(canonicalJson({ baseUrl, model, renderer, pictures, temperature, maxTokens, asksAgain })).slice(0, 8);
  return `agent:${name}@${digest}`;
}
