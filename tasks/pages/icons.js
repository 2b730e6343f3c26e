/** Icons as own line drawings on a 24×24 grid: `flywheel.icon(name)` returns an SVG element in the current text colour. */
(() => {
  "use strict";
  const circle = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  const teeth = [0, 45, 90, 135, 180, 225, 270, 315]
    .map((degrees) => {
      const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      return `M${12 + 6.5 * c} ${12 + 6.5 * s}L${12 + 10 * c} ${12 + 10 * s}`;
    })
    .join("");
  const paths = {
    add: "M12 4v16M4 12h16",
    back: "M20 12H4M11 5l-7 7l7 7",
    bell: "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21.5h4",
    calendar: "M4 5h16v16H4zM4 10h16M8 2v5M16 2v5",
    camera: `M3 7h4l2-3h6l2 3h4v13H3z${circle(12, 13, 4)}`,
    cart: `M2 4h3l3 12h10l3-9H6${circle(9, 20, 1.5)}${circle(17, 20, 1.5)}`,
    chart: "M3 21h18M6 21v-7M12 21V4M18 21V10",
    chat: "M3 4h18v13H11l-5 4v-4H3z",
    check: "M4 13l5 5L20 6",
    clock: `${circle(12, 12, 9.5)}M12 6v6l4 3`,
    close: "M5 5l14 14M19 5L5 19",
    cloud: "M7 19a5 5 0 0 1-.5-10A6 6 0 0 1 18 10a4.5 4.5 0 0 1-.5 9z",
    delete: "M3 6h18M9 6V3h6v3M5.500 6l1 15h11l1-15M10 10v7M14 10v7",
    down: "M5 9l7 7l7-7",
    download: "M12 3v12M6 10l6 6l6-6M4 21h16",
    edit: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
    flag: "M5 22V3h14l-4 5l4 5H5",
    folder: "M3 5h7l2 3h9v12H3z",
    heart: "M12 21C5 15 2 12 2 8a5 5 0 0 1 10-2a5 5 0 0 1 10 2c0 4-3 7-10 13z",
    home: "M2 12L12 3l10 9M5 10v11h5v-6h4v6h5V10",
    lock: "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
    mail: "M2 5h20v14H2zM2 6l10 8l10-8",
    menu: "M3 6h18M3 12h18M3 18h18",
    next: "M9 5l7 7l-7 7",
    phone: "M7 2h10v20H7zM11 18.500h2",
    play: "M6 3l14 9l-14 9z",
    previous: "M15 5l-7 7l7 7",
    print: "M7 9V3h10v6M7 17H3V9h18v8h-4M7 14h10v7H7z",
    search: `${circle(10, 10, 6.5)}M15 15l7 7`,
    settings: `${circle(12, 12, 6.5)}${circle(12, 12, 2)}${teeth}`,
    star: "M12 2l3.100 6.500l7 1l-5.100 5l1.200 7L12 18.200L5.800 21.500l1.200-7l-5.100-5l7-1z",
    upload: "M12 16V4M6 9l6-6l6 6M4 21h16",
    user: `${circle(12, 7.5, 4.5)}M3 22a9 8 0 0 1 18 0`,
  };

  const SVG = "http://www.w3.org/2000/svg";

  /** `filled` paints the inside too (a starred star). */
  flywheel.icon = (name, { filled = false, size = 18 } = {}) => {
    if (!(name in paths)) throw new RangeError(`There is no icon called "${name}".`);
    const svg = document.createElementNS(SVG, "svg");
    const attributes = {
      viewBox: "0 0 24 24",
      width: size,
      height: size,
      fill: filled ? "currentColor" : "none",
      stroke: "currentColor",
      class: "icon",
    };
    for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", paths[name]);
    svg.append(path);
    return svg;
  };
})();
