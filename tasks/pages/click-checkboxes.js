flywheel.page({
  state: () => ({ ticked: [] }),
  render: ({ boxes, send, columns }, { ticked }) => {
    const { h, ui, change, end } = flywheel;
    const toggle = (label) => () =>
      change((state) => (state.ticked = state.ticked.includes(label) ? state.ticked.filter((other) => other !== label) : [...state.ticked, label]));
    const list = boxes.map((label, index) => ui.checkbox(label, { id: `box-${index}`, checked: ticked.includes(label), toggle: toggle(label) }));
    return ui.form(
      { submit: () => end() },
      h("div", { class: "grid", style: `--columns: ${columns}` }, list),
      h("div", { class: "end-row" }, ui.button(send, { id: "send", main: true })),
    );
  },
});
