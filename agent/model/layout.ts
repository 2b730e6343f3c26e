/**
 * Layouts: the fixed shapes that graphs are built for. Tokens of a scene lie densely from slot 0: the class token, elements, then all
 * others; slots beyond them are padding. In: scenes. Out: the smallest layout that holds them.
 */
import { LIMITS, type Scene } from "./scene.ts";

/** `tokens` slots, of which the `elements` ones after the first may hold an element and its crop. */
export interface Layout {
  readonly tokens: number;
  readonly elements: number;
}

const layout = (tokens: number, elements: number): Layout => ({ tokens, elements });

/** Holds every scene. */
export const LARGEST = layout(
  Object.values(LIMITS).reduce((a, b) => a + b, 1),
  LIMITS.element,
);

/** From small widgets to the fullest screens. Scenes of our tasks hold 25 tokens in the median, so what is small must be cheap. */
export const LAYOUTS: readonly Layout[] = [
  layout(20, 10),
  layout(24, 14),
  layout(30, 18),
  layout(40, 24),
  layout(64, 24),
  layout(100, 48),
  layout(190, 90),
  LARGEST,
];

/** The smallest layout that holds each of the scenes. */
export function layoutFor(scenes: readonly Scene[]): Layout {
  const tokens = Math.max(0, ...scenes.map((scene) => scene.tokens.length));
  const elements = Math.max(0, ...scenes.map(elementsOf));
  return LAYOUTS.find((one) => tokens <= one.tokens && elements <= one.elements) ?? LARGEST;
}

const elementsOf = (scene: Scene): number => scene.tokens.filter(({ type }) => type === "element").length;
