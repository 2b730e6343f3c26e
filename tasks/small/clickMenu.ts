/** click-menu: open the named menu and choose the named entry, sometimes inside a submenu. Ends with `done`. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, done, fail, firstOf, stateOf } from "../oracle.ts";
import { exactly } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart } from "../words.ts";

/** An entry with `entries` is a submenu. `path` holds the labels from the menu to the entry to choose. */
type Entry = { readonly label: string; readonly entries: readonly string[] };
type Params = { readonly menus: readonly { readonly label: string; readonly entries: readonly Entry[] }[]; readonly path: readonly string[] };

const BUCKETS = ["2 menus", "3 menus", "submenus"] as const;

/** Another entry of the same menu (or submenu) as the goal. */
function sibling({ menus, path }: Params): readonly string[] | null {
  const entries = menus.find(({ label }) => label === path[0])?.entries ?? [];
  const inner = entries.find(({ label }) => label === path[1])?.entries ?? [];
  if (path.length === 3) {
    const other = inner.find((label) => label !== path[2]);
    return other === undefined ? null : [path[0]!, path[1]!, other];
  }
  const other = entries.find(({ label, entries: below }) => label !== path[1] && below.length === 0);
  return other === undefined ? null : [path[0]!, other.label];
}

/** An entry of another menu. */
function elsewhere({ menus, path }: Params): readonly string[] | null {
  const menu = menus.find(({ label }) => label !== path[0])!;
  const entry = menu.entries.find(({ entries }) => entries.length === 0);
  return entry === undefined ? null : [menu.label, entry.label];
}

export const clickMenu = defineTask<Params>({
  id: "click-menu",
  family: "navigate",
  summary: "Open the named menu and choose the named entry.",
  viewport: { width: 320, height: 240 },
  maxSteps: 8,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  looks: true,
  templates: [
    'Choose "{entry}" in the menu "{menu}".',
    'Open the menu "{menu}" and click "{entry}".',
    'In the "{menu}" menu, pick "{entry}".',
    'Select "{entry}" from the menu "{menu}".',
    "Use the menu {menu} to choose {entry}.",
  ],
  heldOut: 'Go to the "{menu}" menu and take "{entry}".',
  draw: ({ rng, words, bucket, feasible }) => {
    const deep = bucket === "submenus";
    const count = bucket === "2 menus" ? 2 : 3;
    const sizes = Array.from({ length: count }, () => between(rng, 3, deep ? 4 : 5));
    const labels = pickApart(rng, words.labels, count + sizes.reduce((sum, size) => sum + size) + 3 + 1, [], 8);
    const take = (many: number): string[] => labels.splice(0, many);
    const menus = sizes.map((size) => ({ label: take(1)[0]!, entries: take(size).map((label): Entry => ({ label, entries: [] })) }));
    const menu = rng.pick(menus);
    const at = rng.int(menu.entries.length);
    if (deep) menu.entries[at] = { label: menu.entries[at]!.label, entries: take(between(rng, 2, 3)) };
    const absent = labels.at(-1)!;
    const branch = menu.entries[at]!;
    const goal = deep ? [menu.label, branch.label, feasible ? rng.pick(branch.entries) : absent] : [menu.label, feasible ? branch.label : absent];
    return { menus, path: goal };
  },
  slots: ({ path }) => ({ menu: path.slice(0, -1).join('" > "'), entry: path.at(-1)! }),
  page: pageFile("click-menu.js"),
  styles: pageFile("click-menu.css"),
  check: (state, { path }) => exactly(state["chosen"], [path.join(" > ")], "chosen"),
  effects: (state) => state["chosen"],
  oracle: async (context) => {
    const { menus, path } = context.instance.params;
    const { open, branch, chosen } = stateOf(context);
    const m = menus.findIndex(({ label }) => label === path[0]);
    const e = menus[m]!.entries.findIndex(({ label }) => label === path[1]);
    const inner = menus[m]!.entries[e]?.entries.indexOf(path[2]!) ?? -1;
    const last = path.length === 3 ? inner : e;
    return firstOf(
      async () => (chosen.includes(path.join(" > ")) ? done() : null),
      async () => (open === m ? null : clickOn(context, `menu-${m}`)),
      async () => (path.length === 2 || branch === e ? null : clickOn(context, `entry-${e}`)),
      async () => (last === -1 ? fail(`There is no "${path.at(-1)}".`) : clickOn(context, path.length === 3 ? `entry-${e}-${inner}` : `entry-${e}`)),
    );
  },
  nearMisses: [
    wrongGoal("chooses the entry next to it", (params) => {
      const path = sibling(params);
      return path && { ...params, path };
    }),
    wrongGoal("chooses from another menu", (params) => {
      const path = elsewhere(params);
      return path && { ...params, path };
    }),
    stopEarly("opens the menu and says done", (_, context) => context.actions.length > 0),
    givesUp(),
  ],
});
