flywheel.page({
  state: ({ lists }) => ({ open: null, chosen: lists.map(() => null) }),
  render: ({ lists, send }, { open, chosen }) => {
    const { h, ui, change, end } = flywheel;
    const fields = lists.map(({ label, options }, l) =>
      h(
        "div",
        { class: "field grow" },
        h("span", { class: "field-label" }, label),
        ui.dropdown({
          id: `list-${l}`,
          options,
          value: chosen[l],
          open: open === l,
          toggle: () => change((state) => (state.open = state.open === l ? null : l)),
          choose: (option) =>
            change((state) => {
              state.chosen[l] = option;
              state.open = null;
            }),
        }),
      ),
    );
    return ui.form(
      { submit: () => end(), class: "column fill" },
      h("div", { class: "row top" }, fields),
      h("div", { class: "end-row" }, ui.button(send, { id: "send", main: true })),
    );
  },
});
