/**
 * Near misses: plausible wrong solutions made from the oracle, which the verifier must reject.
 * Each maker takes a description and returns a function from the task's oracle to a `NearMiss`; `defineTask` applies it.
 */
import type { Json } from "../env/json.ts";
import type { Instance, NearMiss, Oracle, OracleContext } from "../env/task.ts";
import type { Action } from "../env/action.ts";
import { done, fail } from "./oracle.ts";

type Maker<P extends Json> = (oracle: Oracle<P>) => NearMiss<P>;

/** Follows the oracle towards another goal. `alter` returns the parameters with the wrong goal, or null where it cannot be made. */
export function wrongGoal<P extends Json>(name: string, alter: (params: P, instance: Instance<P>) => P | null): Maker<P> {
  return (oracle) => ({
    name,
    applies: (instance) => alter(instance.params, instance) !== null,
    act: async (context) => {
      const params = alter(context.instance.params, context.instance);
      if (params === null) return fail("This mistake cannot be made here.");
      return oracle({ ...context, instance: { ...context.instance, params, feasible: true } });
    },
  });
}

/** Follows the oracle, but says `done` as soon as `when` holds (by default at once). For feasible instances. */
export function stopEarly<P extends Json>(
  name: string,
  when: (next: Action, context: OracleContext<P>) => boolean | Promise<boolean> = () => true,
): Maker<P> {
  return (oracle) => ({
    name,
    applies: (instance) => instance.feasible,
    act: async (context) => {
      const next = await oracle(context);
      return (await when(next, context)) ? done() : next;
    },
  });
}

/** Does one extra thing first, then follows the oracle. For feasible instances (and those `applies` allows). */
export function extraStep<P extends Json>(
  name: string,
  extra: (context: OracleContext<P>) => Promise<Action>,
  applies: (instance: Instance<P>) => boolean = () => true,
): Maker<P> {
  return (oracle) => ({
    name,
    applies: (instance) => instance.feasible && applies(instance),
    act: async (context) => (context.actions.length === 0 ? extra(context) : oracle(context)),
  });
}

/** Gives up at once on an instance that can be solved. */
export function givesUp<P extends Json>(): Maker<P> {
  return () => ({
    name: "gives up at once",
    applies: (instance) => instance.feasible,
    act: async () => fail("I cannot find it."),
  });
}
