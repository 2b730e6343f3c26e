/** The readers there are. In: a name. Out: its version, known before anything is loaded, or an open reader. */
import { FrameReader } from "../reader/frameReader.ts";
import { readReaderManifest } from "../reader/readerWeights.ts";
import type { Reader } from "./reader.ts";
import { WHOLE_SCREEN_READER_VERSION, WholeScreenReader } from "./wholeScreenReader.ts";

/** `frames`: the reader this project trained. `whole-screen`: Tesseract as it comes, for comparison, doubtful words and other scripts. */
export type ReaderName = "frames" | "whole-screen";

interface Kind {
  readonly version: () => string;
  readonly open: () => Promise<Reader>;
}

const KINDS: Readonly<Record<ReaderName, Kind>> = {
  frames: { version: () => readReaderManifest().version, open: () => FrameReader.open() },
  "whole-screen": { version: () => WHOLE_SCREEN_READER_VERSION, open: () => WholeScreenReader.open() },
};

export const readerVersion = (name: ReaderName): string => KINDS[name].version();

/** Throws WheelError `internal` when the reader cannot start. */
export const openReader = (name: ReaderName): Promise<Reader> => KINDS[name].open();
