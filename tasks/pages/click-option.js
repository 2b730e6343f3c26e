flywheel.page({
  state: ({ groups }) => ({ chosen: groups.map(() => null) }),
  render: ({ groups, send, columns }, { chosen }) => {
    const { h, ui, change, end } = flywheel;
    const list = groups.map(({ title, options }, g) =>
      h(
        "div",
        { class: "column grow" },
        h("div", { class: "title" }, title),
        h(
          "div",
          { class: "grid", style: `--columns: ${columns}` },
          options.map((label, index) =>
            ui.radio(label, {
              id: `option-${g}-${index}`,
              group: `group-${g}`,
              checked: chosen[g] === label,
              choose: () => change((state) => (state.chosen[g] = label)),
            }),
          ),
        ),
      ),
    );
    return ui.form(
      { submit: () => end() },
      h("div", { class: "row top" }, list),
      h("div", { class: "end-row" }, ui.button(send, { id: "send", main: true })),
    );
  },
});
