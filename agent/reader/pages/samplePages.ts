/**
 * Pages to test readers on: whole layouts as real sites and small widgets have them, made of other parts than training pages. Nobody tunes a
 * reader on what they show. In: keys and fonts. Out: HTML of a body. Equal keys give equal pages.
 */
import type { Viewport } from "../../../env/observation.ts";
import { rng, type Rng } from "../../../env/random.ts";
import { text } from "./blocks.ts";
import type { ReaderPage } from "./trainingPage.ts";
import { wordingOf, type Wording } from "./wording.ts";

interface Sample {
  readonly random: Rng;
  readonly say: Wording;
}

type Layout = (sample: Sample) => string;

const many = (count: number, make: (at: number) => string): string => Array.from({ length: count }, (_, at) => make(at)).join("");

const mail: Layout = ({
  random,
  say,
}) => `<style>.m{display:grid;grid-template-columns:150px 1fr;height:100vh}.m nav{background:var(--soft);padding:12px}
  .m nav div{padding:5px 8px;border-radius:12px}.m li{display:flex;gap:10px;padding:7px 12px;border-bottom:1px solid var(--line);list-style:none}.m b{width:120px;flex:none}
  .m time{margin-left:auto;color:var(--muted);font-size:.86em;white-space:nowrap}</style>
  <div class="m"><nav><button class="main">Compose</button>${many(7, (at) => `<div style="${at === 0 ? "background:var(--accent);color:var(--on)" : ""}">${text(say.label())} ${random.chance(0.4) ? `(${random.int(90)})` : ""}</div>`)}</nav>
  <ul style="margin:0;padding:0">${many(16, () => `<li><input type="checkbox"><b>${text(say.phrase(1, 2))}</b><span>${text(say.phrase(2, 7))}</span><time>${1 + random.int(12)}:${10 + random.int(49)} ${random.pick(["AM", "PM"])}</time></li>`)}</ul></div>`;

const shop: Layout = ({
  random,
  say,
}) => `<style>.s{display:grid;grid-template-columns:repeat(auto-fill,minmax(140px,1fr));gap:14px;padding:14px}.s article{border:1px solid var(--line);border-radius:8px;padding:10px;background:var(--card)}
  .s h3{margin:6px 0 2px;font-size:1em}.s .p{font-size:1.25em;font-weight:700}</style><header style="background:var(--accent);color:var(--on);padding:10px 14px;display:flex;gap:20px"><b>${text(say.word())}</b>${many(4, () => `<span>${text(say.label())}</span>`)}<span style="margin-left:auto">Cart (${random.int(9)})</span></header>
  <div class="s">${many(12, () => `<article><div style="height:36px;background:linear-gradient(45deg,var(--soft),var(--line))"></div><h3>${text(say.phrase(1, 3))}</h3><small style="color:var(--muted)">${text(say.phrase(2, 4))}</small><div class="p">$${random.int(400)}.${10 + random.int(89)}</div><button class="main">Add to cart</button></article>`)}</div>`;

const settings: Layout = ({
  random,
  say,
}) => `<style>.g{max-width:620px;padding:16px}.g section{border:1px solid var(--line);border-radius:6px;padding:4px 14px;margin:10px 0;background:var(--card)}.g p{display:flex;justify-content:space-between;align-items:center;margin:8px 0}</style>
  <div class="g"><h1>${text(say.label())}</h1>${many(4, () => `<h3>${text(say.phrase(1, 3))}</h3><section>${many(3, () => `<p><label>${text(say.phrase(1, 4))}</label>${random.pick([`<input value="${text(say.phrase(1, 2))}">`, `<select><option>${text(say.label())}</option></select>`, `<input type="checkbox" checked>`, `<b>${text(say.figure())}</b>`])}</p>`)}</section>`)}<button class="main">Save</button> <button>Cancel</button></div>`;

const article: Layout = ({
  random,
  say,
}) => `<style>.a{max-width:720px;margin:0 auto;padding:14px;line-height:1.55}.a code{background:var(--soft);padding:1px 4px;border-radius:3px}.a pre{background:#1e1e24;color:#ddd;padding:10px;overflow:hidden}</style><div class="a"><small>${text(say.label())} / ${text(say.label())} / ${text(say.label())}</small>
  <h1>${text(say.phrase(2, 4))}</h1><p><i>${text(say.sentence())}</i></p>${many(3, () => `<h2>${text(say.phrase(1, 4))}</h2><p>${text(say.sentence())} ${text(say.sentence())} <a href="#">${text(say.phrase(1, 2))}</a> ${text(say.sentence())} <code>${text(say.figure())}</code></p>`)}<ol>${many(4, () => `<li>${text(say.phrase(2, 6))}</li>`)}</ol>
  <pre>${many(4, () => `${text(say.figure())}\n`)}</pre><blockquote style="border-left:3px solid var(--accent);padding-left:10px">${text(say.sentence())}</blockquote>${random.chance(0.5) ? `<p>${text(say.sentence())}</p>` : ""}</div>`;

const dashboard: Layout = ({
  random,
  say,
}) => `<style>.d{padding:14px}.d .k{display:flex;gap:12px;flex-wrap:wrap}.d .k div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 16px}.d big{font-size:1.9em;font-weight:700;display:block}.d table{border-collapse:collapse;width:100%;margin-top:12px;background:var(--card)}
  .d th{background:var(--soft);text-align:left}.d td,.d th{padding:6px 10px;border-bottom:1px solid var(--line)}.d .r{text-align:right}</style><div class="d"><h2>${text(say.label())}</h2><div class="k">${many(4, () => `<div>${text(say.phrase(1, 2))}<big>${text(say.figure())}</big><small style="color:var(--accent)">+${random.int(30)}.${random.int(9)}%</small></div>`)}</div>
  <table><tr>${many(5, () => `<th>${text(say.label())}</th>`)}</tr>${many(12, () => `<tr><td>${text(say.phrase(1, 2))}</td><td>${text(say.word())}</td><td><span style="background:var(--accent);color:var(--on);border-radius:9px;padding:1px 8px;font-size:.8em">${text(say.word())}</span></td><td class="r">${random.int(9999)}</td><td class="r">${random.int(99)}.${10 + random.int(89)} €</td></tr>`)}</table></div>`;

const chat: Layout = ({
  random,
  say,
}) => `<style>.c{padding:10px;display:flex;flex-direction:column;gap:8px}.c div{max-width:75%;padding:7px 11px;border-radius:13px;background:var(--soft)}.c .o{align-self:flex-end;background:var(--accent);color:var(--on)}.c small{display:block;opacity:.75}</style>
  <div class="c">${many(10, () => `<div class="${random.chance(0.5) ? "o" : ""}">${text(say.sentence())}<small>${1 + random.int(12)}:${10 + random.int(49)}</small></div>`)}<p><input placeholder="${text(say.phrase(2, 3))}" style="width:60%"> <button class="main">Send</button></p></div>`;

const files: Layout = ({ random, say }) =>
  `<style>.f{font-size:.95em}.f li{display:grid;grid-template-columns:22px 1fr 90px 110px;list-style:none;padding:4px 8px}.f li:nth-child(even){background:var(--soft)}.f ul{margin:0;padding:0}</style><div class="f"><div style="padding:8px;border-bottom:1px solid var(--line)">File&nbsp; Edit&nbsp; View&nbsp; Go&nbsp; Help</div><ul>${many(18, () => `<li><span style="width:12px;height:10px;background:var(--accent);margin-top:4px"></span><span>${text(say.word())}${random.pick(["", "_final", "-2", " copy", " (1)"])}.${random.pick(["txt", "pdf", "jpg", "docx", "md", "tar.gz"])}</span><span>${random.int(900)} ${random.pick(["B", "KB", "MB"])}</span><span>2026-0${1 + random.int(9)}-${10 + random.int(19)}</span></li>`)}</ul></div>`;

const invoice: Layout = ({
  random,
  say,
}) => `<div style="padding:18px;max-width:640px"><div style="display:flex;justify-content:space-between"><div><b style="font-size:1.6em">INVOICE</b><br>#${10000 + random.int(89999)}</div><div style="text-align:right">${text(say.phrase(2, 3))}<br>${random.int(200)} ${text(say.word())} St.<br>${text(say.word())}, ${10000 + random.int(89999)}</div></div><hr>
  <table style="width:100%">${many(7, () => `<tr><td>${text(say.phrase(1, 4))}</td><td style="text-align:right">${1 + random.int(9)}</td><td style="text-align:right">$${random.int(300)}.00</td></tr>`)}<tr><th style="text-align:left">Total</th><th></th><th style="text-align:right">$${random.int(9000)}.00</th></tr></table><p style="color:var(--muted)">${text(say.sentence())}</p><button class="main">Pay now</button></div>`;

const results: Layout = ({
  random,
  say,
}) => `<div style="padding:12px"><input value="${text(say.phrase(1, 3))}" style="width:55%"> <button>Search</button><p style="color:var(--muted);font-size:.85em">About ${1 + random.int(99)},${100 + random.int(899)} results (0.${10 + random.int(80)} seconds)</p>
  ${many(7, () => `<div style="margin:14px 0"><small>www.${text(say.word().toLowerCase())}.com › ${text(say.word().toLowerCase())}</small><br><a href="#" style="font-size:1.25em">${text(say.phrase(2, 5))}</a><br>${text(say.sentence())} <b>${text(say.word())}</b> ${text(say.phrase(3, 6))} ...</div>`)}<div>&lt; Prev &nbsp; 1 &nbsp; <b>2</b> &nbsp; 3 &nbsp; 4 &nbsp; Next &gt;</div></div>`;

const agenda: Layout = ({ random, say }) =>
  `<style>.w{display:grid;grid-template-columns:44px repeat(5,1fr);font-size:.88em}.w div{border:1px solid var(--line);min-height:34px;padding:2px 4px}.w span{display:block;background:var(--accent);color:var(--on);border-radius:4px;padding:1px 4px}</style><h3 style="margin:8px">‹ ${text(say.word())} 2026 ›</h3><div class="w"><div></div>${["Mon", "Tue", "Wed", "Thu", "Fri"].map((day) => `<div><b>${day} ${1 + random.int(28)}</b></div>`).join("")}${many(54, (at) => `<div>${at % 6 === 0 ? `${8 + at / 6}:00` : random.chance(0.3) ? `<span>${text(say.phrase(1, 2))}</span>` : ""}</div>`)}</div>`;

const dialog: Layout = ({ say }) =>
  `<div style="padding:6px"><div style="border:1px solid var(--line);background:var(--card);border-radius:4px"><div style="background:var(--soft);padding:4px 8px;font-weight:700">${text(say.label())}<span style="float:right">×</span></div><div style="padding:8px">${text(say.sentence())}</div><div style="padding:6px 8px;text-align:right"><button>Cancel</button> <button class="main">OK</button></div></div></div>`;

const form: Layout = ({ random, say }) =>
  `<div style="padding:6px">${many(3, () => `<div>${text(say.label())}:</div><input value="${text(random.chance(0.5) ? say.word() : say.figure().slice(0, 12))}" style="width:110px">`)}<div>${many(2, () => `<label><input type="radio">${text(say.word())}</label> `)}</div><button>${text(say.label())}</button></div>`;

const smallList: Layout = ({ random, say }) =>
  `<div style="padding:4px">${many(7, () => `<div style="padding:3px;border-bottom:1px solid var(--line)">${random.chance(0.3) ? `<input type="checkbox">` : ""}${text(random.chance(0.25) ? say.figure() : say.phrase(1, 2))}</div>`)}</div>`;

const tabs: Layout = ({ random, say }) =>
  `<div style="padding:4px"><div style="display:flex;border-bottom:1px solid var(--line)">${many(3, (at) => `<span style="padding:3px 6px;${at === 1 ? "background:var(--accent);color:var(--on)" : "background:var(--soft)"}">Tab #${at + 1}</span>`)}</div><p>${text(say.sentence())} <a href="#">${text(say.word())}</a> ${text(say.phrase(2, 5))}</p><p style="font-size:${9 + random.int(4)}px">${text(say.sentence())}</p></div>`;

const grid: Layout = ({ random, say }) =>
  `<table style="border-collapse:collapse;margin:5px;text-align:center">${many(5, () => `<tr>${many(3, () => `<td style="border:1px solid var(--line);padding:3px 5px">${text(random.chance(0.5) ? String(random.int(500)) : say.word().slice(0, 9))}</td>`)}</tr>`)}</table><button class="main">${text(say.label())}</button>`;

const LARGE = [mail, shop, settings, article, dashboard, chat, files, invoice, results, agenda];
const SMALL = [dialog, form, smallList, tabs, grid];

/** Colours and faces of a whole page. */
function themeCss(random: Rng, family: string, small: boolean): string {
  const hue = random.int(360);
  const dark = random.chance(0.25);
  const tone = (saturation: number, light: number): string => `hsl(${hue} ${saturation}% ${dark ? 100 - light : light}%)`;
  const own = dark ? `hsl(${hue} 70% 70%)` : `hsl(${hue} ${50 + random.int(40)}% ${28 + random.int(12)}%)`;
  const size = small ? 10 + random.int(5) : 12 + random.int(5);
  const variables = `--line:${tone(14, 82)};--soft:${tone(18, 92)};--card:${tone(8, 99)};--muted:${tone(8, 40)};--accent:${own};--on:${dark ? "#111" : "#fff"}`;
  return `<style>.page{${variables};font:${size}px '${family}';background:${tone(10, 97)};color:${tone(20, 12)};height:100vh;overflow:hidden}.page a{color:${own}}
    .page button{font:inherit;padding:${2 + random.int(4)}px ${6 + random.int(8)}px;border:1px solid var(--line);border-radius:${random.int(8)}px;background:var(--card);color:inherit}
    .page button.main{background:var(--accent);color:var(--on)}.page input:not([type]),.page select{font:inherit;background:var(--card);color:inherit;border:1px solid var(--line);padding:3px}</style>`;
}

export interface SampleOptions {
  /** The faces that pages choose from. */
  readonly families: readonly string[];
  readonly viewport: Viewport;
}

/** Sample page number `page` of a seed; viewports up to 400 px wide show widgets, larger ones whole sites. Each page has one face. */
export function samplePage(seed: number, page: number, { families, viewport }: SampleOptions): ReaderPage {
  const random = rng("reader-sample", seed, page);
  const small = viewport.width <= 400;
  const family = random.pick(families);
  const layouts = small ? SMALL : LARGE;
  const body = layouts[page % layouts.length]!({ random, say: wordingOf(random, "unseen") });
  return { viewport, body: `${themeCss(random, family, small)}<div class="page">${body}</div>` };
}
