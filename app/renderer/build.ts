/** Builds the pages: `npm run build`, and `npm start` where they are not there yet. In: this folder. Out: `dist/renderer`. */
import { fileURLToPath } from "node:url";
import { build } from "vite";

export async function buildPages(): Promise<void> {
  await build({ configFile: fileURLToPath(new URL("./vite.config.ts", import.meta.url)), logLevel: "warn" });
}

if (import.meta.main) await buildPages();
