// Months are counted as year * 12 + month (January = 0).
flywheel.page({
  state: ({ start }) => ({ open: false, shown: start, chosen: null }),
  render: ({ label, closed, mondayFirst, dayFirst, send }, { open, shown, chosen }) => {
    const { h, ui, icon, change, end } = flywheel;
    const monthName = (month) => new Date(Date.UTC(2026, month % 12, 1)).toLocaleString("en-US", { month: "long", timeZone: "UTC" });
    const year = (month) => Math.floor(month / 12);
    const text = ({ month, day }) => (dayFirst ? `${day} ${monthName(month)} ${year(month)}` : `${monthName(month)} ${day}, ${year(month)}`);
    const turn = (by) => change((state) => (state.shown += by));
    const choose = (day) =>
      change((state) => {
        state.chosen = { month: state.shown, day };
        state.open = false;
      });
    const picker = () => {
      const [y, m] = [year(shown), shown % 12];
      const weekday = new Date(Date.UTC(y, m, 1)).getUTCDay();
      const before = mondayFirst ? (weekday + 6) % 7 : weekday;
      const count = new Date(Date.UTC(y, m + 1, 0)).getUTCDate();
      const names = mondayFirst ? ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] : ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
      const day = (number) =>
        h(
          "button",
          {
            id: `day-${number}`,
            type: "button",
            class: `day${chosen?.month === shown && chosen.day === number ? " chosen" : ""}`,
            disabled: closed.includes(number),
            onclick: () => choose(number),
          },
          number,
        );
      return h(
        "div",
        { class: "picker" },
        h(
          "div",
          { class: "month" },
          ui.iconButton("previous", { id: "previous", plain: true, press: () => turn(-1) }),
          h("span", { class: "title" }, `${monthName(shown)} ${y}`),
          ui.iconButton("next", { id: "next", plain: true, press: () => turn(1) }),
        ),
        h(
          "div",
          { class: "days" },
          names.map((name) => h("span", { class: "weekday" }, name)),
          Array.from({ length: before }, () => h("span")),
          Array.from({ length: count }, (_, index) => day(index + 1)),
        ),
      );
    };
    const box = h(
      "button",
      { id: "date", type: "button", class: "date-box", onclick: () => change((state) => (state.open = !state.open)), "aria-expanded": String(open) },
      h("span", { class: `grow${chosen === null ? " muted" : ""}` }, chosen === null ? "Choose a date" : text(chosen)),
      icon("calendar", { size: 16 }),
    );
    return [
      ui.form(
        { submit: () => end(), class: "column date-form" },
        h("label", { class: "field side" }, h("span", { class: "field-label" }, label), h("div", { class: "grow" }, box)),
        h("div", { class: "end-row" }, ui.button(send, { id: "send", main: true })),
      ),
      open && picker(),
    ];
  },
});
