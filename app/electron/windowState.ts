/** Where the window was and which workspace it showed. In: a file in the user's own folder. Out: both, checked; the window stays on a screen. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Rectangle } from "electron";

export interface WindowState {
  readonly bounds: Rectangle | null;
  readonly maximised: boolean;
  readonly workspace: string | null;
}

const UNKNOWN: WindowState = { bounds: null, maximised: false, workspace: null };

export function readState(folder: string): WindowState {
  try {
    const { bounds, maximised, workspace } = JSON.parse(readFileSync(join(folder, "window.json"), "utf8")) as Record<string, unknown>;
    return {
      bounds: isRectangle(bounds) ? bounds : null,
      maximised: maximised === true,
      workspace: typeof workspace === "string" ? workspace : null,
    };
  } catch {
    return UNKNOWN;
  }
}

/** Whole or not at all: a kill while writing leaves what was there. */
export function writeState(folder: string, state: WindowState): void {
  const path = join(folder, "window.json");
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.part`, JSON.stringify(state));
    renameSync(`${path}.part`, path);
  } catch {
    // A full disk must not keep a window from closing.
  }
}

/** Bounds that lie on one of these screens, at least a corner to hold on to; else null. */
export function onScreen(bounds: Rectangle | null, screens: readonly Rectangle[]): Rectangle | null {
  if (bounds === null) return null;
  const seen = screens.some((screen) => {
    const wide = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
    const high = Math.min(bounds.y + bounds.height, screen.y + screen.height) - Math.max(bounds.y, screen.y);
    return wide >= 100 && high >= 60;
  });
  return seen ? bounds : null;
}

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== "object" || value === null) return false;
  const { x, y, width, height } = value as Record<string, unknown>;
  return [x, y, width, height].every(Number.isInteger) && Number(width) >= 320 && Number(height) >= 240;
}
