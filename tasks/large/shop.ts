/** shop: find products by search, filter or scrolling, put the right amounts in the cart and check out. The page ends the episode. */
import type { Action } from "../../env/action.ts";
import type { Rng } from "../../env/random.ts";
import type { OracleContext } from "../../env/task.ts";
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, fail, firstOf, inSight, stateOf, typeInto } from "../oracle.ts";
import { between, pickApart, pickLookAlikes } from "../words.ts";
import { appPage } from "./appPage.ts";
import { chooseOption, closeList } from "./chooseOption.ts";

/** `price` is in cents. */
type Product = {
  readonly name: string;
  readonly category: string;
  readonly price: number;
  readonly soldOut: boolean;
  readonly look: { readonly hue: number; readonly form: number };
};
/** So many of a product; `product` is its index, -1 when the shop has no product of that name. */
type Line = { readonly product: number; readonly name: string; readonly amount: number };
type Params = {
  readonly name: string;
  readonly categories: readonly string[];
  readonly products: readonly Product[];
  readonly order: readonly Line[];
  /** The category whose cheapest product is asked for, named instead of a product. */
  readonly cheapestOf: string | null;
};

const BUCKETS = ["1 product", "2 products", "cheapest of a category"] as const;
/** How many forms the page can draw. */
const FORMS = 5;

function drawProducts(rng: Rng, names: readonly string[], categories: readonly string[]): Product[] {
  const prices = rng.sample(
    Array.from({ length: 180 }, (_, index) => 100 * (index + 2) + rng.pick([0, 50, 90, 99])),
    names.length,
  );
  return names.map((name, index) => ({
    name,
    category: categories[index % categories.length]!,
    price: prices[index]!,
    soldOut: false,
    look: { hue: rng.int(36) * 10, form: rng.int(FORMS) },
  }));
}

/** Indices of a category's products, cheapest first. */
function byPrice({ products }: Pick<Params, "products">, category: string): number[] {
  const own = products.flatMap((product, index) => (product.category === category ? [index] : []));
  return own.toSorted((a, b) => products[a]!.price - products[b]!.price);
}

/** So many of a product of the shop. */
const lineOf = (products: readonly Product[], product: number, amount: number): Line => ({ product, name: products[product]!.name, amount });

const wantedCart = ({ products, order }: Params): number[] => products.map((_, index) => order.find(({ product }) => product === index)?.amount ?? 0);

/** Replaces the product of the first line. */
function swapFirst(params: Params, product: number | undefined): Params | null {
  const [first, ...rest] = params.order as [Line, ...Line[]];
  return product === undefined ? null : { ...params, cheapestOf: null, order: [lineOf(params.products, product, first.amount), ...rest] };
}
const unasked = ({ products, order }: Params): number =>
  products.findIndex(({ soldOut }, index) => !soldOut && order.every(({ product }) => product !== index));

/** Chooses the category, then searches for the product when it is out of sight. Null when it can be seen or is not in the shop. */
async function look(context: OracleContext<Params>, { product, name }: Line): Promise<Action | null> {
  const { categories, cheapestOf } = context.instance.params;
  const { category, search } = stateOf(context);
  return (
    (await chooseOption(context, "category", ["All", ...categories], category ?? "All", cheapestOf ?? "All")) ??
    (await closeList(context)) ??
    ((await inSight(context, `add-${product}`)) ? null : typeInto(context, "search", search, name))
  );
}

/** The next step towards so many of a product in the cart; null when there are. */
async function addLine(context: OracleContext<Params>, line: Line): Promise<Action | null> {
  const { view, cart } = stateOf(context);
  if (cart[line.product] === line.amount) return null;
  if (view === "cart") return clickOn(context, "back");
  const step = await look(context, line);
  if (step !== null) return step;
  const product = context.instance.params.products[line.product];
  return product === undefined || product.soldOut ? fail(`"${line.name}" cannot be bought.`) : clickOn(context, `add-${line.product}`);
}

/** Takes out what is too much in the cart. Null when nothing is. */
async function takeOut(context: OracleContext<Params>): Promise<Action | null> {
  const { view, cart } = stateOf(context);
  const wanted = wantedCart(context.instance.params);
  const index = (cart as number[]).findIndex((amount, product) => amount > wanted[product]!);
  if (index === -1) return null;
  return clickOn(context, view === "cart" ? `less-${index}` : "cart");
}

export const shop = defineTask<Params>({
  id: "shop",
  family: "app",
  summary: "Find products in a shop, put the right amounts in the cart and check out.",
  viewport: { width: 640, height: 480 },
  maxSteps: 26,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  looks: true,
  templates: [
    "Put {goods} in the cart and check out.",
    "Buy {goods}.",
    "Order {goods}: fill the cart, then check out.",
    "Add {goods} to the cart, go to the cart and check out.",
  ],
  heldOut: "Shop for {goods} and finish at the checkout.",
  draw: ({ rng, words, bucket, feasible }) => {
    const [name, missing, ...categories] = pickApart(rng, words.labels, between(rng, 3, 4) + 2, ["All", "Cart", "Search"], 8) as [
      string,
      string,
      ...string[],
    ];
    const count = between(rng, 10, 14);
    const lookAlikes = rng.chance(0.5);
    const names = lookAlikes
      ? pickLookAlikes(rng, { ...words, nouns: words.products }, count + 1, 8)
      : pickApart(rng, words.products, count + 1, categories, 10);
    const products = drawProducts(rng, names.slice(0, count), categories);
    if (bucket === "cheapest of a category") {
      const category = rng.pick(categories);
      const [cheapest] = byPrice({ products }, category) as [number];
      const order = [lineOf(products, cheapest, 1)];
      return { name, categories, products, order, cheapestOf: feasible ? category : missing };
    }
    const order: Line[] = rng
      .sample([...products.keys()], bucket === "1 product" ? 1 : 2)
      .map((product) => lineOf(products, product, between(rng, 1, 3)));
    const asked = order.map(({ product }) => product);
    const sold = (index: number): boolean => !asked.includes(index) && rng.chance(0.1);
    const stock = products.map((product, index) => ({ ...product, soldOut: sold(index) }));
    if (!feasible) {
      const last = order.pop()!;
      const gone = rng.chance(0.5);
      if (gone) order.unshift({ ...last, product: -1, name: names[count]! });
      else {
        order.unshift(last);
        stock[last.product] = { ...stock[last.product]!, soldOut: true };
      }
    }
    return { name, categories, products: stock, order, cheapestOf: null };
  },
  slots: ({ order, cheapestOf }) => ({
    goods:
      cheapestOf === null
        ? order.map(({ amount, name }) => `${amount} "${name}"`).join(" and ")
        : `the cheapest product of the category "${cheapestOf}"`,
  }),
  ...appPage("shop"),
  check: (state, params) => {
    if (!state["ordered"]) return "Nothing was ordered.";
    const wanted = wantedCart(params);
    const wrong = wanted.findIndex((amount, index) => state["cart"][index] !== amount);
    return wrong === -1 ? null : `${state["cart"][wrong]} of "${params.products[wrong]!.name}" were ordered; it should be ${wanted[wrong]}.`;
  },
  oracle: async (context) =>
    firstOf(
      () => takeOut(context),
      ...context.instance.params.order.map((line) => () => addLine(context, line)),
      () => clickOn(context, stateOf(context)["view"] === "cart" ? "check-out" : "cart"),
    ),
  nearMisses: [
    wrongGoal("buys another product", (params) => swapFirst(params, unasked(params))),
    wrongGoal("buys the dearest of the category", (params, { feasible }) =>
      params.cheapestOf === null || !feasible ? null : swapFirst(params, byPrice(params, params.cheapestOf).at(-1)),
    ),
    wrongGoal("buys one too many", (params, { feasible }) =>
      feasible ? { ...params, order: params.order.map((line) => ({ ...line, amount: line.amount + 1 })) } : null,
    ),
    wrongGoal("forgets one of two products", (params, { feasible }) =>
      feasible && params.order.length === 2 ? { ...params, order: params.order.slice(1) } : null,
    ),
    wrongGoal("buys one more product", (params, { feasible }) => {
      const product = unasked(params);
      return feasible ? { ...params, cheapestOf: null, order: [...params.order, lineOf(params.products, product, 1)] } : null;
    }),
    stopEarly("says done without checking out", (_, context) => stateOf(context)["view"] === "cart"),
    givesUp(),
  ],
});
