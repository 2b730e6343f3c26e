/**
 * The core's HTTP and WebSocket server on the loopback interface: pages, pictures, files, calls, live frames. In: requests. Out: answers, each
 * behind the guard. Nothing but GET is answered; everything that changes something comes as a call over the socket.
 */
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { RPCHandler } from "@orpc/server/ws";
import { WebSocketServer, type WebSocket } from "ws";
import { isWheelError } from "../../../env/errors.ts";
import { EXPORT_FORMATS } from "../../api/episode.ts";
import { RPC_PATH } from "../../api/urls.ts";
import type { Core } from "../core.ts";
import { router } from "../handlers/router.ts";
import { episodeFile } from "../files/episodeFile.ts";
import { rule } from "./guard.ts";
import { DOWNLOAD_POLICY, securityHeaders } from "./headers.ts";
import { pictures, type Picture, type Pictures } from "./pictures.ts";
import { staticFile } from "./statics.ts";

/** Largest message of a client: a bulk selection of ten thousand ids fits many times. */
const MOST_BYTES = 8 * 2 ** 20;
const FOR_EVER = "private, max-age=31536000, immutable";

export class Server {
  readonly #core: Core;
  readonly #http: HttpServer;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });
  readonly #calls = new RPCHandler(router);
  readonly #pictures: Pictures;

  private constructor(core: Core) {
    this.#core = core;
    this.#pictures = pictures(core.workspace);
    this.#http = createServer((request, response) => void this.#answer(request, response));
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async listen(core: Core): Promise<Server> {
    const server = new Server(core);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.#http.once("error", reject).listen(core.options.port ?? 0, "127.0.0.1", resolve);
    await promise;
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    for (const client of this.#sockets.clients) client.close(1001, "the core is closing");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#http.close(() => resolve());
    this.#http.closeIdleConnections();
    setTimeout(() => {
      for (const client of this.#sockets.clients) client.terminate();
      this.#http.closeAllConnections();
    }, 500).unref();
    await promise;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    for (const [name, value] of Object.entries(securityHeaders(this.port))) response.setHeader(name, value);
    const ruling = rule({ port: this.port, token: this.#core.token }, { method, url, headers, upgrade: false });
    if (ruling.kind === "refuse") return text(response, ruling.status, ruling.why);
    if (ruling.kind === "redirect") {
      response.writeHead(303, { location: ruling.to, "set-cookie": ruling.cookie, "cache-control": "no-store" });
      return void response.end();
    }
    try {
      await this.#serve(new URL(url, this.origin).pathname, request, response);
    } catch (error) {
      if (!isWheelError(error)) this.#core.options.log(`${url}: ${error instanceof Error ? error.stack : String(error)}`);
      if (response.headersSent) response.destroy();
      else text(response, isWheelError(error, "unknown-episode") ? 404 : 500, isWheelError(error) ? error.message : "This did not work.");
    }
  }

  async #serve(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, folder = "", ...rest] = path.split("/");
    switch (folder) {
      case "health":
        return json(response, { pid: process.pid });
      case "screens":
        return this.#picture(request, response, path, this.#pictures.screen(stem(rest[0], "png")));
      case "thumbnails":
        return this.#picture(request, response, path, await this.#pictures.thumbnail(stem(rest[0], "webp")));
      case "sprites":
        return this.#picture(request, response, path, await this.#pictures.sprite(rest[0] ?? "", Number(stem(rest[1], "webp"))));
      case "files":
        return this.#file(rest, response);
      case "live":
      case "rpc":
        return text(response, 400, "This is for sockets.");
      default: {
        const file = await staticFile(this.#core.options.pages, path);
        if (file === null) return text(response, 404, "There is no such file.");
        response.writeHead(200, { "content-type": file.type, "cache-control": file.cache });
        return void response.end(request.method === "HEAD" ? undefined : file.body);
      }
    }
  }

  /** The address names the content, so the address is its tag too. */
  #picture(request: IncomingMessage, response: ServerResponse, path: string, picture: Picture | null): void {
    if (picture === null) return text(response, 404, "There is no such picture.");
    const etag = `"${path}"`;
    const headers = { etag, "cache-control": FOR_EVER, "content-type": picture.type };
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304, headers).end();
    response.writeHead(200, { ...headers, "content-length": picture.body.length });
    response.end(request.method === "HEAD" ? undefined : picture.body);
  }

  async #file([kind, name = ""]: readonly string[], response: ServerResponse): Promise<void> {
    const at = name.lastIndexOf(".");
    const [id, ending] = [name.slice(0, at), name.slice(at + 1)];
    const format = EXPORT_FORMATS.find((one) => one === ending);
    if (kind !== "episodes" || format === undefined) return text(response, 404, "There is no such file.");
    const file = await episodeFile(this.#core.workspace, id, format);
    response.writeHead(200, {
      "content-type": file.type,
      "content-disposition": `attachment; filename="${file.name}"`,
      "content-security-policy": DOWNLOAD_POLICY,
      "cache-control": "no-store",
    });
    response.end(file.body);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { method = "", url = "", headers } = request;
    const ruling = rule({ port: this.port, token: this.#core.token }, { method, url, headers, upgrade: true });
    const { pathname } = new URL(url, this.origin);
    const session = /^\/live\/(?<id>[\w-]+)$/.exec(pathname)?.groups?.["id"];
    if (ruling.kind !== "pass" || (pathname !== RPC_PATH && session === undefined)) {
      const status = ruling.kind === "refuse" ? ruling.status : 404;
      socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      client.on("error", (error) => this.#core.options.log(`A socket broke: ${error.message}`));
      if (session === undefined) void this.#calls.upgrade(client, { context: { core: this.#core } });
      else this.#live(client, session);
    });
  }

  #live(client: WebSocket, session: string): void {
    let stop: () => void;
    try {
      stop = this.#core.sessions.watch(session, (bytes) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        client.send(bytes, { binary: true, compress: false }, (error) => (error == null ? resolve() : reject(error)));
        return promise;
      });
    } catch {
      return client.close(4404, "There is no such session.");
    }
    client.once("close", stop);
  }
}

/** `abc` of `abc.png`; empty for anything else. */
function stem(name: string | undefined, ending: string): string {
  return name?.endsWith(`.${ending}`) === true ? name.slice(0, -ending.length - 1) : "";
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end(`${body}\n`);
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(value));
}
