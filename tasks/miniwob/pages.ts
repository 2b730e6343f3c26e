/**
 * Where the pages of MiniWoB++ are on this computer. They belong to another project and are never part of this one.
 * In: $FLYWHEEL_MINIWOB (a folder, wheel or zip), the user's cache, an installed Python package, in this order. Out: a reader of their files.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, normalize } from "node:path";
import AdmZip from "adm-zip";
import { WheelError } from "../../env/errors.ts";

export interface Pages {
  /** Folder or archive they are read from. */
  readonly source: string;
  /** Bytes of a file such as `core/core.js`; undefined when there is none. */
  readonly read: (path: string) => Uint8Array | undefined;
}

/** A file that every copy of the pages has, and the places it may be at in a folder or archive. */
const LANDMARK = "core/core.js";
const PREFIXES = ["", "html/", "miniwob/html/"] as const;

/** Where a download is kept: the wheel of the Python package as it came. */
export function cachedWheel(): string {
  const { env, platform } = process;
  const own = platform === "darwin" ? join(homedir(), "Library", "Caches") : platform === "win32" ? env["LOCALAPPDATA"] : env["XDG_CACHE_HOME"];
  return join(own ?? join(homedir(), ".cache"), "gui-flywheel", "miniwob-1.1.0-py3-none-any.whl");
}

/** Opened pages, by the place that was looked at first. */
const opened = new Map<string, Pages>();

/** The pages, or null when this computer has none. A wrong $FLYWHEEL_MINIWOB is an error, not a silent fallback. */
export function findPages(): Pages | null {
  const named = process.env["FLYWHEEL_MINIWOB"] || undefined;
  const place = named ?? cachedWheel();
  const pages = opened.get(place) ?? open(place) ?? (named === undefined ? installed() : null);
  if (pages !== null) opened.set(place, pages);
  else if (named !== undefined) {
    throw new WheelError(
      "pages-missing",
      `FLYWHEEL_MINIWOB names ${named}, where the pages of MiniWoB++ are not.`,
      "Point it at the wheel of the Python package miniwob or at a folder with core/core.js, or unset it.",
    );
  }
  return pages;
}

/** Like {@link findPages}, but throws `pages-missing` with what to do. */
export function requirePages(): Pages {
  const pages = findPages();
  if (pages !== null) return pages;
  throw new WheelError(
    "pages-missing",
    "The pages of MiniWoB++ are not on this computer.",
    "Run `npx flywheel tasks miniwob --fetch` to download them once (2 MB), or set FLYWHEEL_MINIWOB to a folder or wheel that has them.",
  );
}

/** A folder or archive with the pages, or null. */
function open(path: string): Pages | null {
  if (!existsSync(path)) return null;
  return statSync(path).isDirectory() ? openFolder(path) : openArchive(path);
}

function openFolder(path: string): Pages | null {
  const root = PREFIXES.map((prefix) => join(path, prefix)).find((one) => existsSync(join(one, LANDMARK)));
  if (root === undefined) return null;
  const read = (file: string): Uint8Array | undefined => {
    const full = normalize(join(root, file));
    return full.startsWith(normalize(root)) && existsSync(full) && statSync(full).isFile() ? readFileSync(full) : undefined;
  };
  return { source: root, read };
}

function openArchive(path: string): Pages | null {
  let archive: AdmZip;
  try {
    archive = new AdmZip(path);
  } catch {
    return null;
  }
  const prefix = PREFIXES.find((one) => archive.getEntry(one + LANDMARK) !== null);
  if (prefix === undefined) return null;
  const unpacked = new Map<string, Uint8Array | undefined>();
  const read = (file: string): Uint8Array | undefined => {
    if (!unpacked.has(file)) unpacked.set(file, archive.getEntry(prefix + file)?.getData());
    return unpacked.get(file);
  };
  return { source: path, read };
}

/** The pages inside a Python package that pip installed. */
function installed(): Pages | null {
  const script = "import importlib.util as u; print(u.find_spec('miniwob').submodule_search_locations[0])";
  for (const python of ["python3", "python"]) {
    const { status, stdout } = spawnSync(python, ["-c", script], { encoding: "utf8", timeout: 20_000 });
    if (status === 0) return open(stdout.trim());
  }
  return null;
}
