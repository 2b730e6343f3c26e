/** What reads the words of a screen. In: pixels. Out: words in CSS px, in reading order. */
import type { Pixels } from "../../env/observation.ts";
import type { Word } from "./perception.ts";

/** Opened by its own `open`, closed with `close`. Equal pixels give equal words, whatever was read before. */
export interface Reader {
  /** Changes whenever the same pixels may give other words. */
  readonly version: string;
  read(pixels: Pixels, deviceScaleFactor: number): Promise<Word[]>;
  close(): Promise<void>;
}
