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
  // Drawing only what changed leaves edges that depend on how many frames the changes came in, that is on how busy the machine is.
  "--disable-partial-raster",
  // Scrolling by keys and wheel glides in real time, whatever the page's clock says.
  "--disable-smooth-scrolling",
];

/** The browser heeds the last list of features only, so ours begin with Playwright's. */
const ENABLED_BY_PLAYWRIGHT = ["CDPScreenshotNewSurface", "SkipListAccountsWithoutGaiaCookies"];
const DISABLED_BY_PLAYWRIGHT = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "TcpPortRandomizationWin",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
  "msForceBrowserSignIn",
  "msEdgeUpdateLaunchServicesPreferredVersion",
];

/** For pages of our own: drawing and network need no processes of their own. Pages of strangers keep their walls. */
const SEALED_FLAGS = [
  "--host-resolver-rules=MAP * ~NOTFOUND",
  "--in-process-gpu",
  // What a screenshot needs is drawn within one frame of the display, not handed from one to the next.
  "--run-all-compositor-stages-before-draw",
  // Pictures are decoded before what they are on is drawn.
  "--disable-checker-imaging",
  `--enable-features=${[...ENABLED_BY_PLAYWRIGHT, "NetworkServiceInProcess2"].join(",")}`,
  // A page that was clicked, or that the mouse has left, gets its files and goes on at once, not only when it is drawn or 50 ms later.
  `--disable-features=${[...DISABLED_BY_PLAYWRIGHT, "DeferRendererTasksAfterInput"].join(",")}`,
];

export interface LaunchOptions {
  /** Physical scale of the browser. Equal to that of its contexts, a screenshot is the frame itself; else it is drawn anew, at twice the time. */
  readonly deviceScaleFactor?: 1 | 2;
  readonly resolveNames?: boolean;
}

/**
 * Opens a browser. Nothing but `allow`ed names resolves; scroll bars stay visible, since a pixels-only agent must see that a pane scrolls. One that falls
 * while it starts, as happens at times, is started again; throws `browser-failed` when that one falls, too.
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const { executablePath } = requireBrowser();
  try {
    return await launch(executablePath, options).catch(() => launch(executablePath, options));
  } catch (cause) {
    throw new WheelError(
      "browser-failed",
      `The browser at ${executablePath} did not start.`,
      "Run `npx flywheel doctor` to see why, or set FLYWHEEL_BROWSER to another Chrome or Chromium.",
      { cause },
    );
  }
}

function launch(executablePath: string, { deviceScaleFactor = 1, resolveNames = false }: LaunchOptions): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    ignoreDefaultArgs: ["--hide-scrollbars"],
    args: [...FLAGS, `--force-device-scale-factor=${deviceScaleFactor}`, ...(resolveNames ? [] : SEALED_FLAGS)],
    // The wheel handles Ctrl-C itself: commit, then close.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
