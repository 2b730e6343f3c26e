/** Handlers of `jobs`, and commands of the command line that run inside the core. */
import { commandJob } from "../jobs/commandJob.ts";
import { os } from "./os.ts";

/** Messages to a viewer at most every so many ms. */
const EVERY = 250;

const { jobs } = os;

export const jobHandlers = jobs.router({
  list: jobs.list.handler(({ context: { core } }) => core.jobs.list()),
  get: jobs.get.handler(({ context: { core }, input }) => core.jobs.get(input.id)),
  watch: jobs.watch.handler(({ context: { core }, signal }) => core.jobs.changed.stream(() => ({ jobs: core.jobs.list() }), EVERY, signal)),
  cancel: jobs.cancel.handler(({ context: { core }, input }) => core.jobs.cancel(input.id)),
  log: jobs.log.handler(({ context: { core }, input }) => [...core.jobs.log(input.id)]),
  command: jobs.command.handler(({ context: { core }, input, signal }) => commandJob(core, input, signal)),
});
