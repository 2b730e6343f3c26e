/** The readers there are. In: a name. Out: its version, known before anything is loaded, or an open reader. */
import type { Reader } from "./reader.ts";
import { READER_VERSION, TesseractReader } from "./tesseractReader.ts";
import { WHOLE_SCREEN_READER_VERSION, WholeScreenReader } from "./wholeScreenReader.ts";

/** `lines`: our line finder and Tesseract's network, fast and exact. `whole-screen`: Tesseract as it comes, for comparison. */
export type ReaderName = "lines" | "whole-screen";

interface Kind {
  readonly version: string;
  readonly open: () => Promise<Reader>;
}

const KINDS: Readonly<Record<ReaderName, Kind>> = {
  lines: { version: READER_VERSION, open: () => TesseractReader.open() },
  "whole-screen": { version: WHOLE_SCREEN_READER_VERSION, open: () => WholeScreenReader.open() },
};

export const readerVersion = (name: ReaderName): string => KINDS[name].version;

/** Throws WheelError `internal` when the reader cannot start. */
export const openReader = (name: ReaderName): Promise<Reader> => KINDS[name].open();
