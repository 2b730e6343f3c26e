/** Handlers of `sessions`. Each command answers with what the session is then. */
import type { Core } from "../core.ts";
import type { LiveSession } from "../sessions/liveSession.ts";
import type { SessionView } from "../../api/sessions.ts";
import { os } from "./os.ts";

/** Messages to a viewer at most every so many ms. */
const EVERY = 100;

async function told(core: Core, id: string, use: (session: LiveSession) => void | Promise<void>): Promise<SessionView> {
  const session = core.sessions.get(id);
  await use(session);
  return session.view;
}

const { sessions } = os;

export const sessionHandlers = sessions.router({
  list: sessions.list.handler(({ context: { core } }) => core.sessions.list()),
  get: sessions.get.handler(({ context: { core }, input }) => core.sessions.get(input.id).view),
  watch: sessions.watch.handler(({ context: { core }, signal }) =>
    core.sessions.changed.stream(() => ({ sessions: core.sessions.list() }), EVERY, signal),
  ),
  steps: sessions.steps.handler(async function* ({ context: { core }, input, signal }) {
    const session = core.sessions.get(input.id);
    for (let at = 0; signal?.aborted !== true;) {
      const next = session.stepped.wait(signal);
      const fresh = session.steps.slice(at);
      at += fresh.length;
      yield* fresh;
      if (session.ended) return;
      await next;
    }
  }),
  start: sessions.start.handler(async ({ context: { core }, input }) => {
    await core.requireRoom();
    return { ids: await core.sessions.start(input) };
  }),
  pause: sessions.pause.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.pause())),
  resume: sessions.resume.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.resume())),
  pauseAll: sessions.pauseAll.handler(({ context: { core } }) => ({ paused: core.sessions.pauseAll() })),
  step: sessions.step.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.step())),
  approve: sessions.approve.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.approve(input.number))),
  edit: sessions.edit.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.edit(input.number, input.action))),
  refuse: sessions.refuse.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.refuse(input.number, input.reason))),
  extend: sessions.extend.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.extend(input.number, input.seconds))),
  changeAsk: sessions.changeAsk.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.changeAsk(input.ask))),
  takeOver: sessions.takeOver.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.takeOver())),
  input: sessions.input.handler(async ({ context: { core }, input }) => {
    await core.sessions.get(input.id).input(input.events);
    return {};
  }),
  act: sessions.act.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.act(input.action))),
  thought: sessions.thought.handler(({ context: { core }, input }) => {
    core.sessions.get(input.id).explain(input.step, input.text);
    return {};
  }),
  handBack: sessions.handBack.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.handBack())),
  stop: sessions.stop.handler(({ context: { core }, input }) => told(core, input.id, (session) => session.stop())),
});
