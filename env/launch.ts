/** Starts one headless Chromium for reproducible, fast, sealed sessions. In: nothing. Out: a Playwright browser. */
import { chromium, type Browser } from "playwright";
import { WheelError } from "./errors.ts";
import { requireBrowser } from "./findBrowser.ts";

const FLAGS = [
  "--disable-gpu",
  "--disable-lcd-text",
  "--font-render-hinting=none",
  "--disable-quic",
  "--no-first-run",
  "--no-pings",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--metrics-recording-only",
  "--disable-search-engine-choice-screen",
  // A screenshot need not wait for the next display frame.
  "--disable-frame-rate-limit",
  "--disable-gpu-vsync",
];

/** Opens a browser. Nothing but `allow`ed names resolves; scroll bars stay visible, since a pixels-only agent must see that a pane scrolls. */
export async function launchBrowser(options: { readonly resolveNames?: boolean } = {}): Promise<Browser> {
  const { executablePath } = requireBrowser();
  try {
    return await chromium.launch({
      executablePath,
      headless: true,
      chromiumSandbox: process.getuid?.() !== 0,
      ignoreDefaultArgs: ["--hide-scrollbars"],
      args: options.resolveNames === true ? FLAGS : [...FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND"],
      // The wheel handles Ctrl-C itself: commit, then close.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (cause) {
    throw new WheelError(
      "browser-failed",
      `The browser at ${executablePath} did not start.`,
      "Run `npx flywheel doctor` to see why, or set FLYWHEEL_BROWSER to another Chrome or Chromium.",
      { cause },
    );
  }
}
