/** A core on a folder of its own, with a client, for tests: the real one, in this process. It closes, and the folder goes, when the test ends. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Core, type CoreOptions } from "../../app/core/core.ts";
import { connectCore, type CoreClient } from "../../app/coreClient.ts";
import type { SessionView } from "../../app/api/sessions.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";

export interface TestCore extends AsyncDisposable {
  readonly core: Core;
  readonly call: CoreClient["call"];
  readonly dir: string;
  /** What it logged: nothing, when all is well. */
  readonly log: string[];
}

/** `fill` writes what the workspace holds before the core opens it. */
export async function openCore(
  fill: (workspace: Workspace) => void | Promise<void> = () => undefined,
  options: Partial<CoreOptions> = {},
): Promise<TestCore> {
  const folder = mkdtempSync(join(tmpdir(), "flywheel-core-"));
  const [dir, pages] = [join(folder, "ws"), join(folder, "pages")];
  mkdirSync(join(pages, "assets"), { recursive: true });
  writeFileSync(join(pages, "index.html"), "<!doctype html><title>app</title>");
  writeFileSync(join(pages, "assets", "main-0123abcd.js"), "export {};");
  writeFileSync(join(folder, "secret.txt"), "not for anybody");
  const workspace = await openWorkspace(dir);
  await fill(workspace);
  await workspace.close();
  const log: string[] = [];
  const core = await Core.open({ dir, pages, log: (line) => log.push(line), ...options });
  const client = await connectCore(core.address);
  return {
    core,
    call: client.call,
    dir,
    log,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await core.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits for a session to be in one of these states. */
export async function reaches({ call }: Pick<TestCore, "call">, id: string, ...states: SessionView["state"][]): Promise<SessionView> {
  for await (const { sessions } of await call.sessions.watch()) {
    const session = sessions.find((one) => one.id === id);
    if (session !== undefined && states.includes(session.state)) return session;
    if (session?.state === "ended") throw new Error(`session ${id} ended: ${session.note}`);
  }
  throw new Error(`session ${id} never was ${states.join(" or ")}`);
}

/** Waits for a job to end. */
export async function ended({ call }: Pick<TestCore, "call">, id: string) {
  for await (const { jobs } of await call.jobs.watch()) {
    const job = jobs.find((one) => one.id === id);
    if (job?.endedAt != null) return job;
  }
  throw new Error(`job ${id} never ended`);
}

/** Files below a folder that hold these words. */
export function filesWith(dir: string, words: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(words));
}

/** Waits until `look` gives something else than null. */
export async function until<Value>(look: () => Promise<Value | null>): Promise<Value> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await sleep(50);
  }
}
