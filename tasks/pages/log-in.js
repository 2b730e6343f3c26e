flywheel.page({
  state: () => ({ values: { user: "", password: "" }, stay: false, pressed: null }),
  render: ({ userLabel, stay, button, others, title, side }, { values, stay: ticked }) => {
    const { h, ui, change, end } = flywheel;
    const leave = (name, message) => {
      change((state) => (state.pressed = name));
      end(message);
    };
    return ui.form(
      { submit: () => leave("main", "Logged in") },
      title && h("div", { class: "title" }, title),
      ui.field(userLabel, { id: "user", bind: [values, "user"], side }),
      ui.field("Password", { id: "password", bind: [values, "password"], type: "password", side }),
      stay !== null && ui.checkbox("Stay signed in", { id: "stay", checked: ticked, toggle: () => change((state) => (state.stay = !state.stay)) }),
      h(
        "div",
        { class: "end-row" },
        ui.button(button, { id: "main", main: true }),
        others.map((label, index) => ui.button(label, { id: `other-${index}`, press: () => leave(label, label) })),
      ),
    );
  },
});
