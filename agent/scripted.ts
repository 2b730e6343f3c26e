/**
 * Policies without a model: oracle, random, noop, always-fail. They share the interface, so baselines, tests and
 * demonstrations run through exactly the same rollout as a model.
 */
import { click, type Action, type Point } from "../env/action.ts";
import type { Rng } from "../env/random.ts";
import type { Viewport } from "../env/observation.ts";
import type { Decision, DecisionInput, Policy } from "./policy.ts";

/** A policy that always decides. */
export interface ScriptedPolicy extends Policy {
  decide(input: DecisionInput): Promise<Decision>;
}

/** Plays the task's own solution. Needs the privileged context. */
export const oraclePolicy: ScriptedPolicy = {
  id: "oracle",
  privileged: true,
  async decide({ privileged }: DecisionInput): Promise<Decision> {
    if (privileged === undefined) throw new TypeError("the oracle policy needs a task with an oracle");
    return { action: await privileged.oracle(privileged.context), target: "" };
  },
};

/** Says `done` at once. */
export const noopPolicy: ScriptedPolicy = {
  id: "noop",
  privileged: false,
  decide: async () => ({ action: { kind: "done" }, target: "" }),
};

/** Gives up at once: what infeasible instances are worth on their own. */
export const alwaysFailPolicy: ScriptedPolicy = {
  id: "always-fail",
  privileged: false,
  decide: async () => ({ action: { kind: "fail", reason: "always" }, target: "" }),
};

/** Uniform over kinds of action, uniform over the screen. */
export const randomPolicy: ScriptedPolicy = {
  id: "random",
  privileged: false,
  async decide({ rng, observation, instruction }: DecisionInput): Promise<Decision> {
    return { action: randomAction(rng, observation.viewport, instruction.split(/\s+/)), target: "", explored: true };
  },
};

const KEYS = ["Enter", "Tab", "Escape", "Backspace", "ArrowDown", "ArrowUp"] as const;

function randomAction(rng: Rng, viewport: Viewport, words: readonly string[]): Action {
  const point = (): Point => ({ x: Math.floor(rng.next() * viewport.width), y: Math.floor(rng.next() * viewport.height) });
  const choices: readonly (() => Action)[] = [
    () => click(point()),
    () => ({ kind: "hover", at: point() }),
    () => ({ kind: "drag", path: [point(), point()] }),
    () => ({ kind: "scroll", at: point(), dx: 0, dy: rng.pick([-100, 100]) }),
    () => ({ kind: "type", text: rng.pick(words) }),
    () => ({ kind: "key", chord: rng.pick(KEYS), count: 1 }),
    () => ({ kind: "wait" }),
    () => ({ kind: "done" }),
    () => ({ kind: "fail", reason: "random" }),
  ];
  return rng.pick(choices)();
}

/** Scripted policies by name, for `--policy`. */
export const SCRIPTED_POLICIES: Readonly<Record<string, ScriptedPolicy>> = {
  oracle: oraclePolicy,
  random: randomPolicy,
  noop: noopPolicy,
  "always-fail": alwaysFailPolicy,
};
