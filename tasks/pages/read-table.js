flywheel.page({
  state: () => ({ answer: "" }),
  render: ({ columns, rows, send }, state) => {
    const { h, ui, end } = flywheel;
    const table = h(
      "table",
      {},
      h(
        "tr",
        {},
        columns.map((column) => h("th", {}, column)),
      ),
      rows.map((cells) =>
        h(
          "tr",
          {},
          cells.map((cell) => h("td", {}, cell)),
        ),
      ),
    );
    return [
      table,
      ui.form(
        { submit: () => end(), class: "row" },
        h("div", { class: "grow" }, ui.field("Answer", { id: "answer", bind: [state, "answer"], side: true })),
        ui.button(send, { id: "send", main: true }),
      ),
    ];
  },
});
