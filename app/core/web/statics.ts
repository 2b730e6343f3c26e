/**
 * The program's own pages from one folder, and nothing outside of it. In: a path. Out: a file with its type and how long it may be kept, or null.
 * A path that is no file is a page of the app (its URLs are the renderer's own), so it gets the start page.
 */
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";

export interface StaticFile {
  readonly body: Uint8Array | string;
  readonly type: string;
  readonly cache: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".map": "application/json",
};

/** Built files carry their hash in their name. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

export async function staticFile(root: string, path: string): Promise<StaticFile | null> {
  const found = await inside(root, path);
  if (found !== null) {
    const cache = HASHED.test(path) ? "private, max-age=31536000, immutable" : "no-cache";
    return { body: await readFile(found), type: TYPES[extname(found)] ?? "application/octet-stream", cache };
  }
  if (extname(path) !== "") return null;
  const start = await inside(root, "/index.html");
  return { body: start === null ? PLACEHOLDER : await readFile(start), type: TYPES[".html"]!, cache: "no-cache" };
}

/** The real path of a file under `root`, links followed; null for anything else. */
async function inside(root: string, path: string): Promise<string | null> {
  try {
    const base = await realpath(root);
    const found = await realpath(join(base, decodeURIComponent(path)));
    return found.startsWith(base + sep) && (await stat(found)).isFile() ? found : null;
  } catch {
    return null;
  }
}

/** Where the pages were not built. */
const PLACEHOLDER = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>GUI Flywheel</title>
  <h1>GUI Flywheel</h1>
  <p>The core runs. Its pages are not built: run <code>npm run build</code>, then reload.</p>
</html>
`;
