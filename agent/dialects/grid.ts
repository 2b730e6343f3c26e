/**
 * Between CSS px and the units a model speaks of. In: points and screens. Out: whole numbers for a model, CSS px from a model. Pure.
 */
import type { Point } from "../../env/action.ts";
import { parseError, type ParseError, type Screen, type Size } from "./dialect.ts";

/** Device pixels of a screenshot. */
export function devicePixels({ viewport, deviceScaleFactor }: Screen): Size {
  return { width: Math.round(viewport.width * deviceScaleFactor), height: Math.round(viewport.height * deviceScaleFactor) };
}

/** The point in whole units of a grid, always inside it. */
export function toGrid({ x, y }: Point, grid: Size, { viewport }: Screen): [number, number] {
  const unit = (value: number, units: number, pixels: number): number => Math.min(units - 1, Math.max(0, Math.round((value * units) / pixels)));
  return [unit(x, grid.width, viewport.width), unit(y, grid.height, viewport.height)];
}

/** The CSS px that a model's coordinates mean; outside its grid they mean nothing. The far edge itself counts as inside. */
export function fromGrid(x: number, y: number, grid: Size, { viewport }: Screen): Point | ParseError {
  const inside = x >= 0 && y >= 0 && x <= grid.width && y <= grid.height;
  if (!inside) return parseError("outside-screen", `The point lies outside ${grid.width} × ${grid.height}.`, [x, y]);
  return { x: (x * viewport.width) / grid.width, y: (y * viewport.height) / grid.height };
}

/** How a family of image processors resizes. `factor`: sides become multiples of it; limits in pixels. */
export interface ResizeRule {
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** Size after the image processor of Qwen2-VL and its relatives ("smart resize" of their reference code, with its rounding half to even). */
export function smartResize({ width, height }: Size, { factor, minPixels, maxPixels }: ResizeRule): Size {
  const both = (side: (pixels: number) => number): Size => ({
    width: Math.max(factor, side(width) * factor),
    height: Math.max(factor, side(height) * factor),
  });
  const near = both((pixels) => halfToEven(pixels / factor));
  if (near.width * near.height > maxPixels) {
    const shrink = Math.sqrt((width * height) / maxPixels);
    return both((pixels) => Math.floor(pixels / shrink / factor));
  }
  if (near.width * near.height < minPixels) {
    const grow = Math.sqrt(minPixels / (width * height));
    return both((pixels) => Math.ceil((pixels * grow) / factor));
  }
  return near;
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
