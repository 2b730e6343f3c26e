flywheel.page({
  state: ({ products }) => ({ view: "shop", search: "", category: null, open: null, cart: products.map(() => 0), ordered: false }),
  render: ({ name, categories, products }, state) => {
    const { h, ui, change, end } = flywheel;
    const { view, search, category, open, cart } = state;
    const money = (cents) => `$${(cents / 100).toFixed(2)}`;
    const count = cart.reduce((sum, amount) => sum + amount);
    const add = (index, by) => change((now) => (now.cart[index] = Math.max(0, now.cart[index] + by)));
    const show = (where) => change((now) => (now.view = where));

    const product = ({ name: label, price, soldOut, look }, index) =>
      h(
        "article",
        { id: `product-${index}`, class: "product" },
        picture(look),
        h(
          "div",
          { class: "product-text" },
          h("span", { class: "product-name" }, label),
          h(
            "div",
            { class: "product-line" },
            h("span", {}, money(price)),
            soldOut
              ? h("span", { id: `add-${index}`, class: "note" }, "Sold out")
              : ui.button("Add", { id: `add-${index}`, press: () => add(index, 1) }),
          ),
        ),
      );
    const grid = () => {
      const shown = products
        .map((_, index) => index)
        .filter(
          (index) =>
            (category === null || products[index].category === category) && products[index].name.toLowerCase().includes(search.trim().toLowerCase()),
        );
      if (shown.length === 0) return h("div", { class: "nothing" }, "No product found");
      return h(
        "div",
        { id: "goods", class: "goods pane" },
        shown.map((index) => product(products[index], index)),
      );
    };

    const line = (index) =>
      h(
        "div",
        { class: "cart-line" },
        h("span", { class: "grow product-name" }, products[index].name),
        ui.button("−", { id: `less-${index}`, press: () => add(index, -1) }),
        h("span", { class: "amount" }, cart[index]),
        ui.button("+", { id: `more-${index}`, press: () => add(index, 1) }),
        h("span", { class: "sum" }, money(products[index].price * cart[index])),
      );
    const checkOut = () => {
      change((now) => (now.ordered = true));
      end("Thank you for your order");
    };
    const cartPage = () =>
      h(
        "div",
        { class: "cart" },
        h("h2", { class: "heading" }, "Your cart"),
        count === 0
          ? h("div", { class: "nothing" }, "Your cart is empty")
          : [
              h(
                "div",
                { id: "lines", class: "pane" },
                cart.map((amount, index) => amount > 0 && line(index)),
              ),
              h(
                "div",
                { class: "total-line" },
                h("span", {}, "Total"),
                h("span", { class: "total" }, money(cart.reduce((sum, amount, index) => sum + amount * products[index].price, 0))),
              ),
            ],
        h(
          "div",
          { class: "end-row" },
          ui.button("Back to shop", { id: "back", press: () => show("shop") }),
          count > 0 && ui.button("Check out", { id: "check-out", main: true, press: checkOut }),
        ),
      );

    const searchField = ui.field(null, { id: "search", bind: [state, "search"], placeholder: "Search" });
    searchField.addEventListener("input", () => change(() => {}));
    const tools = h(
      "div",
      { class: "shop-tools" },
      view === "shop" && searchField,
      view === "shop" &&
        ui.select({
          id: "category",
          options: ["All", ...categories],
          value: category ?? "All",
          open,
          choose: (now, option) => (now.category = option === "All" ? null : option),
        }),
      view === "cart" && h("span", { class: "grow" }),
      ui.signButton("cart", `Cart (${count})`, { id: "cart", press: () => show("cart") }),
    );
    return ui.app({ name, sign: "home", bar: tools, open }, view === "shop" ? grid() : cartPage());
  },
});

/** A product's picture: a plain drawing of three forms in colours of one hue. */
function picture({ hue, form }) {
  const part = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const colour = (saturation, lightness) => `hsl(${hue} ${saturation}% ${lightness}%)`;
  const svg = part("svg", { class: "picture", viewBox: "0 0 180 62", preserveAspectRatio: "xMidYMid slice" });
  const forms = [
    ["circle", { cx: 90, cy: 30, r: 21 }],
    ["rect", { x: 66, y: 12, width: 48, height: 38, rx: 4 }],
    ["path", { d: "M90 8L116 50H64Z" }],
    ["path", { d: "M78 8h24v8q12 4 12 16v20H66V32q0-12 12-16z" }],
    ["path", { d: "M58 50Q60 10 120 10Q122 50 58 50Z" }],
  ];
  const [name, attributes] = forms[form];
  svg.append(
    part("rect", { width: 180, height: 62, fill: colour(38, 84) }),
    part("ellipse", { cx: 90, cy: 53, rx: 44, ry: 4, fill: colour(30, 66) }),
    part(name, { ...attributes, fill: colour(48, 46) }),
  );
  return svg;
}
