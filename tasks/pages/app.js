/** What the bigger pages share: the frame of an app, and drop-down lists of which one at a time is open (its id is `state.open`). */
(() => {
  "use strict";
  const { h, ui, icon, change } = flywheel;

  /** A whole page with a bar on top, which holds `bar` beside the name. A click outside the open list (`open`, its id) closes it. */
  ui.app = ({ name, sign, bar, open = null }, ...children) => {
    const closeList = ({ target }) => {
      if (target.closest(".dropdown") === null) change((state) => (state.open = null));
    };
    const header = h("header", { class: "app-bar" }, h("div", { class: "app-name" }, icon(sign), name), bar);
    return h("div", { class: "app", onclick: open === null ? null : closeList }, header, ...children);
  };

  /** A drop-down list that shows all its options; `choose(state, option)` is what choosing one does. `open` is the page's `state.open`. */
  ui.select = ({ id, options, value, open, up, choose }) =>
    ui.dropdown({
      id,
      options,
      value,
      up,
      rows: options.length,
      open: open === id,
      toggle: () => change((state) => (state.open = state.open === id ? null : id)),
      choose: (option) =>
        change((state) => {
          choose(state, option);
          state.open = null;
        }),
    });

  /** One entry of a side bar. */
  ui.sideEntry = (label, { id, open, sign, count, press }) =>
    h(
      "div",
      { id, class: `side-entry${open ? " open" : ""}`, role: "link", tabindex: 0, onclick: press },
      sign && icon(sign),
      h("span", { id: `${id}-label` }, label),
      count > 0 && h("span", { class: "count" }, count),
    );

  /** A button with an icon before its text. */
  ui.signButton = (sign, label, given) => {
    const button = ui.button(label, given);
    button.prepend(icon(sign, { size: 16, filled: given.filled }));
    return button;
  };
})();
