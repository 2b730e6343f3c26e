/** A model server on the loopback interface that does what a test says, badly or well. In: what to answer to each request. Out: its address, what it was sent. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { endpointSchema, type Endpoint, type EndpointInput } from "../../agent/remote/endpoint.ts";

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: any;
}

/** Answers one request; `n` counts from 0. */
export type Answer = (response: ServerResponse, received: Received, n: number) => void;

export interface ChatServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly received: readonly Received[];
  /** Settings that point here, without patience. */
  readonly endpoint: (more?: Partial<EndpointInput>) => Endpoint;
}

export async function chatServer(answer: Answer): Promise<ChatServer> {
  const received: Received[] = [];
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const one = { path: request.url ?? "", headers: request.headers, body: text === "" ? null : JSON.parse(text) };
      received.push(one);
      answer(response, one, received.length - 1);
    });
  });
  await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`;
  const quick = { name: "test", baseUrl, model: "m", dialect: "flywheel-json", backoffMs: 1, retries: 2, timeoutSeconds: 5 } as const;
  return {
    baseUrl,
    received,
    endpoint: (more = {}) => endpointSchema.parse({ ...quick, ...more }),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => void http.close(resolve));
    },
  };
}

export function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

/** A chat completion that says `content`. */
export function says(response: ServerResponse, content: string, more: object = {}): void {
  json(response, 200, { model: "m-1", choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }], ...more });
}

/** Always says this. */
export const saying =
  (content: string): Answer =>
  (response) =>
    says(response, content);
