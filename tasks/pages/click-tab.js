flywheel.page({
  state: ({ open }) => ({ open }),
  render: ({ tabs, texts }, { open }) => {
    const { h, change } = flywheel;
    const bar = tabs.map((label, index) =>
      h(
        "div",
        {
          id: `tab-${index}`,
          class: `tab${index === open ? " open" : ""}`,
          role: "tab",
          tabindex: 0,
          onclick: () => change((state) => (state.open = index)),
        },
        label,
      ),
    );
    return h("div", { class: "column fill" }, h("div", { class: "tabs" }, bar), h("p", { class: "prose" }, texts[open].join(" ")));
  },
});
