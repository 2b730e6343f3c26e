flywheel.page({
  state: () => ({ pressed: [] }),
  render: ({ icons, columns, size }, { pressed }) => {
    const { h, ui, change } = flywheel;
    const buttons = icons.map((name, index) =>
      ui.iconButton(name, { id: `icon-${index}`, size, pressed: pressed.includes(name), press: () => change((state) => state.pressed.push(name)) }),
    );
    return h("div", { class: columns === 0 ? "wrap" : "grid", style: `--columns: ${columns}` }, buttons);
  },
});
