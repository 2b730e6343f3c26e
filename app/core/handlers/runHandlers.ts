/** Handlers of `runs`: starting, pausing, stopping and watching the wheel. */
import { WheelError } from "../../../env/errors.ts";
import type { WheelConfig } from "../../../flywheel/config.ts";
import { runId } from "../../../flywheel/wheel.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import type { RunView } from "../../api/runs.ts";
import { configureRun } from "../../configureRun.ts";
import type { Core } from "../core.ts";
import type { Turning } from "../jobs/orders.ts";
import type { StoredRunView } from "../reading/runs.ts";
import { os } from "./os.ts";

type Picture = Outputs["runs"]["wheel"];

export const runHandlers = os.runs.router({
  list: os.runs.list.handler(async ({ context: { core } }) => (await core.reads.ask("runs.list", undefined)).map((run) => viewRun(core, run))),
  get: os.runs.get.handler(async ({ context: { core }, input }) => {
    const found = await core.reads.ask("runs.get", input);
    return found === null ? null : { ...viewRun(core, found), config: found.config };
  }),
  configure: os.runs.configure.handler(async ({ context: { core }, input }) => {
    const config = await configOf(core, input);
    const run = runId(config);
    return { run, config, tasks: config.tasks, known: core.workspace.runs.get(run) !== null };
  }),
  start: os.runs.start.handler(async ({ context: { core }, input }) => startRun(core, await configOf(core, input), input.turning)),
  resume: os.runs.resume.handler(async ({ context: { core }, input }) => {
    const { id, config } = await requireRun(core, input.run);
    const live = core.jobs.ofRun(id);
    if (live === null) return startRun(core, config, input.turning);
    if (live.state === "stopping") throw new WheelError("usage", `Run ${id} is stopping.`, "Go on with it in a moment.");
    core.jobs.turn(live.id, input.turning);
    core.jobs.resume(live.id);
    return { run: id, job: live.id };
  }),
  turn: os.runs.turn.handler(({ context: { core }, input }) => onJob(core, input.run, (job) => core.jobs.turn(job, input.turning))),
  pause: os.runs.pause.handler(({ context: { core }, input }) => onJob(core, input.run, (job) => core.jobs.pause(job))),
  stop: os.runs.stop.handler(({ context: { core }, input }) => onJob(core, input.run, (job) => core.jobs.cancel(job))),
  progress: os.runs.progress.handler(async function* ({ context: { core }, input, signal }) {
    const run = await core.reads.ask("runs.get", input);
    const job = run === null ? undefined : newestJob(core, run.id);
    if (job === undefined) return;
    for await (const event of core.jobs.events(job, signal ?? new AbortController().signal)) {
      if (event.kind === "progress") yield { ...event, note: event.note ?? "", secondsLeft: core.jobs.get(job).secondsLeft };
      else yield event;
    }
  }),
  stages: os.runs.stages.handler(({ context: { core }, input }) => core.reads.ask("runs.stages", input)),
  wheel: os.runs.wheel.handler(async ({ context: { core }, input }) => {
    const picture = await core.reads.ask("runs.wheel", input);
    const run = picture.run === null ? null : await core.reads.ask("runs.get", { run: picture.run });
    return { ...picture, sentence: run === null ? "Nothing has turned yet." : sentenceOf(viewRun(core, run), picture) };
  }),
  curve: os.runs.curve.handler(({ context: { core }, input }) => core.reads.ask("runs.curve", input)),
  alarms: os.runs.alarms.handler(({ context: { core }, input }) => core.reads.ask("runs.alarms", input)),
  report: os.runs.report.handler(async ({ context: { core }, input }) => {
    const { id } = await requireRun(core, input.run);
    const order = { kind: "report", run: id, file: input.file ?? null } as const;
    return { job: core.jobs.order({ kind: "report", title: `Report of run ${id}`, unit: "pages", run: id }, order, core.jobSetting).id };
  }),
});

async function requireRun(core: Core, run: string | undefined) {
  const found = await core.reads.ask("runs.get", { run });
  if (found === null) throw new WheelError("usage", "There is no run in this workspace yet.", "Start one on Home.");
  return found;
}

/** The same options always give the same run, on the command line and here. */
async function configOf(core: Core, input: Parsed["runs"]["configure"]): Promise<WheelConfig> {
  const { preset, seed, tasks, demonstrated, cycles, contexts, continuous, set } = input;
  const { config } = await configureRun({
    preset,
    filter: true,
    routing: true,
    ct: true,
    rl: true,
    requests: true,
    ...(seed === undefined ? {} : { seed }),
    ...(tasks === undefined ? {} : { tasks: tasks.join(",") }),
    ...(demonstrated === undefined ? {} : { demonstrated: demonstrated.join(",") }),
    ...(continuous ? { continuous } : {}),
    ...(cycles === undefined ? {} : { cycles }),
    ...((contexts ?? core.settings.browser.contexts) === null ? {} : { contexts: contexts ?? core.settings.browser.contexts! }),
    taskModule: core.settings.tasks.modules.filter(() => tasks !== undefined),
    set: Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`),
  });
  return config;
}

async function startRun(core: Core, config: WheelConfig, turning: Turning): Promise<{ run: string; job: string }> {
  await core.requireRoom();
  const run = runId(config);
  if (core.jobs.ofRun(run) !== null) throw new WheelError("usage", `Run ${run} is turning already.`, "Home shows how far it is.");
  core.jobs.requireNoRecording();
  // It is there from now on, also for whoever asks before its process has begun.
  core.workspace.runs.open(run, config, config.seed);
  const order = { kind: "run", config, turning, promotion: core.settings.gate.promote } as const;
  const job = core.jobs.order({ kind: "run", title: `Run ${run}`, unit: "episodes", run, records: true }, order, core.jobSetting, () =>
    core.recoverEpisodes(),
  );
  return { run, job: job.id };
}

async function onJob(core: Core, run: string | undefined, use: (job: string) => unknown): Promise<RunView> {
  const found = await requireRun(core, run);
  const live = core.jobs.ofRun(found.id);
  if (live === null) throw new WheelError("usage", `Run ${found.id} is not turning.`, "Go on with it first.");
  use(live.id);
  return viewRun(core, found);
}

function newestJob(core: Core, run: string): string | undefined {
  return core.jobs.list().find((job) => job.kind === "run" && job.run === run)?.id;
}

function viewRun(core: Core, { finished, ...run }: StoredRunView & { readonly config?: unknown }): RunView {
  const live = core.jobs.ofRun(run.id);
  const last = newestJob(core, run.id);
  const failed = live === null && last !== undefined && core.jobs.get(last).state === "failed";
  const state = live === null ? (failed ? "failed" : finished ? "finished" : "resting") : live.state === "running" ? "turning" : live.state;
  return { ...run, state: state as RunView["state"], job: live?.id ?? null, turning: live?.turning ?? null };
}

/** What the wheel does and what it waits for, in two short sentences. */
function sentenceOf(run: RunView, { cycle, gate, acting, cycles }: Omit<Picture, "sentence">): string {
  if (cycle !== (cycles.at(-1) ?? 0)) return `Cycle ${cycle}, as it stood then.`;
  const who = acting === null ? "" : ` with ${acting.checkpoint.name}`;
  const doing = doingOf(run.stage);
  const first = {
    turning: `Cycle ${run.cycle} ${doing}${doing === "is rolling out" ? who : ""}${run.beside === null ? "" : `, while cycle ${run.beside.cycle} ${doingOf(run.beside.stage)}`}.`,
    pausing: `Cycle ${run.cycle} comes to rest after what is under way.`,
    paused: `Cycle ${run.cycle} is paused.`,
    stopping: "The wheel stops after what is under way.",
    resting: `The wheel rests in cycle ${run.cycle}.`,
    finished: `All ${run.cyclesPlanned ?? run.cycle} cycles are done.`,
    failed: `The wheel stopped in cycle ${run.cycle}.`,
  }[run.state];
  return gate?.outcome === "waits" ? `${first} The gate of cycle ${cycle} waits for you.` : first;
}

const doingOf = (stage: string): string => DOING[stage.replace(/ (sft|rl)?( ?\d+)?$/, "")] ?? stage;

const DOING: Readonly<Record<string, string>> = {
  crawl: "looks around",
  demonstrate: "collects demonstrations",
  plan: "plans",
  "roll out": "is rolling out",
  ask: "asks for demonstrations",
  "answer requests": "gets demonstrations",
  route: "routes what was collected",
  snapshot: "freezes a snapshot",
  train: "trains",
  "rl groups": "rolls out groups for RL",
  reinforce: "trains by RL",
  evaluate: "plays the gate",
  decide: "decides",
  watch: "looks for alarms",
};
