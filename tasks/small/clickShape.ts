/** click-shape: click the shape of the named colour and form (and size). Ends with `done`. */
import { defineTask } from "../defineTask.ts";
import { extraStep, givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, done, stateOf } from "../oracle.ts";
import { exactly } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, placeGoal } from "../words.ts";

/** Hue, saturation, lightness of each colour name; apart enough to be named without doubt. */
const COLOURS = {
  red: [0, 80, 48],
  blue: [220, 80, 50],
  green: [128, 60, 36],
  yellow: [54, 98, 52],
  orange: [31, 98, 52],
  purple: [282, 60, 45],
  pink: [335, 90, 78],
  black: [0, 0, 10],
} as const;
const FORMS = ["circle", "square", "triangle", "star", "diamond", "heart", "cross"] as const;
const SIZES = { small: 18, large: 40 } as const;
const MEDIUM = 30;

type Shape = { readonly name: string; readonly form: string; readonly fill: string; readonly size: number; readonly x: number; readonly y: number };
/** Places are in per cent of the drawing area. */
type Params = { readonly target: string; readonly shapes: readonly Shape[] };

const BUCKETS = ["4-5 shapes", "8-9 shapes", "two sizes"] as const;
const GRID = { columns: 4, rows: 3 } as const;

/** Names ("red circle", "large red circle"): the first is the goal, the next ones share a part of it. */
function drawNames(rng: Parameters<typeof placeGoal>[0], count: number, sized: boolean): string[] {
  const colours = Object.keys(COLOURS);
  const [colour, otherColour] = rng.sample(colours, 2) as [string, string];
  const [form, otherForm] = rng.sample(FORMS, 2) as [string, string];
  const size = rng.pick(["small", "large"]);
  const full = (s: string, c: string, f: string): string => (sized ? `${s} ${c} ${f}` : `${c} ${f}`);
  const names = new Set([full(size, colour, form)]);
  if (sized) names.add(full(size === "small" ? "large" : "small", colour, form));
  if (count > 5 || sized) [full(size, colour, otherForm), full(size, otherColour, form)].forEach((name) => names.add(name));
  while (names.size < count) names.add(full(rng.pick(["small", "large"]), rng.pick(colours), rng.pick(FORMS)));
  return [...names];
}

export const clickShape = defineTask<Params>({
  id: "click-shape",
  family: "look",
  summary: "Click the shape of the named colour and form.",
  viewport: { width: 280, height: 220 },
  maxSteps: 5,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  templates: [
    "Click the {target}.",
    "Click on the {target}.",
    "Find the {target} and click it.",
    "Select the {target}.",
    "Where is the {target}? Click it.",
  ],
  heldOut: "Point at the {target} with one click.",
  draw: ({ rng, bucket, feasible }) => {
    const sized = bucket === "two sizes";
    const count = bucket === "4-5 shapes" ? between(rng, 4, 5) : between(rng, 7, 9);
    const { goal, shown } = placeGoal(rng, drawNames(rng, count + 1, sized), feasible);
    const cells = rng.sample(
      Array.from({ length: GRID.columns * GRID.rows }, (_, cell) => cell),
      count,
    );
    const shapes = shown.map((name, index): Shape => {
      const [form, colour, size] = name.split(" ").toReversed() as [string, keyof typeof COLOURS, keyof typeof SIZES | undefined];
      const [hue, saturation, lightness] = COLOURS[colour];
      const cell = cells[index]!;
      return {
        name,
        form,
        fill: `hsl(${hue + between(rng, -4, 4)} ${saturation}% ${lightness + between(rng, -3, 3)}%)`,
        size: size === undefined ? MEDIUM + between(rng, -6, 6) : SIZES[size] + between(rng, -2, 2),
        x: ((cell % GRID.columns) + 0.5 + (rng.next() - 0.5) * 0.3) * (100 / GRID.columns),
        y: (Math.floor(cell / GRID.columns) + 0.5 + (rng.next() - 0.5) * 0.2) * (100 / GRID.rows),
      };
    });
    return { target: goal, shapes };
  },
  page: pageFile("click-shape.js"),
  styles: pageFile("click-shape.css"),
  check: (state, { target }) => exactly(state["clicked"], [target], "clicked"),
  oracle: async (context) => {
    const { shapes, target } = context.instance.params;
    return stateOf(context)["clicked"].includes(target) ? done() : clickOn(context, `shape-${shapes.findIndex(({ name }) => name === target)}`);
  },
  nearMisses: [
    wrongGoal("clicks one of another colour", (params) => like(params, (name, target) => partOf(name, 1) !== partOf(target, 1))),
    wrongGoal("clicks one of another form", (params) => like(params, (name, target) => partOf(name, 0) !== partOf(target, 0))),
    wrongGoal("clicks the other size", (params) =>
      like(params, (name, target) => name !== target && name.split(" ").slice(1).join() === target.split(" ").slice(1).join()),
    ),
    stopEarly("says done without clicking"),
    extraStep("clicks another one first", async (context) =>
      clickOn(context, `shape-${context.instance.params.shapes.findIndex(({ name }) => name !== context.instance.params.target)}`),
    ),
    givesUp(),
  ],
});

/** Word of a name counted from its end: 0 form, 1 colour. */
function partOf(name: string, fromEnd: number): string {
  return name.split(" ").at(-1 - fromEnd)!;
}

/** The same instance with another shape as its goal. */
function like(params: Params, suits: (name: string, target: string) => boolean): Params | null {
  const other = params.shapes.find(({ name }) => suits(name, params.target));
  return other === undefined ? null : { ...params, target: other.name };
}
