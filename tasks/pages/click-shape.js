{
  // Outlines on a 40×40 grid.
  const outlines = {
    circle: "M20 2a18 18 0 1 0 .01 0z",
    square: "M3 3h34v34H3z",
    triangle: "M20 3l18 34H2z",
    star: "M20 2l5.500 12.500l13 1.200l-10 8.800l3 13l-11.500-7l-11.500 7l3-13l-10-8.800l13-1.200z",
    diamond: "M20 1l16 19l-16 19l-16-19z",
    heart: "M20 37C7 27 2 20 2 13a9 9 0 0 1 18-3a9 9 0 0 1 18 3c0 7-5 14-18 24z",
    cross: "M14 2h12v12h12v12H26v12H14V26H2V14h12z",
  };
  const SVG = "http://www.w3.org/2000/svg";

  const element = (tag, attributes, ...children) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  flywheel.page({
    state: () => ({ clicked: [] }),
    render: ({ shapes }, { clicked }) => {
      const { h, change } = flywheel;
      const drawn = shapes.map(({ name, form, fill, size, x, y }, index) => {
        const path = element("path", {
          d: outlines[form],
          fill,
          class: clicked.includes(name) ? "shape clicked" : "shape",
          "data-id": `shape-${index}`,
        });
        path.addEventListener("click", () => change((state) => state.clicked.push(name)));
        return element("svg", { viewBox: "-3 -3 46 46", width: size * 1.15, height: size * 1.15, style: `left: ${x}%; top: ${y}%` }, path);
      });
      return h("div", { class: "canvas fill" }, drawn);
    },
  });
}
