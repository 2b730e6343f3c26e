flywheel.page({
  state: () => ({ followed: [] }),
  render: ({ links, plain, layout }, { followed }) => {
    const { h, ui, change } = flywheel;
    const parts = links.map((label, index) => [
      ui.link(label, { id: `link-${index}`, visited: followed.includes(label), press: () => change((state) => state.followed.push(label)) }),
      ` ${plain[index].join(" ")} `,
    ]);
    return layout === "list"
      ? h(
          "div",
          { class: "column" },
          parts.map((part) => h("div", {}, part)),
        )
      : h("p", { class: "prose" }, parts);
  },
});
