/** A small hand-made screen for tests of scenes and actions: two labelled buttons and a field. */
import type { Perception, UiElement, Word } from "../../agent/perception/perception.ts";
import type { Box } from "../../env/task.ts";

const word = (text: string, box: Box): Word => ({ text, box, confidence: 0.95, ink: [20, 20, 20], paper: [240, 240, 240] });

const element = (box: Box, colour: [number, number, number] = [200, 200, 200]): UiElement => ({
  box,
  anchor: { x: box.x + box.width / 2, y: box.y + box.height / 2 },
  source: "region",
  colour,
  fill: 0.9,
  crop: new Uint8Array(16 * 16 * 3).fill(colour[0]),
  names: [],
  nameConfidence: 0,
});

/** "Save" and "Open file" as buttons, a field without text below. */
export const twoButtons: Perception = {
  version: "test",
  screenHash: "a",
  viewport: { width: 240, height: 200 },
  words: [
    word("Save", { x: 30, y: 24, width: 30, height: 10 }),
    word("Open", { x: 130, y: 24, width: 32, height: 10 }),
    word("file", { x: 166, y: 24, width: 20, height: 10 }),
  ],
  elements: [
    element({ x: 15, y: 16, width: 60, height: 26 }),
    element({ x: 115, y: 16, width: 90, height: 26 }),
    element({ x: 15, y: 80, width: 150, height: 24 }),
  ],
  patches: [],
};
