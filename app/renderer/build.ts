/** Builds the pages: `npm run build`, and `npm start` where they are not there yet. In: this folder. Out: `dist/renderer`, or another folder. */
import { fileURLToPath } from "node:url";
import { build } from "vite";

export async function buildPages(outDir?: string): Promise<void> {
  const configFile = fileURLToPath(new URL("./vite.config.ts", import.meta.url));
  await build({ configFile, logLevel: "warn", ...(outDir === undefined ? {} : { build: { outDir } }) });
}

if (import.meta.main) await buildPages();
