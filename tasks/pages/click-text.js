flywheel.page({
  state: () => ({ pressed: [] }),
  render: ({ shown, columns }, { pressed }) => {
    const { h, ui, change } = flywheel;
    const buttons = shown.map((label, index) =>
      ui.button(label, { id: `button-${index}`, pressed: pressed.includes(label), press: () => change((state) => state.pressed.push(label)) }),
    );
    return h("div", { class: columns === 0 ? "wrap" : "grid", style: `--columns: ${columns}` }, buttons);
  },
});
