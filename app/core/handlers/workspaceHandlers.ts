/** Handlers of `workspace`, `acts`, `views` and `settings`. */
import { statfs } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { WheelError } from "../../../env/errors.ts";
import { findBrowser } from "../../../env/findBrowser.ts";
import type { StoredAct } from "../../../flywheel/store/acts.ts";
import type { Outputs } from "../../api/index.ts";
import { VERSION } from "../../version.ts";
import type { Core } from "../core.ts";
import { listViews, removeView, saveView } from "../writing/keep.ts";
import { os } from "./os.ts";

type Waiting = Outputs["workspace"]["waiting"];

export const workspaceHandlers = os.workspace.router({
  status: os.workspace.status.handler(async ({ context: { core } }) => {
    const [{ counts, unindexed, resumable, databaseBytes }, waiting] = await Promise.all([
      core.reads.ask("workspace.overview", undefined),
      waitingFor(core),
    ]);
    const live = core.sessions.list().filter(({ state }) => state !== "ended");
    const count = (kind: Waiting[number]["kind"]): number => waiting.filter((one) => one.kind === kind).length;
    const isTurning = resumable !== null && core.jobs.ofRun(resumable.run) !== null;
    return {
      name: basename(resolve(core.workspace.dir)),
      dir: resolve(core.workspace.dir),
      version: VERSION,
      core: { pid: process.pid, startedAt: core.startedAt, node: process.versions.node, memoryBytes: process.memoryUsage.rss() },
      browser: browserOf(),
      counts: { ...counts, sessions: live.length, tasks: core.tasks.filter(({ suite }) => suite === undefined).length },
      waits: { approvals: count("approval"), gates: count("gate"), demonstrations: count("demonstrations") },
      disk: { freeBytes: await freeBytes(core.workspace.dir), databaseBytes },
      unindexed,
      resumable: isTurning ? null : resumable,
    };
  }),
  waiting: os.workspace.waiting.handler(({ context: { core } }) => waitingFor(core)),
  watch: os.workspace.watch.handler(({ context: { core }, signal }) => core.topics.stream(signal)),
  search: os.workspace.search.handler(({ context: { core }, input }) => core.reads.ask("workspace.search", input)),
});

/** What blocks most comes first: a session that asks, a gate, a run that stopped, people's demonstrations, room on the disk. */
async function waitingFor(core: Core): Promise<Waiting> {
  const inStore = await core.reads.ask("workspace.waiting", undefined);
  const approvals = core.sessions.list().flatMap(({ id, pending, activeAt }): Waiting => {
    if (pending === null) return [];
    const target = pending.target === "" ? "" : ` “${pending.target}”`;
    return [{ kind: "approval", session: id, sentence: `${pending.sentence}${target}`, since: activeAt, until: pending.until }];
  });
  const stopped = core.jobs.list().flatMap(({ kind, state, run, problem, endedAt }): Waiting => {
    if (kind !== "run" || state !== "failed" || run === null || core.jobs.ofRun(run) !== null) return [];
    return [{ kind: "stopped", run, sentence: problem?.message ?? "It stopped.", since: endedAt ?? Date.now() }];
  });
  const free = await freeBytes(core.workspace.dir);
  const disk: Waiting =
    free < core.settings.budgets.leastFreeBytes ? [{ kind: "disk", bytes: free, sentence: "There is little room left on the disk." }] : [];
  const gates = inStore.filter(({ kind }) => kind === "gate");
  const demonstrations = inStore.filter(({ kind }) => kind === "demonstrations");
  return [...approvals, ...gates, ...stopped.slice(0, 1), ...demonstrations, ...disk];
}

/** A wrong path in the environment is told when a browser is needed. */
function browserOf(): Outputs["workspace"]["status"]["browser"] {
  try {
    const found = findBrowser();
    return found === null ? null : { path: found.executablePath, source: found.source };
  } catch {
    return null;
  }
}

async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

const viewAct = ({ createdAt, undo: _, ...act }: StoredAct) => ({ ...act, at: createdAt });

export const actHandlers = os.acts.router({
  list: os.acts.list.handler(({ context: { core }, input }) => core.workspace.acts.list(input.limit).map(viewAct)),
  undo: os.acts.undo.handler(async ({ context: { core }, input }) =>
    viewAct(await core.writes.ask("undo", { input: input.id, author: core.author })),
  ),
});

export const viewHandlers = os.views.router({
  list: os.views.list.handler(({ context: { core } }) => listViews(core.workspace)),
  save: os.views.save.handler(({ context: { core }, input }) => {
    const saved = saveView(core.workspace, input);
    core.topics.tell("views");
    return saved;
  }),
  remove: os.views.remove.handler(({ context: { core }, input }) => {
    removeView(core.workspace, input.id);
    core.topics.tell("views");
    return {};
  }),
});

export const settingsHandlers = os.settings.router({
  get: os.settings.get.handler(({ context: { core } }) => core.settings),
  set: os.settings.set.handler(({ context: { core }, input }) => core.changeSettings(input)),
  retention: os.settings.retention.handler(({ context: { core } }) => core.reads.ask("settings.retention", core.perception.version)),
  prune: os.settings.prune.handler(({ context: { core }, input }) => {
    const busy = core.jobs.list().find(({ kind, endedAt }) => endedAt === null && kind !== "prune");
    if (busy !== undefined) throw new WheelError("usage", `${busy.title} is under way.`, "Delete when nothing runs, so that nothing in use goes.");
    const work = (): Promise<{ freed: number }> => core.writes.ask("prune", { ...input, version: core.perception.version });
    return { job: core.jobs.own({ kind: "prune", title: "Making room", unit: "kinds" }, work).id };
  }),
});
