/**
 * Downloads the pages of MiniWoB++ once. In: pip, or else PyPI itself. Out: the wheel in the user's cache, checked by its digest.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WheelError } from "../../env/errors.ts";
import { sha256 } from "../../env/json.ts";
import { cachedWheel, findPages, requirePages, type Pages } from "./pages.ts";

const PACKAGE = "miniwob==1.1.0";
const INDEX = "https://pypi.org/simple/miniwob/";
/** SHA-256 of the wheel: other pages would be other tasks. */
const DIGEST = "297006e84219d56ad037e843527ed773a4a82509dc43b6031ec4a3ad3e3e61d9";

/** Finds the pages, else downloads them. `say` gets one line per attempt. Throws `pages-missing` when nothing worked. */
export async function fetchPages(say: (line: string) => void): Promise<Pages> {
  const present = findPages();
  if (present !== null) return present;
  say("Downloading the Python package miniwob 1.1.0 with pip …");
  let wheel = byPip();
  if (wheel === null) {
    say("pip did not work here: downloading from PyPI …");
    wheel = await fromIndex();
  }
  if (wheel === null || sha256(wheel) !== DIGEST) {
    throw new WheelError(
      "pages-missing",
      wheel === null ? "The pages of MiniWoB++ could not be downloaded." : "What was downloaded is not the wheel of miniwob 1.1.0.",
      "Get the wheel of the Python package miniwob 1.1.0 some other way and set FLYWHEEL_MINIWOB to its path.",
    );
  }
  keep(wheel);
  return requirePages();
}

function byPip(): Uint8Array | null {
  const folder = mkdtempSync(join(makeCache(), "pip-"));
  try {
    for (const python of ["python3", "python"]) {
      const args = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet", "--dest", folder, PACKAGE];
      if (spawnSync(python, args, { stdio: "ignore", timeout: 5 * 60_000 }).status !== 0) continue;
      const [name] = readdirSync(folder);
      if (name !== undefined) return readFileSync(join(folder, name));
    }
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** By PyPI's simple index (PEP 503): the page of a package links to its files. */
async function fromIndex(): Promise<Uint8Array | null> {
  try {
    const listing = await (await fetch(INDEX, { headers: { accept: "text/html" } })).text();
    const link = /href="([^"#]*miniwob-1\.1\.0-py3-none-any\.whl)/.exec(listing)?.[1];
    if (link === undefined) return null;
    const response = await fetch(new URL(link, INDEX));
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

/** Written under another name first, so that a killed download leaves nothing half-done in its place. */
function keep(wheel: Uint8Array): void {
  const place = cachedWheel();
  writeFileSync(`${place}.part`, wheel);
  renameSync(`${place}.part`, place);
}

function makeCache(): string {
  const folder = dirname(cachedWheel());
  mkdirSync(folder, { recursive: true });
  return folder;
}
