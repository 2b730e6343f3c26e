/** drag-to-bin: drag the named cards of a board into the named columns. Ends with `done`. */
import type { Action } from "../../env/action.ts";
import { centre, type OracleContext } from "../../env/task.ts";
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { byId, done, fail, stateOf } from "../oracle.ts";
import { listed } from "../phrases.ts";
import { between, pickApart, pickLookAlikes } from "../words.ts";
import { appPage } from "./appPage.ts";

/** Card `card` (its index) is to end in column `bin`. A card that is not on the board has the index -1. */
type Move = { readonly card: number; readonly bin: number };
type Params = {
  readonly name: string;
  readonly cards: readonly { readonly title: string; readonly owner: string }[];
  readonly bins: readonly { readonly label: string; readonly cards: readonly number[] }[];
  readonly moves: readonly Move[];
  /** `"A" and "B" to "X"`. */
  readonly request: string;
};

const BUCKETS = ["1 card", "2 cards", "3 cards"] as const;

/** The columns of every card: where it starts and where it must end. */
function homes({ bins, cards }: Params): number[] {
  return cards.map((_, card) => bins.findIndex((bin) => bin.cards.includes(card)));
}
const wanted = (params: Params): number[] => homes(params).map((home, card) => params.moves.find((move) => move.card === card)?.bin ?? home);
const now = (state: Record<string, any>, { cards }: Params): number[] =>
  cards.map((_, card) => (state["bins"] as number[][]).findIndex((bin) => bin.includes(card)));

/** The card is taken by the first word of its title, 10 CSS px from the left. */
async function dragCard(context: OracleContext<Params>, { card, bin }: Move): Promise<Action> {
  const [from, to] = await Promise.all([context.box(byId(`card-${card}`)), context.box(byId(`bin-${bin}`))]);
  return from === null || to === null
    ? fail("The card or the column cannot be seen.")
    : { kind: "drag", path: [{ x: from.x + 10, y: centre(from).y }, centre(to)] };
}

const elsewhere = ({ bins }: Pick<Params, "bins">, bin: number, home: number): number =>
  bins.findIndex((_, other) => other !== bin && other !== home);
/** A card that is not asked for and is in another column than the first move's goal. */
const bystander = (params: Params): number => {
  const asked = params.moves.map(({ card }) => card);
  return homes(params).findIndex((home, card) => !asked.includes(card) && home !== params.moves[0]?.bin);
};

export const dragToBin = defineTask<Params>({
  id: "drag-to-bin",
  family: "drag",
  summary: "Drag the named cards of a board into the named columns.",
  viewport: { width: 640, height: 480 },
  maxSteps: 8,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  templates: ["Drag {moves}.", "Please drag {moves} with the mouse.", "Move {moves} by dragging.", "On the board, drag {moves}."],
  heldOut: "Take {moves}: pull every card to its new column.",
  draw: ({ rng, words, bucket, feasible }) => {
    const labels = pickApart(rng, words.labels, between(rng, 3, 4) + 1, [], 8);
    const name = labels.pop()!;
    const count = between(rng, 7, 10);
    const titles = rng.chance(0.5) ? pickLookAlikes(rng, words, count + 1, 6) : pickApart(rng, words.labels, count + 1, [...labels, name], 9);
    const owners = pickApart(rng, words.firstNames, 3, [...labels, ...titles], 8);
    const cards = titles.slice(0, count).map((title) => ({ title, owner: rng.pick(owners) }));
    // Every column has a card; none more than its share plus one.
    const places = rng.shuffle(cards.map((_, index) => index % labels.length));
    const bins = labels.map((label, bin) => ({ label, cards: places.flatMap((place, card) => (place === bin ? [card] : [])) }));
    const goal = rng.int(bins.length);
    const far = places.flatMap((place, card) => (place === goal ? [] : [card]));
    const moves: Move[] = rng.sample(far, Number(bucket[0])).map((card) => ({ card, bin: goal }));
    if (moves.length > 1 && rng.chance(0.5)) {
      const { card } = moves.pop()!;
      moves.push({ card, bin: elsewhere({ bins }, goal, places[card]!) });
    }
    const missing = feasible ? -1 : rng.int(moves.length);
    const groups = Map.groupBy(moves.entries(), ([, move]) => move.bin);
    const request = [...groups]
      .map(([bin, entries]) => `${listed(entries.map(([index, { card }]) => titles[index === missing ? count : card]!))} to "${bins[bin]!.label}"`)
      .join(" and ");
    return { name, cards, bins, moves: moves.map((move, index) => (index === missing ? { ...move, card: -1 } : move)), request };
  },
  slots: ({ request }) => ({ moves: request }),
  ...appPage("drag-to-bin"),
  check: (state, params) => {
    const [is, should] = [now(state, params), wanted(params)];
    const wrong = is.findIndex((bin, card) => bin !== should[card]);
    if (wrong === -1) return null;
    const column = (bin: number): string => params.bins[bin]!.label;
    return `"${params.cards[wrong]!.title}" is in "${column(is[wrong]!)}"; it should be in "${column(should[wrong]!)}".`;
  },
  effects: ({ bins }) => bins,
  oracle: async (context) => {
    const { params } = context.instance;
    const [is, should] = [now(stateOf(context), params), wanted(params)];
    const card = is.findIndex((bin, index) => bin !== should[index]);
    return card === -1 ? done() : dragCard(context, { card, bin: should[card]! });
  },
  nearMisses: [
    wrongGoal("drops a card in another column", (params) => {
      const [first, ...rest] = params.moves as [Move, ...Move[]];
      return { ...params, moves: [...rest, { ...first, bin: elsewhere(params, first.bin, homes(params)[first.card] ?? -1) }] };
    }),
    wrongGoal("drags another card", (params) => {
      const [first, ...rest] = params.moves as [Move, ...Move[]];
      return bystander(params) === -1 ? null : { ...params, moves: [...rest, { ...first, card: bystander(params) }] };
    }),
    wrongGoal("forgets one of the cards", (params, { feasible }) =>
      feasible && params.moves.length > 1 ? { ...params, moves: params.moves.slice(1) } : null,
    ),
    wrongGoal("drags one more card", (params, { feasible }) => {
      const [{ bin }] = params.moves as [Move, ...Move[]];
      return feasible && bystander(params) !== -1 ? { ...params, moves: [...params.moves, { card: bystander(params), bin }] } : null;
    }),
    stopEarly("says done at once"),
    givesUp(),
  ],
});
