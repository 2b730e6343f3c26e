/**
 * A toy model behind the OpenAI protocol, as vLLM, SGLang and plain servers are told to load weights. Its weights are a table: what to say at the n-th
 * step of an episode. Untrained, it waits. In: requests. Out: answers; what it was told.
 *
 * Run as a program (`node toyServer.ts PORT FOLDER`), it serves one folder until it is ended.
 */
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export const BASE = "toy-base";
/** What the toy trainer writes. */
const WEIGHTS = "weights.json";
const UNTRAINED = '{"action":{"kind":"wait"}}';

/** What a model of this folder says at each step. */
function tableOf(folder: string): readonly string[] {
  const path = join(folder, WEIGHTS);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as string[]) : [];
}

export class ToyServer implements AsyncDisposable {
  readonly told: { readonly path: string; readonly body: any }[] = [];
  /** Called with everything that is told. */
  onTold: (path: string, body: any) => void = () => undefined;
  /** What whoever asks is told instead of having weights loaded. */
  refusal: string | null = null;
  readonly #http: Server;
  readonly #adapters = new Map<string, string>();
  #folder: string;
  #version: string | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#http = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const { status, value } = this.#answer(request.url ?? "", body);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      });
    });
  }

  static async listen(folder = BASE, port = 0): Promise<ToyServer> {
    const server = new ToyServer(folder);
    await new Promise<void>((resolve) => void server.#http.listen(port, "127.0.0.1", resolve));
    return server;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/v1`;
  }

  /** As after a crash: nothing is loaded any more. */
  forget(): void {
    this.#adapters.clear();
    [this.#folder, this.#version] = [BASE, "default"];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => void this.#http.close(resolve));
  }

  #answer(path: string, body: any): { readonly status: number; readonly value: unknown } {
    if (path === "/v1/models") return ok({ data: [BASE, ...this.#adapters.keys()].map((id) => ({ id })) });
    if (path === "/v1/chat/completions") return this.#complete(body);
    this.told.push({ path, body });
    this.onTold(path, body);
    if (this.refusal !== null) return { status: 400, value: { error: { message: this.refusal } } };
    if (path === "/v1/load_lora_adapter") {
      this.#adapters.set(body.lora_name, body.lora_path);
      return ok({});
    }
    if (path !== "/update_weights_from_disk") return { status: 404, value: { error: { message: "no such path" } } };
    [this.#folder, this.#version] = [body.model_path, body.weight_version];
    return ok({ success: true, message: "Succeeded to update model weights." });
  }

  #complete({ model, messages }: { model: string; messages: { role: string }[] }): { readonly status: number; readonly value: unknown } {
    if (model !== BASE && !this.#adapters.has(model)) return { status: 404, value: { error: { message: `no model ${model}` } } };
    const step = messages.filter(({ role }) => role === "assistant").length;
    const content = tableOf(this.#adapters.get(model) ?? this.#folder)[step] ?? UNTRAINED;
    const metadata = this.#version === null ? {} : { metadata: { weight_version: this.#version } };
    return ok({ model, choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }], ...metadata });
  }
}

const ok = (value: unknown) => ({ status: 200, value });

async function bodyOf(request: IncomingMessage): Promise<any> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? null : JSON.parse(text);
}

if (import.meta.main) await ToyServer.listen(process.argv[3], Number(process.argv[2]));
