/**
 * `npm start`: opens the app in its window where there is a display and Electron, else serves it and prints the address. What is not built yet is
 * built first. In: the arguments of `flywheel serve`. Out: the app, until it is closed.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildShell } from "./electron/build.ts";
import { buildPages } from "./renderer/build.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Electron's binary if it is here already; it is not fetched, as `npm start` must work where nothing can be. */
function electronBinary(): string | null {
  const dist = process.env["ELECTRON_OVERRIDE_DIST_PATH"];
  const folder = join(ROOT, "node_modules/electron");
  const named = join(folder, "path.txt");
  const path = existsSync(named) ? readFileSync(named, "utf8") : process.platform === "win32" ? "electron.exe" : "electron";
  const binary = join(dist ?? join(folder, "dist"), path);
  return existsSync(binary) ? binary : null;
}

function hasDisplay(): boolean {
  return process.platform !== "linux" || Boolean(process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]);
}

/** Runs a program in our place: its end is ours. */
function become(command: string, args: readonly string[]): void {
  const child = spawn(command, args, { stdio: "inherit", cwd: process.cwd() });
  // A terminal sends Ctrl-C to both.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => signal === "SIGINT" || child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

if (!existsSync(join(ROOT, "dist/renderer/index.html"))) await buildPages();
const args = process.argv.slice(2);
const binary = hasDisplay() ? electronBinary() : null;
if (binary === null) {
  const why = hasDisplay() ? "Electron is not installed here (`npx install-electron` fetches it)" : "There is no display";
  process.stdout.write(`${why}, so the app is served to your browser.\n`);
  become(process.execPath, [join(ROOT, "app/cli.ts"), "serve", ...args]);
} else {
  await buildShell();
  // Chromium's own sandbox cannot be used by root.
  const flags = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  become(binary, [...flags, ROOT, ...args]);
}
