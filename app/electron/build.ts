/**
 * Builds the shell: CommonJS files that any Electron since 22 loads, one each, as a sandboxed preload can load nothing else.
 * In: `main.ts`, `preload.ts`, the icon. Out: `dist/electron`.
 */
import { copyFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const OUT = here("../../dist/electron");

/** Builds both files. */
export async function buildShell(): Promise<void> {
  for (const name of ["main", "preload"]) {
    await build({
      configFile: false,
      root: here("."),
      logLevel: "warn",
      publicDir: false,
      build: {
        ssr: here(`./${name}.ts`),
        target: "node16",
        outDir: OUT,
        emptyOutDir: false,
        minify: false,
        rolldownOptions: {
          output: {
            format: "cjs",
            entryFileNames: `${name}.cjs`,
          },
          external: ["electron", ...builtinModules, ...builtinModules.map((module) => `node:${module}`)],
        },
      },
    });
  }
  copyFileSync(here("./icon.png"), `${OUT}/icon.png`);
}

if (import.meta.main) await buildShell();
