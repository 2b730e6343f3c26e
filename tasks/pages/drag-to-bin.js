// Raw mouse events: the card under the pointer is held from mousedown on and dropped into the column under it at mouseup.
flywheel.page({
  state: ({ bins }) => ({ bins: bins.map(({ cards }) => cards), held: null }),
  render: ({ name, bins, cards }, state) => {
    const { h, ui, icon, change } = flywheel;
    const { held } = state;
    const card = (index, given) =>
      h(
        "article",
        { class: "card-box", ...given },
        h("div", { id: `card-${index}`, class: "card-title" }, cards[index].title),
        h("div", { class: "card-owner" }, icon("user", { size: 13 }), cards[index].owner),
      );
    const lift = (index, { clientX, clientY, button }) => button === 0 && change((now) => (now.held = { card: index, x: clientX, y: clientY }));
    const columns = bins.map(({ label }, bin) =>
      h(
        "section",
        { class: "bin", "data-bin": bin },
        h("header", { class: "bin-head" }, h("span", { id: `bin-${bin}` }, label), h("span", { class: "bin-count" }, state.bins[bin].length)),
        state.bins[bin].filter((index) => index !== held?.card).map((index) => card(index, { onmousedown: (event) => lift(index, event) })),
      ),
    );
    return ui.app(
      { name, sign: "check", bar: h("span", { class: "note" }, `${cards.length} cards`) },
      h("div", { class: "board fill" }, columns),
      held && card(held.card, { class: "card-box held", style: `left: ${held.x - 30}px; top: ${held.y - 15}px` }),
    );
  },
});

// Registered before the first episode, so they belong to the page and not to what an episode leaves behind.
document.addEventListener("mousemove", ({ clientX, clientY }) =>
  flywheel.change((state) => {
    if (state.held !== null) state.held = { ...state.held, x: clientX, y: clientY };
  }),
);
document.addEventListener("mouseup", ({ clientX, clientY }) =>
  flywheel.change((state) => {
    if (state.held === null) return;
    const bin = Number(document.elementFromPoint(clientX, clientY)?.closest("[data-bin]")?.dataset.bin ?? -1);
    const { card } = state.held;
    state.held = null;
    if (bin === -1 || state.bins[bin].includes(card)) return;
    state.bins = state.bins.map((cards, index) => (index === bin ? [...cards, card] : cards.filter((other) => other !== card)));
  }),
);
