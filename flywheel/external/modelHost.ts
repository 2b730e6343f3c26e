/**
 * The server of a run's agent: which version it serves, and how it is made to serve another. In: versions (a checkpoint, its folder of weights).
 * Out: a server that serves just that one, checked as far as it tells; or `agent-unavailable` and why.
 *
 * One version at a time: whoever plays first has it loaded, and stages play one version after the other. Adapters of vLLM have names, so there two may
 * be there at once.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { errorIn, networkProblem, withoutKey } from "../../agent/remote/chat.ts";
import type { ConnectionResult } from "../../agent/remote/connectionResult.ts";
import { modelsOf, testConnection } from "../../agent/remote/connectionTest.ts";
import { environmentKey, type Endpoint } from "../../agent/remote/endpoint.ts";
import { pause } from "../../agent/remote/pause.ts";
import { turnstileOf } from "../../agent/remote/remotePolicy.ts";
import { WheelError } from "../../env/errors.ts";
import { endText, startCommand, type RunningCommand } from "./command.ts";
import type { ExternalConfig, Reload } from "./externalConfig.ts";

export interface Version {
  readonly checkpoint: string;
  readonly digest: string;
  /** Folder of its weights; null: the model as the server had it. */
  readonly folder: string | null;
}

export interface ModelHostOptions {
  readonly endpoint: Endpoint;
  /** Absent: the server is used as it is. */
  readonly external: ExternalConfig | undefined;
  /** Takes what reload commands print. */
  readonly log: string;
  readonly signal: AbortSignal;
}

/** Between two looks whether a server is back, ms. */
const LOOK_AGAIN = 250;

export class ModelHost implements AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Limits hold for all versions together. */
  readonly turnstile;
  readonly #options: ModelHostOptions;
  /** Versions that are served, or being loaded. */
  readonly #serving = new Map<string, Promise<void>>();
  #server: RunningCommand | null = null;

  constructor(options: ModelHostOptions) {
    this.#options = options;
    this.endpoint = options.endpoint;
    this.turnstile = turnstileOf(options.endpoint);
  }

  /** How the server is asked for a version. */
  endpointOf(version: Version): Endpoint {
    const isAdapter = this.#options.external?.reload.kind === "vllm-lora" && version.folder !== null;
    return isAdapter ? { ...this.endpoint, model: nameOf(version) } : this.endpoint;
  }

  /** Has the server serve this version. Those who ask meanwhile wait for the same. Throws `agent-unavailable`. */
  serve(version: Version): Promise<void> {
    const { external } = this.#options;
    if (external === undefined) return Promise.resolve();
    const name = nameOf(version);
    const known = this.#serving.get(name);
    if (known !== undefined) return known;
    const before = Promise.allSettled(this.#serving.values());
    if (external.reload.kind !== "vllm-lora") this.#serving.clear();
    const ready = before.then(() => this.#load(version, external));
    this.#serving.set(name, ready);
    // Who asks after a failure has it tried anew.
    ready.catch(() => this.#serving.get(name) === ready && this.#serving.delete(name));
    return ready;
  }

  /** The server may have been started anew: whoever plays next has its version loaded again. */
  forget(): void {
    this.#serving.clear();
  }

  /** Loads a version and asks it one small question. A model that answers badly is the gate's business. Throws `agent-unavailable`. */
  async probe(version: Version): Promise<ConnectionResult> {
    await this.serve(version);
    const test = await testConnection(this.endpointOf(version), this.#options.signal);
    if (test.kind === "ok" || test.kind === "dialect") return test;
    throw unavailable(`${this.endpoint.name} does not answer as ${version.checkpoint}. ${test.line}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.stop();
  }

  #load(version: Version, { reload, base, reloadSeconds }: ExternalConfig): Promise<void> {
    const model = version.folder ?? base ?? this.endpoint.model;
    switch (reload.kind) {
      case "vllm-lora":
        return this.#loadAdapter(version, reloadSeconds);
      case "sglang":
        return this.#updateWeights(version, model, reloadSeconds);
      case "command":
        return this.#restart(version, model, reload, reloadSeconds);
    }
  }

  /** Its name holds the digest of its weights: what is listed is what is meant. */
  async #loadAdapter(version: Version, seconds: number): Promise<void> {
    const { folder } = version;
    if (folder === null || (await this.#models())?.includes(nameOf(version)) === true) return;
    await this.#post(`${this.endpoint.baseUrl}/load_lora_adapter`, { lora_name: nameOf(version), lora_path: folder }, version, seconds);
    if ((await this.#models())?.includes(nameOf(version)) !== true)
      throw unavailable(`${this.endpoint.name} took the adapter of ${version.checkpoint}, but does not list it.`);
  }

  async #updateWeights(version: Version, model: string, seconds: number): Promise<void> {
    const url = `${this.endpoint.baseUrl.replace(/\/v1$/, "")}/update_weights_from_disk`;
    const order = { model_path: model, weight_version: nameOf(version), abort_all_requests: false, flush_cache: true };
    const said = await this.#post(url, order, version, seconds);
    if (/"success"\s*:\s*false/.test(said)) throw unavailable(`${this.endpoint.name} did not load ${version.checkpoint}: ${errorIn(said)}`);
  }

  async #restart(version: Version, model: string, reload: Extract<Reload, { kind: "command" }>, seconds: number): Promise<void> {
    const { log, signal } = this.#options;
    await this.#server?.stop();
    this.#server = null;
    if (reload.stays && (await this.#models()) !== null)
      throw unavailable(`At ${this.endpoint.baseUrl} answers another server than the one that is to be started.`);
    mkdirSync(dirname(log), { recursive: true });
    const { baseUrl, model: name } = this.endpoint;
    const env = { FLYWHEEL_MODEL: model, FLYWHEEL_CHECKPOINT: version.checkpoint, FLYWHEEL_URL: baseUrl, FLYWHEEL_NAME: name };
    const command = startCommand({ command: reload.command, env, log });
    if (reload.stays) this.#server = command;
    if (reload.stays) void command.ended.then(() => this.#server === command && this.forget());
    const failed = (what: string): WheelError => unavailable(`The command that makes ${version.checkpoint} be served ${what}. ${lastWords(log)}`);
    const late = AbortSignal.timeout(seconds * 1000);
    const either = AbortSignal.any([signal, late]);
    try {
      const ended = command.ended.then((end) => {
        if (reload.stays || end.code !== 0) throw failed(endText(end));
      });
      // It may come too late for anybody to hear of it.
      ended.catch(() => undefined);
      if (!reload.stays) await orAbort(ended, either);
      await Promise.race([this.#isBack(either), reload.stays ? ended : new Promise<never>(() => undefined)]);
    } catch (error) {
      await command.stop();
      signal.throwIfAborted();
      if (late.aborted) throw unavailable(`${this.endpoint.baseUrl} did not come back within ${seconds} s. ${lastWords(log)}`);
      throw error;
    }
  }

  async #isBack(signal: AbortSignal): Promise<void> {
    while ((await modelsOf(this.endpoint, this.#key(), signal)) === null) await pause(LOOK_AGAIN, signal);
  }

  #models(): Promise<string[] | null> {
    return modelsOf(this.endpoint, this.#key(), this.#options.signal);
  }

  #key(): string | null {
    return environmentKey(this.endpoint);
  }

  /** What the server says. Throws `agent-unavailable` where it refuses. */
  async #post(url: string, body: object, { checkpoint }: Version, seconds: number): Promise<string> {
    const { signal } = this.#options;
    const key = this.#key();
    const late = AbortSignal.timeout(seconds * 1000);
    let problem: string;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
        body: JSON.stringify(body),
        redirect: "error",
        signal: AbortSignal.any([signal, late]),
      });
      const text = withoutKey(await response.text(), key);
      if (response.ok) return text;
      problem = `${response.status}: ${errorIn(text)}`;
    } catch (error) {
      signal.throwIfAborted();
      problem = late.aborted ? `there was no answer within ${seconds} s` : networkProblem(error);
    }
    throw unavailable(`${this.endpoint.name} did not load ${checkpoint} (${new URL(url).pathname}): ${problem}`);
  }
}

/** What servers call a version: equal names are equal weights. */
export function nameOf({ checkpoint, digest }: Pick<Version, "checkpoint" | "digest">): string {
  return `${checkpoint}@${digest.slice(0, 12)}`;
}

function unavailable(message: string): WheelError {
  return new WheelError("agent-unavailable", message, "Mend the server or the way it is told to reload; the same command goes on from here.");
}

/** Rejects when the signal aborts first. */
async function orAbort(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason as Error);
  signal.throwIfAborted();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The end of what a command printed, for messages. */
function lastWords(log: string): string {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n").slice(-5);
  return lines.join("") === "" ? "It printed nothing." : `Its last lines: ${lines.join(" ⏎ ")} (all of them: ${log})`;
}
