/** What an action did, drawn on its screen: two-tone, so that it shows on any page. In: an action, the viewport. Out: SVG of the viewport's size. */
import { describeAction, type Action, type Point } from "../../../env/action.ts";
import type { Viewport } from "../../../env/observation.ts";

const [MARK, HALO] = ["#d6006e", "#ffffff"];

/** A whole SVG document; empty but for the caption where the action has no place. */
export function marksSvg(action: Action | null, { width, height }: Viewport): string {
  const k = Math.max(0.75, width / 640);
  const shapes = action === null ? "" : shapesOf(action, k);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${shapes}</svg>`;
}

/** Caption of a step as people read it. */
export function caption(index: number, action: Action, target: string): string {
  return `${index + 1}  ${describeAction(action)}${target === "" ? "" : `  “${target}”`}`;
}

function shapesOf(action: Action, k: number): string {
  switch (action.kind) {
    case "click":
      return ring(action.at, k) + (action.count > 1 ? twoTone(circle(action.at, 17 * k), k) : "");
    case "hover":
      return ring(action.at, k);
    case "scroll":
      return (
        ring(action.at, k) + arrow(action.at, { x: action.at.x + 32 * k * Math.sign(action.dx), y: action.at.y + 32 * k * Math.sign(action.dy) }, k)
      );
    case "drag": {
      const points = action.path.map(({ x, y }) => `${x},${y}`).join(" ");
      return ring(action.path[0]!, k) + twoTone(`<polyline points="${points}"/>`, k) + arrow(action.path.at(-2)!, action.path.at(-1)!, k);
    }
    default:
      return "";
  }
}

function ring(at: Point, k: number): string {
  return `${twoTone(circle(at, 11 * k), k)}<circle cx="${at.x}" cy="${at.y}" r="${1.6 * k}" fill="${MARK}"/>`;
}

const circle = ({ x, y }: Point, r: number): string => `<circle cx="${x}" cy="${y}" r="${r}"/>`;

function arrow(from: Point, to: Point, k: number): string {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const barb = (turn: number): string => `${to.x - 10 * k * Math.cos(angle + turn)},${to.y - 10 * k * Math.sin(angle + turn)}`;
  return twoTone(`<path d="M${from.x},${from.y}L${to.x},${to.y}M${barb(0.5)}L${to.x},${to.y}L${barb(-0.5)}"/>`, k);
}

function twoTone(shape: string, k: number): string {
  return `<g fill="none" stroke-linecap="round" stroke-linejoin="round"><g stroke="${HALO}" stroke-width="${5.5 * k}">${shape}</g><g stroke="${MARK}" stroke-width="${2.5 * k}">${shape}</g></g>`;
}
