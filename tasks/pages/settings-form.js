// All values are strings; a switch is "on" or "off".
flywheel.page({
  state: ({ settings }) => ({ section: 0, values: settings.map(({ value }) => value), open: null, saved: false }),
  render: ({ name, user, sections, settings, send }, { section, values, open }) => {
    const { h, ui, icon, change, end } = flywheel;
    const put = (index, value) => change((state) => (state.values[index] = value));

    const controls = {
      switch: (_, index) => {
        const on = values[index] === "on";
        return h(
          "button",
          { id: `set-${index}`, type: "button", role: "switch", class: `switch${on ? " on" : ""}`, onclick: () => put(index, on ? "off" : "on") },
          h("span", { class: "track" }),
          h("span", { id: `set-${index}-text`, class: "switch-text" }, on ? "On" : "Off"),
        );
      },
      radio: ({ options }, index) =>
        h(
          "div",
          { class: "choices" },
          options.map((option, at) =>
            ui.radio(option, {
              id: `set-${index}-${at}`,
              group: `set-${index}`,
              checked: values[index] === option,
              choose: () => put(index, option),
            }),
          ),
        ),
      list: ({ options }, index) =>
        ui.select({ id: `set-${index}`, options, value: values[index], open, choose: (state, option) => (state.values[index] = option) }),
      text: (_, index) => ui.field(null, { id: `set-${index}`, bind: [values, index] }),
    };
    const row = (setting, index) =>
      setting.section === section &&
      h("div", { class: "setting" }, h("span", { class: "setting-name" }, setting.label), controls[setting.kind](setting, index));

    const save = () => {
      change((state) => (state.saved = true));
      end("Your settings are saved");
    };
    const openSection = (index) =>
      change((state) => {
        state.section = index;
        state.open = null;
      });
    return ui.app(
      { name, sign: "settings", bar: h("span", { class: "user" }, icon("user"), user), open },
      h(
        "div",
        { class: "app-body" },
        h(
          "nav",
          { class: "side-bar" },
          sections.map((label, index) => ui.sideEntry(label, { id: `section-${index}`, open: index === section, press: () => openSection(index) })),
        ),
        ui.form(
          { submit: save, class: "settings" },
          h("h1", { class: "heading" }, sections[section]),
          h("div", { class: "setting-list" }, settings.map(row)),
          h(
            "div",
            { class: "save-row" },
            ui.button(send, { id: "save", main: true }),
            ui.button("Reset", { id: "reset", press: () => change((state) => (state.values = settings.map(({ value }) => value))) }),
          ),
        ),
      ),
    );
  },
});
