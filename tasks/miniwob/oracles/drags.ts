/** Solutions by dragging, drawing and pointing: boxes, shapes, sorted lists, sliders, lines. */
import { click, type Action, type Point } from "../../../env/action.ts";
import { centre, type Box, type Oracle } from "../../../env/task.ts";
import { asked, first, inOrder, look, press, pressOn, submit, timesDone, type Context, type Seen, type Step } from "./look.ts";

const drag = (...path: readonly Point[]): Action => ({ kind: "drag", path: [...path] });
const moved = (from: Point, dx: number, dy: number): Point => ({ x: from.x + dx, y: from.y + dy });
const inside = (inner: Box, outer: Box): boolean =>
  inner.x > outer.x && inner.y > outer.y && inner.x + inner.width < outer.x + outer.width && inner.y + inner.height < outer.y + outer.height;

/** Drags what was seen so that its middle comes to a place. */
function dragTo({ point, box }: Seen, to: Point): Action {
  const from = point ?? centre(box);
  return drag(from, moved(from, to.x - centre(box).x, to.y - centre(box).y));
}

const boxIntoBox = inOrder(async (context) => {
  const [small, large] = [(await first(context, "#draggableSmall"))!, (await first(context, "#draggableLarge"))!];
  if (inside(small.box, large.box) && small.point !== null) return null;
  // The large box hides the small one: it is moved to the side first.
  if (small.point === null) return dragTo(large, moved(centre(large.box), large.box.x > 60 ? -40 : 40, 0));
  return inside(small.box, large.box) ? null : dragTo(small, centre(large.box));
}, submit);

const POSITIONS = ["top", "bottom", "up", "down"] as const;

/** Where in the list (0 = top) an item that is now at `index` of `length` shall go. */
function askedPlace(where: string, index: number, length: number): number {
  const word = POSITIONS.find((one) => where.includes(one));
  if (word === undefined) return Number(/\d+/.exec(where)![0]) - 1;
  return { top: 0, bottom: length - 1, up: index - 1, down: index + 1 }[word];
}

/** Drags a row of a sortable list to the place of another; a little beyond, so that the other gives way. */
function dragRow(rows: readonly Seen[], from: number, to: number): Action {
  const target = centre(rows[to]!.box);
  return drag(centre(rows[from]!.box), moved(target, 0, to > from ? 5 : -5));
}

async function dragItem(context: Context): Promise<Action> {
  const [name, where] = asked(context, /^Drag (\S+) (.*)\.$/);
  const rows = await look(context, "#sortable li");
  const from = rows.findIndex(({ text }) => text === name);
  return dragRow(rows, from, askedPlace(where!, from, rows.length));
}

/** Brings the smallest number that is out of place up to its place. */
const sortNumbers = inOrder(async (context) => {
  const rows = await look(context, "#sortable li");
  const numbers = rows.map(({ text }) => Number(text));
  const sorted = numbers.toSorted((a, b) => a - b);
  const to = sorted.findIndex((number, index) => number !== numbers[index]);
  return to < 0 ? null : dragRow(rows, numbers.indexOf(sorted[to]!, to), to);
}, submit);

const DIRECTIONS: Readonly<Record<string, Point>> = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } };

const dragShape = inOrder(async (context) => {
  if (timesDone(context, "drag") > 0) return null;
  const { x, y } = DIRECTIONS[asked(context, /(left|right|up|down) then/)[0]!]!;
  const shape = (await first(context, ".black-shape"))!;
  return dragTo(shape, moved(centre(shape.box), 25 * x, 25 * y));
}, submit);

const TAGS: Readonly<Record<string, string>> = { rectangles: "rect", circles: "circle", triangles: "polygon" };

/** A free place in a frame, as far as possible from what already lies there. */
function freePlace(frame: Box, others: readonly Box[]): Point {
  const places = [0.35, 0.7].flatMap((y) => [0.2, 0.4, 0.6, 0.8].map((x) => ({ x: frame.x + x * frame.width, y: frame.y + y * frame.height })));
  const room = (place: Point): number => Math.min(...others.map((box) => Math.hypot(centre(box).x - place.x, centre(box).y - place.y)), 100);
  return places.toSorted((a, b) => room(b) - room(a))[0]!;
}

/** Drags every shape into the frame it belongs to; `belongs` gives the frame's index, or null for shapes that stay where they are. */
function sortShapes(belongs: (shape: Seen, instruction: string) => number | null): Step {
  return async (context) => {
    const frames = await look(context, "#area_svg #shape-container");
    const shapes = (await look(context, "#area_svg > *")).filter(({ attributes }) => attributes["id"] !== "shape-container");
    for (const shape of shapes) {
      const index = belongs(shape, context.instance.instruction);
      if (index === null || inside(shape.box, frames[index]!.box)) continue;
      return dragTo(
        shape,
        freePlace(
          frames[index]!.box,
          shapes.filter((one) => one !== shape).map(({ box }) => box),
        ),
      );
    }
    return null;
  };
}

const oneFrame = sortShapes((shape, instruction) => (shape.tag === TAGS[/all (\w+)/.exec(instruction)![1]!] ? 0 : null));
const twoFrames = sortShapes((shape, instruction) => {
  const [, word] = /all (\w+)/.exec(instruction)!;
  return (TAGS[word!] === undefined ? shape.attributes["fill"] === word : shape.tag === TAGS[word!]) ? 0 : 1;
});

/** Moves a slider by the keyboard: a click on its handle, then arrows. `index` counts the sliders of the page. */
function slide(index: number, shown: string, wanted: (context: Context) => number): Step {
  return async (context) => {
    const missing = wanted(context) - Number((await first(context, shown))!.text);
    if (missing === 0) return null;
    const handle = (await look(context, ".ui-slider-handle"))[index]!;
    if (!handle.focused) return press(handle);
    return { kind: "key", chord: missing > 0 ? "ArrowUp" : "ArrowDown", count: Math.min(Math.abs(missing), 60) };
  };
}

const COMBINATION = /combination \[(\d+),(\d+),(\d+)\]/;

const nthCheckbox: Step = async (context) => {
  const wanted = Number(asked(context, /click the (\d)/)[0]) - 1;
  const boxes = await look(context, "#area input[type=checkbox]");
  const wrong = boxes.find(({ checked }, index) => checked !== (index === wanted));
  return wrong === undefined ? null : press(wrong);
};

/** A circle of points around one, closed. */
function around(middle: Point, radius: number): Point[] {
  return Array.from({ length: 25 }, (_, i) => moved(middle, radius * Math.cos((i * Math.PI) / 12), radius * Math.sin((i * Math.PI) / 12)));
}

/** A drawing is made once. */
const draw = (path: (dot: Point, context: Context) => readonly Point[]): Oracle<any> =>
  inOrder(
    async (context) => (timesDone(context, "drag") > 0 ? null : drag(...path(centre((await first(context, "#circ"))!.box), context))),
    pressOn("#controls button"),
  );

/** Clicks a point and, as the dot that the page then draws is a little beside it, once more where the dot comes to lie right. */
const aim = (where: (context: Context) => Promise<Point>): Oracle<any> =>
  inOrder(async (context) => {
    const [dot, last, goal] = [await first(context, "#blue-circle"), context.actions.at(-1), await where(context)];
    if (dot === undefined || last?.kind !== "click") return click(goal);
    const [dx, dy] = [goal.x - centre(dot.box).x, goal.y - centre(dot.box).y];
    return context.actions.length > 1 || Math.hypot(dx, dy) < 0.75 ? null : click(moved(last.at, dx, dy));
  }, submit);

export const DRAGS: Readonly<Record<string, Oracle<any>>> = {
  "circle-center": aim(async (context) => centre((await first(context, ".black-circle"))!.box)),
  "drag-box": boxIntoBox,
  "drag-items": dragItem,
  "drag-shapes": inOrder(oneFrame, submit),
  "drag-shapes-2": inOrder(twoFrames, submit),
  "drag-single-shape": dragShape,
  "drag-sort-numbers": sortNumbers,
  "draw-circle": draw((dot) => around(dot, 17)),
  "draw-line": draw((dot, context) => {
    const [dx, dy] = asked(context, /^Draw a (\w+)/)[0] === "horizontal" ? [28, 0] : [0, 28];
    return [moved(dot, -dx, -dy), dot, moved(dot, dx, dy)];
  }),
  "find-midpoint": aim(async (context) => {
    const [a, b] = (await look(context, ".black-circle")).map(({ box }) => centre(box));
    return { x: (a!.x + b!.x) / 2, y: (a!.y + b!.y) / 2 };
  }),
  "form-sequence": inOrder(
    slide(0, "#val", (context) => Number(asked(context, /^Select (-?\d+)/)[0])),
    nthCheckbox,
    submit,
  ),
  "use-slider": inOrder(
    slide(0, "#val", (context) => Number(asked(context, /^Select (-?\d+)/)[0])),
    submit,
  ),
  "use-slider-2": inOrder(...([0, 1, 2] as const).map((n) => slide(n, `#val-${n + 1}`, (context) => Number(asked(context, COMBINATION)[n]))), submit),
};
