flywheel.page({
  state: ({ fields }) => ({ values: fields.map(() => "") }),
  render: ({ fields, send, side }, { values }) => {
    const { h, ui, end } = flywheel;
    return ui.form(
      { submit: () => end() },
      fields.map((label, index) => ui.field(label, { id: `field-${index}`, bind: [values, index], side })),
      h("div", { class: "end-row" }, ui.button(send, { id: "send", main: true })),
    );
  },
});
