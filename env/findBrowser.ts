/**
 * Finds a Chromium that Playwright can drive, and installs one when asked.
 * In: the machine. Out: an executable path and one clear line on where it came from.
 * Order: $FLYWHEEL_BROWSER, an installed Chrome/Chromium, Playwright's own download; to install: Playwright, then apt (root, Debian).
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { chromium } from "playwright";
import { WheelError } from "./errors.ts";

export interface FoundBrowser {
  readonly executablePath: string;
  readonly source: "environment" | "installed" | "playwright";
}

const INSTALLED: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    "/usr/bin/chromium-headless-shell",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
  ],
  darwin: ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"],
  win32: ["C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe"],
};

/** The browser to use, or null when the machine has none. A wrong $FLYWHEEL_BROWSER is an error, not a silent fallback. */
export function findBrowser(): FoundBrowser | null {
  const named = process.env["FLYWHEEL_BROWSER"];
  if (named !== undefined && named !== "") {
    if (runnable(named)) return { executablePath: named, source: "environment" };
    throw new WheelError(
      "browser-missing",
      `FLYWHEEL_BROWSER names ${named}, which is not an executable file.`,
      "Point it at a Chrome or Chromium binary, or unset it.",
    );
  }
  const installed = (INSTALLED[process.platform] ?? []).find(runnable);
  if (installed !== undefined) return { executablePath: installed, source: "installed" };
  const downloaded = playwrightDownload();
  return downloaded === null ? null : { executablePath: downloaded, source: "playwright" };
}

/** Like {@link findBrowser}, but throws `browser-missing` with what to do. */
export function requireBrowser(): FoundBrowser {
  const found = findBrowser();
  if (found !== null) return found;
  throw new WheelError(
    "browser-missing",
    "No Chrome or Chromium was found on this computer.",
    "Run `npx flywheel doctor --fix` to install one, or set FLYWHEEL_BROWSER to its path.",
  );
}

/** Finds a browser or installs one. `say` gets one line per attempt. Throws `browser-missing` when nothing worked. */
export function installBrowser(say: (line: string) => void): FoundBrowser {
  const present = findBrowser();
  if (present !== null) return present;
  say("No browser found: trying Playwright's own download …");
  run(process.execPath, [playwrightCli(), "install", "chromium-headless-shell"]);
  let found = findBrowser();
  if (found === null && process.platform === "linux" && process.getuid?.() === 0) {
    say("Playwright's download did not work here: installing Debian's Chromium with apt …");
    run("apt-get", ["update"]);
    const install = ["install", "-y", "--no-install-recommends"];
    if (!run("apt-get", [...install, "chromium-headless-shell"])) run("apt-get", [...install, "chromium"]);
    found = findBrowser();
  }
  return found ?? requireBrowser();
}

/** Playwright's headless shell or Chromium, when it has been downloaded and can be run. */
function playwrightDownload(): string | null {
  const full = chromium.executablePath();
  const shell = full.replace(/chromium-(\d+)/, "chromium_headless_shell-$1");
  const candidates = [
    shell.replace(/chrome-linux(64)?[/\\]chrome$/, "chrome-headless-shell-linux64/chrome-headless-shell"),
    shell.replace(/chrome$/, "headless_shell"),
    full,
  ];
  return candidates.find(runnable) ?? null;
}

function playwrightCli(): string {
  return join(dirname(createRequire(import.meta.url).resolve("playwright/package.json")), "cli.js");
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function run(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio: "ignore", env, timeout: 10 * 60_000 }).status === 0;
}
