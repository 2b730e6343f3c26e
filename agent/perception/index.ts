/** Perception: from a screen's pixels to words, elements and patches. */
export { evaluateWords, normaliseWord, type WordScores } from "./evaluateWords.ts";
export { DETECTOR_VERSION, findElements } from "./elements.ts";
export { pageWords, type PageWord } from "./pageWords.ts";
export { perceive, perceptionVersion, type Screen } from "./perceive.ts";
export type { Colour, ElementSource, Patch, Perception, UiElement, Word } from "./perception.ts";
export { decodePerception, encodePerception } from "./perceptionCodec.ts";
export { PerceptionService, type PerceptionCache, type PerceptionCounters, type PerceptionOptions } from "./perceptionService.ts";
export type { Reader } from "./reader.ts";
export type { ReaderName } from "./readers.ts";
export { READER_VERSION, TesseractReader } from "./tesseractReader.ts";
export { WHOLE_SCREEN_READER_VERSION, WholeScreenReader } from "./wholeScreenReader.ts";
