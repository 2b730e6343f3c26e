flywheel.page({
  state: () => ({ answers: [] }),
  render: ({ behind, dialogs }, { answers }) => {
    const { h, ui, change } = flywheel;
    const answer = (title, button) => change((state) => state.answers.push(`${title}: ${button}`));
    const windows = dialogs.map(({ title, text, buttons }, d) => {
      if (answers.some((given) => given.startsWith(`${title}: `))) return null;
      const row = buttons.map((label, index) => ui.button(label, { id: `dialog-${d}-${index}`, press: () => answer(title, label) }));
      return ui.dialog({ id: `dialog-${d}`, title, cross: () => answer(title, "cross") }, h("div", {}, text), h("div", { class: "end-row" }, row));
    });
    const left = windows.filter(Boolean);
    return [
      h("div", { class: "title" }, behind[0]),
      h("p", { class: "prose" }, behind.slice(1).join(" ")),
      left.length > 0 && ui.backdrop(h("div", { class: "windows" }, left)),
    ];
  },
});
