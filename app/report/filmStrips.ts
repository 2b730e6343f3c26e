/** Episodes as film strips: the same final seed early and late, one frame per step with the action drawn on it. In: strip pairs. Out: HTML. */
import { describeAction, type Action, type Point } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import { nothing } from "./figure.ts";
import { html, type Markup } from "./html.ts";
import type { Frame, ReportData, Strip, StripPair } from "./reportData.ts";
import { shortId } from "./words.ts";

/** `screens`: hashes that are on the page as `<image id="screen-…">`. */
export function filmStrips({ strips }: ReportData, screens: ReadonlySet<string>): Markup {
  if (strips.length === 0) return nothing("Film strips", "No episode was played on final seeds yet.");
  const byTask = [...Map.groupBy(strips, ({ task }) => task)];
  const ofTask = ([task, pairs]: (typeof byTask)[number]): Markup =>
    html`<section class="strips" aria-label="${task}">${pairs.map((pair) => stripPair(pair, screens))}</section>`;
  if (byTask.length <= MOST_OPEN) return html`${byTask.map(ofTask)}`;
  return html`${byTask.map(
    (one) =>
      html`<details class="also">
        <summary>${one[0]}: cycle 0 ${verdictBadge(one[1][0]!.early.verdict)}, last ${verdictBadge(one[1][0]!.late.verdict)}</summary>
        ${ofTask(one)}
      </details>`,
  )}`;
}

/** With more tasks than this, each opens by itself. */
const MOST_OPEN = 24;

function stripPair(pair: StripPair, screens: ReadonlySet<string>): Markup {
  const { task, instruction, seed, feasible, early, late, kind } = pair;
  const told = html`<span class="instruction">“${instruction}”</span>
    <span class="sub">seed ${seed}${feasible ? "" : ", infeasible: giving up is right"}</span>`;
  const strips = html`<div class="pair">${[strip(early, "cycle 0", screens), strip(late, "last", screens)]}</div>`;
  if (kind === "main")
    return html`<div class="told">
        <h3>${task}</h3>
        ${told}
      </div>
      ${strips}`;
  return html`<details class="also">
    <summary>Still fails: ${told}</summary>
    ${strips}
  </details>`;
}

function strip(one: Strip, when: string, screens: ReadonlySet<string>): Markup {
  const { verdict, reason, checkpoint, cycle, episode, frames, cut } = one;
  const name = when === "last" ? `last, cycle ${cycle}` : when;
  return html`<div class="strip">
    <p class="head">
      <b>${name}</b> <code>${shortId(checkpoint)}</code> ${verdictBadge(verdict)} <span class="reason">${reason}</span>
      <code class="id">${episode}</code>
    </p>
    <ol class="frames">
      ${frames.map((frame, i) => html`${cut > 0 && i === frames.length - 3 && html`<li class="cut">${cut} more</li>`}${frameItem(frame, one.viewport, screens)}`)}
    </ol>
  </div>`;
}

function verdictBadge(verdict: string): Markup {
  return html`<span class="verdict ${verdict}"
    ><svg width="14" height="14" aria-hidden="true"><use href="#verdict-${verdict}" /></svg>${verdict.replace("-", " ")}</span
  >`;
}

function frameItem({ screen, index, action }: Frame, viewport: Viewport, screens: ReadonlySet<string>): Markup {
  const sentence = action === null ? "last screen" : describeAction(action);
  const { width, height } = viewport;
  const picture = screens.has(screen)
    ? html`<use href="#screen-${screen}" transform="scale(${width / UNIT} ${height / UNIT})" />`
    : html`<rect width="${width}" height="${height}" fill="url(#hatch-none)" />`;
  const label = action === null ? sentence : `step ${index + 1}: ${sentence}`;
  return html`<li>
    <button type="button" class="frame" aria-label="${label}, enlarge">
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${picture}${action !== null && marks(action, viewport)}</svg>
    </button>
    <span class="does">${action === null ? "" : html`<b>${index + 1}</b> `}${sentence}</span>
  </li>`;
}

/** Each screen is defined once, in a square of this size, and stretched to the viewport wherever it is used. */
const UNIT = 100;

/** The pictures, once each, for `<use>`. */
export function screenDefinitions(pictures: ReadonlyMap<string, string>): Markup {
  const images = [...pictures].map(
    ([hash, uri]) => html`<image id="screen-${hash}" href="${uri}" width="${UNIT}" height="${UNIT}" preserveAspectRatio="none" />`,
  );
  return html`<svg width="0" height="0" class="definitions" aria-hidden="true"><defs>${images}</defs></svg>`;
}

/** What the agent did, two-tone so that it shows on any page: rings for points, an arrow for a drag, a chip for everything without a place. */
function marks(action: Action, viewport: Viewport): Markup {
  const k = viewport.width / 320;
  switch (action.kind) {
    case "click":
      return html`${ring(action.at, k)}${action.count > 1 && twoTone(html`<circle cx="${action.at.x}" cy="${action.at.y}" r="${18 * k}" />`, k)}${action.button !== "left" && chip(`${action.button} click`, viewport, k)}`;
    case "hover":
      return ring(action.at, k);
    case "drag":
      return drag(action.path, k);
    case "scroll":
      return html`${ring(action.at, k)}${arrow(action.at, { x: action.at.x + 34 * k * Math.sign(action.dx), y: action.at.y + 34 * k * Math.sign(action.dy) }, k)}`;
    case "type":
      return chip(`types “${action.text}”`, viewport, k);
    default:
      return chip(describeAction(action), viewport, k);
  }
}

function ring({ x, y }: Point, k: number): Markup {
  return html`${twoTone(html`<circle cx="${x}" cy="${y}" r="${12 * k}" />`, k)}<circle cx="${x}" cy="${y}" r="${1.5 * k}" fill="var(--mark)" />`;
}

function drag(path: readonly Point[], k: number): Markup {
  const start = path[0]!;
  const through = path
    .slice(0, -1)
    .map(({ x, y }) => `${x},${y}`)
    .join(" ");
  return html`${ring(start, k)}${path.length > 2 && twoTone(html`<polyline points="${through}" />`, k)}${arrow(path.at(-2)!, path.at(-1)!, k)}`;
}

function arrow(from: Point, to: Point, k: number): Markup {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const barb = (turn: number): string => `${to.x - 11 * k * Math.cos(angle + turn)},${to.y - 11 * k * Math.sin(angle + turn)}`;
  return twoTone(html`<path d="M${from.x},${from.y}L${to.x},${to.y}M${barb(0.5)}L${to.x},${to.y}L${barb(-0.5)}" />`, k);
}

function twoTone(shape: Markup, k: number): Markup {
  return html`<g fill="none" stroke-linecap="round" stroke-linejoin="round"
    ><g stroke="var(--mark-halo)" stroke-width="${5.5 * k}">${shape}</g><g stroke="var(--mark)" stroke-width="${2.5 * k}">${shape}</g></g
  >`;
}

/** At the lower edge, cut to what fits. */
function chip(text: string, { width, height }: Viewport, k: number): Markup {
  const letters = Math.floor((width - 20 * k) / (8.2 * k));
  const shown = text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
  const size = shown.length * 8.2 * k + 14 * k;
  return html`<g transform="translate(${(width - size) / 2} ${height - 32 * k})"
    ><rect width="${size}" height="${24 * k}" rx="${4 * k}" fill="var(--mark)" stroke="var(--mark-halo)" stroke-width="${1.5 * k}" /><text
      x="${size / 2}"
      y="${16.5 * k}"
      font-size="${14 * k}"
      text-anchor="middle"
      fill="#fff"
      >${shown}</text
    ></g
  >`;
}
