// `sort` is the column by which rows are sorted, `up` its direction; `asking` is what the dialog asks about, `acted` what was confirmed.
flywheel.page({
  state: () => ({ page: 0, sort: null, up: true, answer: "", submitted: false, asking: null, acted: null }),
  render: ({ name, user, columns, rows, pageSize }, state) => {
    const { h, ui, icon, change, end } = flywheel;
    const { page, sort, up, asking } = state;
    const pages = Math.ceil(rows.length / pageSize);
    const number = (text) => Number(text.replace("$", ""));
    const order = rows.map((_, index) => index);
    if (sort !== null) {
      const at = columns.indexOf(sort);
      const compare = (a, b) =>
        sort === "Cost" || sort === "Order" ? number(rows[a][at]) - number(rows[b][at]) : rows[a][at].localeCompare(rows[b][at]);
      order.sort((a, b) => (up ? compare(a, b) : compare(b, a)));
    }

    const sortBy = (column) =>
      change((now) => {
        now.up = now.sort === column ? !now.up : true;
        now.sort = column;
        now.page = 0;
      });
    const head = (column) =>
      h(
        "th",
        {},
        h(
          "button",
          { id: `sort-${column}`, class: `sort${sort === column ? (up ? " up" : " down") : ""}`, onclick: () => sortBy(column) },
          column,
          icon("down", { size: 13 }),
        ),
      );
    const ask = (deed, row) => change((now) => (now.asking = { deed, row }));
    const row = (index) =>
      h(
        "tr",
        {},
        rows[index].map((cell, at) => h("td", {}, columns[at] === "Payment" ? h("span", { class: "state" }, cell) : cell)),
        h(
          "td",
          {},
          ui.button("Approve", { id: `approve-${index}`, press: () => ask("approve", index) }),
          ui.button("Delete", { id: `delete-${index}`, press: () => ask("delete", index) }),
        ),
      );
    const turn = (by) => change((now) => (now.page = Math.min(pages - 1, Math.max(0, now.page + by))));
    const confirm = () => {
      change((now) => {
        now.acted = now.asking;
        now.asking = null;
      });
      end("The order is changed");
    };
    const dialog = ({ deed, row: index }) => {
      const verb = deed === "approve" ? "Approve" : "Delete";
      return ui.backdrop(
        ui.dialog(
          { id: "dialog", title: `${verb} order ${rows[index][0]}?` },
          h("span", {}, `${rows[index][1]}, ${rows[index][2]}`),
          h(
            "div",
            { class: "row" },
            ui.button("Confirm", { id: "confirm", main: true, press: confirm }),
            ui.button("Cancel", { id: "cancel", press: () => change((now) => (now.asking = null)) }),
          ),
        ),
      );
    };
    const submit = () => {
      change((now) => (now.submitted = true));
      end();
    };
    return [
      ui.app(
        { name, sign: "chart", bar: h("span", { class: "user" }, icon("user"), user) },
        h(
          "div",
          { class: "orders" },
          h("h1", { class: "heading" }, "Orders"),
          h("table", {}, h("tr", {}, columns.map(head), h("th")), order.slice(page * pageSize, (page + 1) * pageSize).map(row)),
          h(
            "div",
            { class: "pages" },
            ui.button("Previous", { id: "previous", press: () => turn(-1) }),
            h("span", {}, `Page ${page + 1} of ${pages}`),
            ui.button("Next", { id: "next", press: () => turn(1) }),
          ),
          ui.form(
            { submit, class: "answer" },
            ui.field("Answer", { id: "answer", bind: [state, "answer"], side: true }),
            ui.button("Submit", { id: "submit", main: true }),
          ),
        ),
      ),
      asking && dialog(asking),
    ];
  },
});
