/** Where Tesseract's English language data lies: in the package @tesseract.js-data/eng, so nothing is downloaded. In: nothing. Out: a path. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Folder of `eng.traineddata.gz`, of the variant with integer weights made from the best ones. */
export function languageFolder(): string {
  const manifest = createRequire(import.meta.url).resolve("@tesseract.js-data/eng/package.json");
  return join(dirname(manifest), "4.0.0_best_int");
}
