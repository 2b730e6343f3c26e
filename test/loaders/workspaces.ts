/**
 * Small workspaces for the loader tests, one per hand that plays: the built-in agent, a model on a server, a person. Each holds solved and failed
 * episodes on real pages, played the way users' are. In: nothing. Out: workspaces that are open while `use` runs.
 */
import { ON_POLICY } from "../../agent/model/choose.ts";
import { Inference } from "../../agent/model/inference.ts";
import { initialWeights } from "../../agent/model/network.ts";
import { modelPolicy } from "../../agent/modelPolicy.ts";
import { PerceptionService } from "../../agent/perception/perceptionService.ts";
import type { Policy } from "../../agent/policy.ts";
import { remotePolicy } from "../../agent/remote/remotePolicy.ts";
import { oraclePolicy } from "../../agent/scripted.ts";
import type { Action } from "../../env/action.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import type { Task } from "../../env/task.ts";
import { eyesOf } from "../../flywheel/actor.ts";
import { rollOut, type RolloutJob } from "../../flywheel/rollout.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { TASKS } from "../../tasks/index.ts";
import { chatServer, says } from "../agent/chatServer.ts";
import { openCore, reaches } from "../app/openCore.ts";
import { temporaryWorkspace } from "../flywheel/storeFixtures.ts";

const PLAYED = TASKS.filter(({ id }) => ["click-text", "enter-text", "log-in"].includes(id));
const SEEDS = [100, 101, 102, 103] as const;
/** Ends at once, which solves nothing. */
const FAILED = [104, 105] as const;

type Use = (workspace: Workspace) => Promise<void>;

/** Names and makers of the workspaces. */
export const WORKSPACES: Readonly<Record<string, (pool: EnvironmentPool, use: Use) => Promise<void>>> = {
  "built-in agent": builtIn,
  "remote agent": remote,
  person,
};

const signal = new AbortController().signal;
const jobsOf = (policy: Policy, seeds: readonly number[], more: Partial<RolloutJob> = {}): RolloutJob[] =>
  PLAYED.flatMap((task) =>
    seeds.map((seed) => ({ run: "r", runSeed: 1, cycle: 1, purpose: "train", role: "rollout", task, seed, trial: 0, policy, ...more })),
  );

/** Demonstrations, and what an untrained model does, in rollouts and in rollout groups. */
async function builtIn(pool: EnvironmentPool, use: Use): Promise<void> {
  await using workspace = await temporaryWorkspace();
  const network = { width: 32, layers: 1, heads: 2, cropWidth: 16 };
  const [inference, perception] = [new Inference(), new PerceptionService()];
  try {
    inference.offer("tiny", network, async () => initialWeights(network, 5));
    const model = modelPolicy({ id: "tiny", inference, perceive: eyesOf(perception), sampling: ON_POLICY });
    const acting = { weights: "w".repeat(64), maxSteps: 4 } as const;
    const group = PLAYED.flatMap((task) =>
      [0, 1].map((trial): RolloutJob => ({ ...jobsOf(model, [106], acting)[0]!, task, trial, role: "rl", groupId: `g-${task.id}` })),
    );
    await rollOut([...jobsOf(oraclePolicy, SEEDS, { role: "demonstration" }), ...jobsOf(model, FAILED, acting), ...group], {
      workspace,
      pool,
      signal,
    });
    routeEpisodes(workspace);
    await use(workspace);
  } finally {
    await Promise.all([perception.close(), inference.close()]);
  }
}

/** A text as it stands in the JSON of what holds it. */
const within = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A server on the loopback interface that answers with the right actions for some seeds. */
async function remote(pool: EnvironmentPool, use: Use): Promise<void> {
  await using workspace = await temporaryWorkspace();
  const known = new Map<string, Action[]>();
  for (const task of PLAYED) for (const seed of SEEDS) known.set(task.instance(seed).instruction, await solution(pool, task, seed));
  await using server = await chatServer((response, { body }) => {
    const asked = JSON.stringify(body.messages);
    const action = known
      .entries()
      .find(([instruction]) => asked.includes(within(within(instruction))))?.[1]
      .shift();
    says(response, JSON.stringify({ thought: "This is the next thing to do.", action: action ?? { kind: "done" } }));
  });
  const policy = remotePolicy(server.endpoint({ concurrency: 1, pictures: 2 }), () => null);
  await rollOut(jobsOf(policy, [...SEEDS, ...FAILED]), { workspace, pool, signal });
  routeEpisodes(workspace);
  await use(workspace);
}

/** A person in live sessions. */
async function person(pool: EnvironmentPool, use: Use): Promise<void> {
  await using core = await openCore();
  for (const task of PLAYED) {
    for (const seed of [...SEEDS, ...FAILED]) {
      const actions: readonly Action[] = seed > SEEDS.at(-1)! ? [{ kind: "done" }] : await solution(pool, task, seed);
      const { ids } = await core.call.sessions.start({ what: { kind: "task", task: task.id, seed }, agent: { kind: "person" } });
      await reaches(core, ids[0]!, "yours");
      for (const action of actions) await core.call.sessions.act({ id: ids[0]!, action });
      await reaches(core, ids[0]!, "ended");
    }
  }
  await use(core.core.workspace);
}

/** The task's own solution. */
async function solution(pool: EnvironmentPool, task: Task, seed: number): Promise<Action[]> {
  const [actions] = await pool.run([seed], async (environment) => {
    const done: Action[] = [];
    await environment.reset(task, seed);
    for (;;) {
      done.push(await task.oracle!(environment.oracleContext()));
      if ((await environment.step(done.at(-1)!)).verdict !== null) return done;
    }
  });
  return actions!;
}
