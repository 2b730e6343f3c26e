/**
 * How the core of a workspace is found: `core.json` beside its database, readable by its owner only, with where it answers and the token.
 * In: a folder. Out: what a client needs, or null. A file that a killed core left behind is noticed, as nobody answers there.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const schema = z.object({ pid: z.int(), origin: z.string(), token: z.string(), version: z.string() });
export type CoreAddress = z.infer<typeof schema>;

export function writeCoreFile(dir: string, address: CoreAddress): void {
  const path = join(dir, "core.json");
  writeFileSync(`${path}.part`, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  renameSync(`${path}.part`, path);
}

export function removeCoreFile(dir: string): void {
  rmSync(join(dir, "core.json"), { force: true });
}

/** The core that holds this workspace and answers, or null. */
export async function findCore(dir: string): Promise<CoreAddress | null> {
  let address: CoreAddress;
  try {
    address = schema.parse(JSON.parse(readFileSync(join(dir, "core.json"), "utf8")));
  } catch {
    return null;
  }
  try {
    const answer = await fetch(`${address.origin}/health`, { headers: authorization(address), signal: AbortSignal.timeout(3000) });
    return answer.ok && ((await answer.json()) as { pid?: number }).pid === address.pid ? address : null;
  } catch {
    return null;
  }
}

/** Headers by which a client that is no browser shows the token. */
export function authorization({ token }: Pick<CoreAddress, "token">): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** What a person opens in a browser. */
export function entranceOf({ origin, token }: Pick<CoreAddress, "origin" | "token">): string {
  return `${origin}/?token=${token}`;
}
