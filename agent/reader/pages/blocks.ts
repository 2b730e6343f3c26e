/**
 * Parts of training pages: one function per kind of thing that real pages are made of. In: a generator, what to say, how to look.
 * Out: HTML. Every block says something new each time, most in few words, since controls speak in few words.
 */
import type { Rng } from "../../../env/random.ts";
import { icon, picture } from "./icons.ts";
import { drawColours, lookCss, type Look } from "./look.ts";
import type { Wording } from "./wording.ts";

export interface Draw {
  readonly random: Rng;
  readonly say: Wording;
  readonly look: Look;
  /** Another font of the same page, as a `font` shorthand. */
  readonly font: (size: number) => string;
}

type Block = (draw: Draw) => string;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** Text as HTML. */
export const text = (plain: string): string => plain.replace(/[&<>"]/g, (character) => ESCAPES[character]!);

const times = (count: number, make: (at: number) => string): string => Array.from({ length: count }, (_, at) => make(at)).join("");
const between = (random: Rng, from: number, to: number): number => from + random.int(to - from + 1);

/** Words of which some are marked up as in running text. */
function markedUp({ random, say, look }: Draw, plain: string): string {
  const mark = (word: string): string => {
    const way = random.int(9);
    if (way === 0) return `<b>${word}</b>`;
    if (way === 1) return `<i>${word}</i>`;
    if (way === 2) return `<a href="#" style="color:${look.ground.accent}">${word}</a>`;
    if (way === 3) return `<code>${word}</code>`;
    if (way === 4) return `<span style="color:${look.ground.accent}">${word}</span>`;
    if (way === 5) return `<u>${word}</u>`;
    if (way === 6) return `<small>${word}</small>`;
    if (way === 7) return `<mark>${word}</mark>`;
    return `<s>${text(say.figure())}</s> ${word}`;
  };
  return plain
    .split(" ")
    .map((word) => (random.chance(0.07) ? mark(text(word)) : text(word)))
    .join(" ");
}

const paragraph: Block = (draw) => `<p>${markedUp(draw, times(between(draw.random, 1, 4), () => `${draw.say.sentence()} `).trim())}</p>`;

const heading: Block = ({ random, say, font, look }) =>
  `<div style="font:${font(Math.round(look.size * random.pick([1.2, 1.5, 2, 2.4])))};color:${random.pick([look.ground.ink, look.ground.accent])}">${text(say.phrase(1, 5))}</div>
   <div style="font-size:.85em;opacity:${random.pick([1, 1, 0.8, 0.65])}">${text(say.phrase(2, 7))}</div>`;

/** Padding, corners, border and colours of something to press. */
function pressable({ random, look }: Draw): string {
  const { ground } = look;
  const own = random.chance(0.6) ? drawColours(random) : ground;
  const border = random.chance(0.5) ? `1px solid ${own.line}` : random.pick(["0", `2px solid ${own.line}`, `1px solid ${own.ink}`]);
  return `padding:${random.int(9)}px ${2 + random.int(16)}px;border:${border};border-radius:${random.pick([0, 2, 4, 6, 10, 20])}px;background:${own.paper};color:${own.ink};margin:${random.int(6)}px`;
}

const buttons: Block = (draw) => {
  const { random, say, font, look } = draw;
  const native = random.chance(0.35);
  const style = pressable(draw);
  return times(between(random, 2, 7), () => {
    const inside = `${random.chance(0.15) ? `${icon(random, look.size, "currentColor")} ` : ""}${text(random.chance(0.2) ? say.figure() : say.label())}`;
    if (native) return random.chance(0.3) ? `<input type="submit" value="${text(say.label())}"> ` : `<button>${inside}</button> `;
    return `<button style="font:${random.chance(0.3) ? font(look.size) : "inherit"};${style}">${inside}</button> `;
  });
};

const fields: Block = (draw) => {
  const { random, say, look } = draw;
  const { ground } = look;
  const native = random.chance(0.4);
  const own = random.pick([
    `border:1px solid ${ground.line}`,
    `border:0;border-bottom:1px solid ${ground.ink}`,
    `border:2px solid ${ground.line};border-radius:6px`,
  ]);
  const style = native ? "" : `font:inherit;background:transparent;color:${ground.ink};${own};padding:${random.int(8)}px;`;
  const above = random.chance(0.5);
  return times(between(random, 1, 4), () => {
    const kind = random.int(5);
    const width = `width:${90 + random.int(160)}px`;
    const value = text(random.chance(0.5) ? say.phrase(1, 4) : say.figure());
    const field =
      kind === 0
        ? `<select style="${style}"><option>${text(say.label())}</option></select>`
        : kind === 1
          ? `<textarea rows="${between(random, 2, 3)}" style="${style}${width}">${text(say.sentence())}</textarea>`
          : kind === 2
            ? `<input placeholder="${value}" style="${style}${width}">`
            : `<input value="${value}" style="${style}${width}">`;
    return `<div style="margin:${random.int(8)}px 0"><label>${text(say.label())}${random.pick(["", ":", " *"])}</label>${above ? "<br>" : " "}${field}</div>`;
  });
};

const choices: Block = ({ random, say }) => {
  const type = random.pick(["checkbox", "radio"]);
  const inline = random.chance(0.4);
  return times(between(random, 2, 7), () => {
    const box = `<input type="${type}"${random.chance(0.4) ? " checked" : ""}>`;
    return `<label style="${inline ? "margin-right:12px" : "display:block"}">${box}${random.pick([" ", ""])}${text(random.chance(0.3) ? say.phrase(1, 1) : say.label())}</label>`;
  });
};

const table: Block = ({ random, say, look }) => {
  const { ground } = look;
  const columns = between(random, 2, 6);
  const style = random.int(3);
  const line = style === 0 ? "" : style === 1 ? `border:1px solid ${ground.line};` : `border-bottom:1px solid ${ground.line};`;
  const pad = random.int(8);
  const stripe = random.chance(0.3);
  const cell = (tag: string, inside: string): string => `<${tag} style="${line}padding:${pad}px ${pad + 3}px">${text(inside)}</${tag}>`;
  const kinds = Array.from({ length: columns }, () => random.int(3));
  const content = (kind: number): string => (kind === 0 ? say.figure() : say.phrase(1, kind));
  const row = (at: number): string =>
    `<tr style="${stripe && at % 2 === 0 ? "background:rgba(128,128,128,.15)" : ""}">${kinds.map((kind) => cell("td", content(kind))).join("")}</tr>`;
  return `<table style="border-collapse:collapse;text-align:${random.pick(["left", "center", "right"])}"><tr>${times(columns, () => cell("th", say.phrase(1, 2)))}</tr>${times(between(random, 2, 7), row)}</table>`;
};

const list: Block = (draw) => {
  const { random, say } = draw;
  const tag = random.pick(["ul", "ol"]);
  const lead = (): string => (random.chance(0.3) ? `${random.pick(["•", "-", "*", "1.", "a)", "→", "·"])} ` : "");
  const bare = random.chance(0.4);
  return `<${tag} style="margin:4px;${bare ? "list-style:none;padding:0" : ""}">${times(between(random, 2, 6), () => `<li>${bare ? lead() : ""}${markedUp(draw, say.phrase(1, 6))}</li>`)}</${tag}>`;
};

const navigation: Block = (draw) => {
  const { random, say, look } = draw;
  const gap = 6 + random.int(24);
  const mark = random.pick(["", "", "|", "/", "›", "·", "»"]);
  const current = `border-bottom:2px solid ${look.ground.accent};font-weight:700`;
  return `<div style="display:flex;flex-wrap:wrap;gap:2px ${gap}px;${random.chance(0.4) ? "text-transform:uppercase;letter-spacing:.06em" : ""}">${times(
    between(random, 3, 8),
    (at) => `<span style="${at === 1 ? current : ""}">${text(say.label())}</span>${mark ? `<span>${mark}</span>` : ""}`,
  )}</div>`;
};

const chips: Block = (draw) => {
  const { random, say } = draw;
  return times(between(random, 3, 9), () => {
    const own = drawColours(random);
    const look = `background:${own.paper};color:${own.ink};border-radius:${random.pick([3, 8, 20])}px;padding:${random.int(4)}px ${3 + random.int(8)}px`;
    return `<span style="display:inline-block;margin:2px;font-size:${random.pick([0.75, 0.85, 1])}em;${look}">${text(random.chance(0.35) ? say.figure() : say.phrase(1, 2))}</span> `;
  });
};

const icons: Block = ({ random, say, look }) => {
  const size = between(random, 10, random.chance(0.3) ? 48 : 28);
  const labelled = random.chance(0.5);
  return times(between(random, 3, 9), () => {
    const drawn = icon(random, size, random.pick([look.ground.ink, look.ground.accent]));
    const label = labelled ? text(random.chance(0.3) ? say.figure() : say.phrase(1, 2)) : "";
    return `<span style="display:inline-block;margin:${random.int(10)}px">${drawn}${random.pick([" ", "<br>"])}${label}</span>`;
  });
};

const rows: Block = (draw) => {
  const { random, say, look } = draw;
  return times(between(random, 2, 6), () => {
    const right = random.chance(0.6) ? say.figure() : say.phrase(1, 2);
    const lead = random.chance(0.2) ? icon(random, look.size + 4, look.ground.accent) : "";
    return `<div style="display:flex;justify-content:space-between;padding:${random.int(8)}px 4px;border-bottom:1px solid ${look.ground.line}"><span>${lead} ${markedUp(draw, say.phrase(1, 5))}</span><span style="${random.chance(0.3) ? "font-weight:700" : ""}">${text(right)}</span></div>`;
  });
};

const code: Block = (draw) => {
  const { random, say } = draw;
  const ground = drawColours(random);
  const family = random.pick(["Liberation Mono", "DejaVu Sans Mono", "roboto-mono", "fira-code", "inconsolata", "courier-prime"]);
  const line = (): string => `${" ".repeat(2 * random.int(4))}${text(random.chance(0.6) ? say.figure() : say.phrase(1, 5))}`;
  return `<pre style="margin:4px;padding:8px;background:${ground.paper};color:${ground.ink};font:${between(random, 11, 15)}px '${family}';font-variant-ligatures:none">${times(between(random, 2, 7), () => `${line()}\n`)}</pre>`;
};

const calendar: Block = ({ random, look, say }) => {
  const cell = `display:inline-block;width:${between(random, 18, 38)}px;text-align:${random.pick(["center", "right", "left"])};border:${random.pick(["0", `1px solid ${look.ground.line}`])};padding:${random.int(5)}px 1px`;
  const first = random.int(28);
  return `<div>${text(say.phrase(1, 1))} 2026</div>${times(between(random, 2, 5), (week) => `<div>${times(7, (day) => `<span style="${cell}">${1 + ((first + 7 * week + day) % 31)}</span>`)}</div>`)}`;
};

const cards: Block = (draw) => {
  const { random, say, look } = draw;
  return `<div style="display:flex;gap:8px;flex-wrap:wrap">${times(between(random, 2, 4), () => {
    const own = random.chance(0.4) ? drawColours(random) : look.ground;
    const shadow = random.chance(0.4) ? "box-shadow:0 2px 6px rgba(0,0,0,.3);" : `border:1px solid ${own.line};`;
    const shown = random.chance(0.4) ? `${picture(random, 60 + random.int(60), 30 + random.int(40))}<br>` : "";
    const inside = `${shown}<b>${text(say.label())}</b><br>${text(say.phrase(1, 4))}<br><span style="font-size:1.3em">${text(say.figure())}</span>`;
    return `<div style="${shadow}${lookCss({ ...look, ground: own })}border-radius:${random.pick([0, 4, 10])}px;padding:${4 + random.int(10)}px">${inside}</div>`;
  })}</div>`;
};

const gradient: Block = ({ random, say }) => {
  const hue = random.int(360);
  const dark = random.chance(0.5);
  const shade = (): string => `hsl(${hue + random.int(50)} ${40 + random.int(50)}% ${dark ? 15 + random.int(22) : 72 + random.int(22)}%)`;
  return `<div style="padding:10px;background:linear-gradient(${random.int(180)}deg,${shade()},${shade()});color:${dark ? "#fff" : "#111"}">${text(say.label())}<br>${text(say.phrase(2, 6))}</div>`;
};

const noisy: Block = ({ random, say }) =>
  `<div>${times(between(random, 4, 12), () => `<span style="margin-right:.6em">${text(random.chance(0.1) ? say.foreign() : say.noise())}</span> `)}</div>`;

const figures: Block = ({ random, say }) =>
  `<div style="letter-spacing:${random.pick(["0", "0", ".04em", "-.02em"])}">${times(between(random, 6, 16), () => `${text(say.figure())}${random.pick([" ", " &nbsp; ", " &nbsp; &nbsp; "])}`)}</div>`;

const single: Block = ({ random, say, look }) =>
  times(between(random, 6, 16), () => {
    const inside = text(random.chance(0.5) ? say.figure().slice(0, 3) : say.word());
    return `<span style="display:inline-block;margin:${2 + random.int(8)}px;padding:${random.int(6)}px;border:${random.pick(["0", `1px solid ${look.ground.line}`])}">${inside}</span>`;
  });

const pictures: Block = ({ random }) => times(between(random, 1, 3), () => picture(random, 60 + random.int(140), 30 + random.int(70)));

/** Kinds of blocks, the frequent ones repeated. */
export const BLOCKS: readonly Block[] = [
  paragraph,
  paragraph,
  paragraph,
  heading,
  heading,
  buttons,
  buttons,
  fields,
  fields,
  choices,
  choices,
  table,
  table,
  list,
  navigation,
  navigation,
  chips,
  chips,
  icons,
  icons,
  rows,
  rows,
  code,
  calendar,
  cards,
  gradient,
  noisy,
  figures,
  single,
  pictures,
];
