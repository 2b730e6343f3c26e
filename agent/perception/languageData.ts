/** Where Tesseract's English language data lies: in the package @tesseract.js-data/eng, so nothing is downloaded. In: nothing. Out: paths, bytes. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** Folder of `eng.traineddata.gz`, of the variant with integer weights made from the best ones. */
export function languageFolder(): string {
  const manifest = createRequire(import.meta.url).resolve("@tesseract.js-data/eng/package.json");
  return join(dirname(manifest), "4.0.0_best_int");
}

/** The unpacked file. */
export async function languageData(): Promise<Uint8Array> {
  return promisify(gunzip)(await readFile(join(languageFolder(), "eng.traineddata.gz")));
}
