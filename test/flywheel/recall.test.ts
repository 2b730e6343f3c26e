/** Episodes that share their beginning with earlier ones: remembered, not done again, and the same as if they had been. */
import { afterAll, describe, expect, test } from "vitest";
import type { Policy } from "../../agent/policy.ts";
import { click, type Action } from "../../env/action.ts";
import { SCRIPTED_POLICIES } from "../../agent/scripted.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { rng } from "../../env/random.ts";
import type { Task } from "../../env/task.ts";
import { rollOut, type RolloutJob } from "../../flywheel/rollout.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { TransitionMemory } from "../../flywheel/transitionMemory.ts";
import { findTasks } from "../../tasks/index.ts";
import { essence } from "./essence.ts";
import { temporaryWorkspace } from "./storeFixtures.ts";

const pool = new EnvironmentPool(1);
afterAll(() => pool.close());
const { signal } = new AbortController();
const TASKS = findTasks(["click-checkboxes", "enter-text", "log-in", "click-menu"]);

/** Four random actions, the first two the same for all, then each policy's own; then it is done. */
const wanderer = (name: string): Policy => ({
  id: name,
  privileged: false,
  decide: async ({ history, instruction, observation: { viewport } }) => {
    const random = rng(history.length < 2 ? "all" : name, instruction, history.length);
    const actions: readonly Action[] = [
      click({ x: random.int(viewport.width), y: random.int(viewport.height) }),
      { kind: "key", chord: "Tab", count: 1 + random.int(3) },
      { kind: "type", text: random.pick(instruction.split(" ")) },
    ];
    return { action: history.length === 4 ? { kind: "done" } : random.pick(actions), target: "" };
  },
});

const jobOf = (task: Task, seed: number, policy: Policy): RolloutJob => ({
  run: null,
  runSeed: 1,
  cycle: 0,
  purpose: "train",
  role: "evaluation",
  task,
  seed,
  trial: 0,
  policy,
});

/** The task, and how often its page was set up. */
function counted(task: Task): { readonly task: Task; readonly setups: () => number } {
  let setups = 0;
  const setup: Task["setup"] = (instance) => {
    setups++;
    return task.setup(instance);
  };
  return { task: { ...task, setup }, setups: () => setups };
}

const stepsOf = ({ steps, episodes }: Workspace, id: string): unknown => [essence(episodes.get(id)), steps.of(id)];

describe("an episode that was remembered", () => {
  test("has the same screens, states and verdict as one that was carried out, wherever it leaves the known path", async () => {
    await using remembering = await temporaryWorkspace();
    await using doing = await temporaryWorkspace();
    const jobs = [wanderer("ada"), wanderer("bea"), SCRIPTED_POLICIES["noop"]!].flatMap((policy) =>
      TASKS.flatMap((task) => [40, 41].map((seed) => jobOf(task, seed, policy))),
    );
    const remembered = await rollOut(jobs, { workspace: remembering, pool, signal, memory: new TransitionMemory(100) });
    const done = await rollOut(jobs, { workspace: doing, pool, signal });
    expect(remembered.map(({ id }) => stepsOf(remembering, id))).toEqual(done.map(({ id }) => stepsOf(doing, id)));
  });

  test("touches no page", async () => {
    await using workspace = await temporaryWorkspace();
    const { task, setups } = counted(TASKS[0]!);
    const memory = new TransitionMemory(100);
    const policies = ["first", "second"].map((id) => ({ ...wanderer("ada"), id }));
    const episodes = await rollOut(
      policies.map((policy) => jobOf(task, 42, policy)),
      { workspace, pool, signal, memory },
    );
    expect(setups()).toBe(1);
    expect(workspace.steps.of(episodes[1]!.id)).toEqual(workspace.steps.of(episodes[0]!.id));
    await rollOut([jobOf(task, 42, wanderer("bea"))], { workspace, pool, signal, memory });
    expect(setups()).toBe(2);
  });

  test("is played again without memory when the page turns out to be another", async () => {
    await using workspace = await temporaryWorkspace();
    const [stable, memory] = [TASKS[0]!, new TransitionMemory(100)];
    let visits = 0;
    const restless: Task = {
      ...stable,
      setup: (instance) => `${stable.setup(instance)}.then(() => void (document.body.style.background = "rgb(${40 * ++visits}, 0, 0)"))`,
    };
    const jobs = [wanderer("ada"), wanderer("bea")].map((policy) => jobOf(restless, 43, policy));
    const [first, second] = await rollOut(jobs, { workspace, pool, signal, memory });
    // Set up for the first, to catch up for the second, and for the second once more from its start.
    expect(visits).toBe(3);
    expect(second!.startScreenHash).not.toBe(first!.startScreenHash);
    expect(second!.status).toBe("ended");
    expect(memory.opening(restless, 43)).toBeUndefined();
  });
});
