flywheel.page({
  state: () => ({ open: null, branch: null, chosen: [] }),
  render: ({ menus }, { open, branch, chosen }) => {
    const { h, icon, change } = flywheel;
    const choose = (...path) =>
      change((state) => {
        state.chosen.push(path.join(" > "));
        state.open = state.branch = null;
      });
    const row = (id, label, press, more) =>
      h("div", { id, class: "entry", role: "menuitem", tabindex: 0, onclick: press }, h("span", { class: "grow" }, label), more);
    const entries = (menu) =>
      menu.entries.map(({ label, entries: inner }, e) => {
        if (inner.length === 0) return row(`entry-${e}`, label, () => choose(menu.label, label));
        const toggle = () => change((state) => (state.branch = state.branch === e ? null : e));
        const below = inner.map((name, i) => row(`entry-${e}-${i}`, name, () => choose(menu.label, label, name)));
        return [
          row(`entry-${e}`, label, toggle, icon(branch === e ? "down" : "next", { size: 13 })),
          branch === e && h("div", { class: "branch" }, below),
        ];
      });
    const bar = menus.map((menu, m) => {
      const toggle = () =>
        change((state) => {
          state.open = state.open === m ? null : m;
          state.branch = null;
        });
      return h(
        "div",
        { class: "menu" },
        h("button", { id: `menu-${m}`, class: `menu-head${open === m ? " open" : ""}`, onclick: toggle }, menu.label),
        open === m && h("div", { class: `menu-list${m === menus.length - 1 ? " right" : ""}` }, entries(menu)),
      );
    });
    return h(
      "div",
      { class: "column fill" },
      h("div", { class: "menu-bar" }, bar),
      chosen.length > 0 && h("div", { class: "status" }, chosen.at(-1)),
    );
  },
});
