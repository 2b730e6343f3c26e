/** A client of a running core for programs: the command line, the shell, tests. In: its address. Out: typed calls; close it with `await using`. */
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import { WheelError, type WheelErrorCode } from "../env/errors.ts";
import type { Client } from "./api/index.ts";
import { RPC_PATH } from "./api/urls.ts";
import { authorization, type CoreAddress } from "./core/coreFile.ts";

export interface CoreClient extends AsyncDisposable {
  readonly call: Client;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
}

/** Connects. Throws `workspace-locked` when nobody answers there. */
export async function connectCore(address: Pick<CoreAddress, "origin" | "token">): Promise<CoreClient> {
  const url = `${address.origin.replace(/^http/, "ws")}${RPC_PATH}`;
  // Node's own WebSocket can send headers, which the types of browsers do not know.
  const socket = new (WebSocket as unknown as new (to: string, options: object) => WebSocket)(url, { headers: authorization(address) });
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  socket.addEventListener("open", () => opened.resolve());
  socket.addEventListener("close", () => {
    opened.reject(new WheelError("workspace-locked", `The core at ${address.origin} does not answer.`, "Stop it, or try again."));
    closed.resolve();
  });
  await opened.promise;
  return {
    call: createORPCClient<Client>(new RPCLink({ websocket: socket })),
    closed: closed.promise,
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed.promise;
    },
  };
}

/** What a call was refused with, as the error it was. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "REFUSED" || !("data" in error)) return error;
  const { code, hint } = error.data as { code: WheelErrorCode; hint: string };
  return new WheelError(code, error.message, hint, { cause: error });
}
