// Week 0 is the one shown first. Hours are whole numbers; `form` is the new event while its dialog is open, `saved` the one that was saved.
flywheel.page({
  state: () => ({ week: 0, open: null, form: null, saved: null }),
  render: ({ name, monday, days, hours, lengths, events }, { week, open, form }) => {
    const { h, ui, change, end } = flywheel;
    const dateOf = (day) => new Date(Date.UTC(2026, 0, monday + 7 * week + day));
    const text = (date, options) => date.toLocaleString("en-US", { ...options, timeZone: "UTC" });
    const clock = (hour) => `${hour}:00`;
    const turn = (by) => change((state) => (state.week += by));
    const openForm = (day, hour) => change((state) => (state.form = { title: "", day: days[day], start: clock(hour), length: lengths[1] }));

    const grid = () => {
      const place = (column, row, span = 1) => `grid-column: ${column}; grid-row: ${row} / span ${span}`;
      const heads = days.map((day, d) => h("div", { class: "day-name", style: place(d + 2, 1) }, `${day.slice(0, 3)} ${dateOf(d).getUTCDate()}`));
      const labels = hours.map((hour, r) => h("div", { class: "hour", style: place(1, r + 2) }, clock(hour)));
      const cells = hours.flatMap((hour, r) =>
        days.map((_, d) =>
          h("div", {
            id: `cell-${d}-${hour}`,
            class: `cell${d === 0 ? " first" : ""}`,
            style: place(d + 2, r + 2),
            onclick: () => openForm(d, hour),
          }),
        ),
      );
      const blocks = events
        .filter((event) => event.week === week)
        .map(({ title, day, start, length }) => h("div", { class: "event", style: place(day + 2, start - hours[0] + 2, length) }, title));
      return h("div", { class: "week", style: `--days: ${days.length}` }, heads, labels, cells, blocks);
    };
    const select = (field, label, options) =>
      h(
        "div",
        { class: "field side" },
        h("span", { class: "field-label" }, label),
        ui.select({ id: field, options, value: form[field], open, choose: (state, option) => (state.form[field] = option) }),
      );
    const dialog = () => {
      const save = () => {
        change((state) => (state.saved = { ...state.form, week }));
        end("The event is saved");
      };
      const closeList = ({ target }) => {
        if (target.closest(".dropdown") === null) change((state) => (state.open = null));
      };
      const close = () =>
        change((state) => {
          state.form = state.open = null;
        });
      return h(
        "div",
        { class: "backdrop", onclick: open === null ? null : closeList },
        ui.dialog(
          { id: "dialog", title: "New event", cross: close },
          ui.form(
            { submit: save, class: "column event-form" },
            ui.field("Title", { id: "title", bind: [form, "title"], side: true }),
            select("day", "Day", days),
            select("start", "Start", hours.map(clock)),
            select("length", "Length", lengths),
            h("div", { class: "row" }, ui.button("Save", { id: "save", main: true }), ui.button("Cancel", { id: "cancel", press: close })),
          ),
        ),
      );
    };
    const tools = h(
      "div",
      { class: "week-tools" },
      ui.iconButton("previous", { id: "previous", press: () => turn(-1) }),
      ui.iconButton("next", { id: "next", press: () => turn(1) }),
      h(
        "span",
        { class: "week-name" },
        `${text(dateOf(0), { day: "numeric", month: "long" })} - ${text(dateOf(days.length - 1), { day: "numeric", month: "long" })}`,
      ),
      ui.signButton("add", "New event", { id: "new", press: () => openForm(0, hours[0]) }),
    );
    return [ui.app({ name, sign: "calendar", bar: tools }, grid()), form && dialog()];
  },
});
