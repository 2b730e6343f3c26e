/**
 * `defineTask`: a task from a page script, a draw function and a check. It adds what all tasks share: seeded instances (bucket,
 * template, feasibility, theme), resources, setup, probe, clear, the rules of `done` and `fail`, and the wiring of near misses.
 * In: a `TaskDefinition`. Out: a `Task` of the environment's contract.
 */
import type { Page } from "playwright";
import type { Action } from "../env/action.ts";
import { WheelError } from "../env/errors.ts";
import { canonicalJson, type Json } from "../env/json.ts";
import type { Viewport } from "../env/observation.ts";
import { rng, type Rng } from "../env/random.ts";
import { splitOf, type Split } from "../env/split.ts";
import { callInPage, type Instance, type NearMiss, type Oracle, type ProbeState, type Task } from "../env/task.ts";
import type { Judgement } from "../env/verdict.ts";
import { fail } from "./oracle.ts";
import { resourcesOf } from "./resources.ts";
import { cssVariables, drawTheme, type Theme } from "./theme.ts";
import { wordsOf, type Words } from "./words.ts";

/** What the page script keeps as its state, plus `focus` (data-id or null) and `ended`, which the kit adds. */
export type PageState = { readonly [key: string]: any };

export interface Draw {
  readonly rng: Rng;
  readonly words: Words;
  readonly split: Split;
  readonly bucket: string;
  /** False: build the page without the thing the instruction names. */
  readonly feasible: boolean;
}

export interface TaskDefinition<P extends Json> {
  readonly id: string;
  readonly version?: number;
  readonly family: string;
  readonly summary: string;
  readonly viewport: Viewport;
  readonly maxSteps: number;
  /** Difficulty buckets, easiest first; seeds are spread evenly over them. */
  readonly buckets: readonly string[];
  /** Instructions with `{slot}`s, better four or more; usable in every split. */
  readonly templates: readonly string[];
  /** One more instruction, used by a quarter of the `final` instances only. */
  readonly heldOut?: string;
  /** Share of instances whose goal is not on the page; 0 when that makes no sense. */
  readonly infeasible?: number;
  /** Who ends the episode: the page (Submit, Save, ...) or the agent's `done`. */
  readonly ends: "page" | "done";
  /** Parameters of one instance: plain JSON, all that the page and the check need. */
  readonly draw: (given: Draw) => P;
  /** Values of the template slots; by default the string and number fields of the parameters. */
  readonly slots?: (params: P) => Readonly<Record<string, string>>;
  /** Text of the page script, which calls `flywheel.page({ state, render })`. */
  readonly page: string;
  /** Extra CSS. */
  readonly styles?: string;
  /** Null when exactly the asked thing was done (pure, looks at the newest state), else one sentence on what is wrong. */
  readonly check: (state: PageState, params: P) => string | null;
  /**
   * The part of the state that must be as at the start for `fail` to be right. By default all but focus where the agent ends the
   * episode, and nothing where the page does: a form that was never sent has done nothing.
   */
  readonly effects?: (state: PageState) => Json;
  /** Next action; for infeasible instances only called when `looks` is set, else the shared oracle fails at once. */
  readonly oracle: Oracle<P>;
  /** True when the oracle itself says `fail` after looking (opening a menu, scrolling a list). */
  readonly looks?: boolean;
  /** Plausible wrong solutions, better three or more; see nearMiss.ts. */
  readonly nearMisses?: readonly ((oracle: Oracle<P>) => NearMiss<P>)[];
}

const HELD_OUT_SHARE = 0.25;

/** Fills `{slot}`s. Throws RangeError for a slot without value. */
function fillTemplate(template: string, slots: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, slot: string) => {
    const value = slots[slot];
    if (value === undefined) throw new RangeError(`Template "${template}" has no value for {${slot}}.`);
    return value;
  });
}

function plainFields(params: Json): Record<string, string> {
  if (params === null || typeof params !== "object") return {};
  return Object.fromEntries(
    Object.entries(params)
      .filter((entry): entry is [string, string | number] => typeof entry[1] === "string" || typeof entry[1] === "number")
      .map(([name, value]) => [name, String(value)]),
  );
}

const REQUIRED = ["id", "family", "summary", "viewport", "maxSteps", "buckets", "templates", "ends", "draw", "page", "check", "oracle"] as const;

/** A `Task` from its definition. Throws `bad-task-module` when a field is missing (definitions may come from plain JavaScript). */
export function defineTask<P extends Json>(definition: TaskDefinition<P>): Task<P> {
  const missing = REQUIRED.filter((field) => definition[field] === undefined || (Array.isArray(definition[field]) && definition[field].length === 0));
  if (missing.length > 0) {
    throw new WheelError("bad-task-module", `The task "${definition.id}" lacks ${missing.join(", ")}.`, "defineTask.ts describes every field.");
  }
  const { id, version = 1, viewport } = definition;
  const oracle: Oracle<P> = async (context) =>
    context.instance.feasible || definition.looks === true ? definition.oracle(context) : fail("The instruction names something that is not here.");
  return {
    id,
    version,
    family: definition.family,
    summary: definition.summary,
    viewport,
    maxSteps: definition.maxSteps,
    buckets: definition.buckets,
    startPath: "/",
    instance: (seed) => drawInstance(definition, version, seed),
    resource: resourcesOf(definition.page, definition.styles ?? ""),
    setup: ({ params, seed }) => callInPage(startPage, givenTo(params, themeFor(id, version, seed))),
    clear: () => (globalThis as unknown as KitGlobal).flywheel?.clear(),
    probe: probePage,
    verify: (states, instance, actions) => judge(definition, states as readonly PageState[], instance, actions),
    oracle,
    nearMisses: (definition.nearMisses ?? []).map((make) => make(oracle)),
  };
}

function drawInstance<P extends Json>(definition: TaskDefinition<P>, version: number, seed: number): Instance<P> {
  const { templates } = definition;
  const split = splitOf(seed);
  const random = rng("instance", definition.id, version, seed);
  const bucket = random.pick(definition.buckets);
  const feasible = !random.chance(definition.infeasible ?? 0);
  const heldOut = random.chance(HELD_OUT_SHARE) && split === "final" && definition.heldOut !== undefined;
  const template = heldOut ? templates.length : random.int(templates.length);
  const wording = heldOut ? definition.heldOut : templates[template]!;
  const params = definition.draw({ rng: random, words: wordsOf(split), split, bucket, feasible });
  const slots = definition.slots?.(params) ?? plainFields(params);
  return { seed, split, bucket, template, heldOut, instruction: fillTemplate(wording, slots), feasible, params };
}

/** The theme of an instance. */
export function themeFor(id: string, version: number, seed: number): Theme {
  return drawTheme(rng("theme", id, version, seed), splitOf(seed));
}

/** What a page is started with. */
interface Given {
  readonly params: Json;
  readonly variables: Readonly<Record<string, string>>;
  readonly classes: readonly string[];
}

interface KitGlobal {
  readonly flywheel?: {
    start(given: Given): Promise<void>;
    probe(): ProbeState | null;
    clear(): void;
  };
}

function givenTo(params: Json, theme: Theme): Given {
  const classes = [theme.dark ? "dark" : "light", theme.align, theme.place, theme.field, ...(theme.card ? ["card"] : [])];
  return { params, variables: cssVariables(theme), classes };
}

/** In-page. */
function startPage(given: Given): Promise<void> {
  return (globalThis as unknown as Required<KitGlobal>).flywheel.start(given);
}

/** An agent that goes "back" or reloads loses the instance: that is a state, not an error. */
async function probePage(page: Page): Promise<ProbeState> {
  const probed = await page.evaluate(() => (globalThis as unknown as KitGlobal).flywheel?.probe() ?? null);
  return probed ?? { ended: false, state: { lost: true } };
}

const withoutKitFields = ({ focus: _focus, ended: _ended, ...rest }: PageState): Json => rest;

/** The verdict rules all tasks share, around the task's own check. */
function judge<P extends Json>(
  definition: TaskDefinition<P>,
  states: readonly PageState[],
  instance: Instance<P>,
  actions: readonly Action[],
): Judgement {
  const first = states[0];
  const end = states.at(-1);
  const last = actions.at(-1);
  const say = (pass: boolean, reason: string): Judgement => ({ pass, reason, evidence: end ?? null, rewardRaw: pass ? 1 : 0 });
  if (first === undefined || end === undefined) return say(false, "There is no state to look at.");
  if (end["lost"] === true) return say(false, "The page was left.");
  if (last?.kind === "fail") {
    if (instance.feasible) return say(false, "Gave up although the task could be done.");
    const effects = definition.effects ?? (definition.ends === "page" ? () => null : withoutKitFields);
    const untouched = canonicalJson(effects(first)) === canonicalJson(effects(end));
    return untouched ? say(true, "Rightly said that it cannot be done.") : say(false, "Said that it cannot be done, but changed the page before.");
  }
  if (!instance.feasible) return say(false, "What the instruction names is not there; the right answer was to give up.");
  if (definition.ends === "page" && end["ended"] !== true) return say(false, "The form was never sent.");
  if (definition.ends === "done" && last?.kind !== "done") return say(false, "Never said that it was done.");
  const wrong = definition.check(end, instance.params);
  return wrong === null ? say(true, "Exactly what was asked was done.") : say(false, wrong);
}
