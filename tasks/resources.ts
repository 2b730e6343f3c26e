/**
 * What a task's own origin serves: the page shell, the kit, the task's script and styles, and the fonts of all themes.
 * In: a task's script and styles as text. Out: path → `Resource`. Files are read once and kept.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Resource } from "../env/task.ts";
import { FONTS } from "./theme.ts";

/** No white space around `main`, so that the kit's `clear` can restore the body exactly. */
const SHELL = `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Task</title>
<link rel="stylesheet" href="/fonts.css">
<link rel="stylesheet" href="/kit.css">
<link rel="stylesheet" href="/page.css">
<script src="/kit.js"></script>
<script src="/icons.js"></script>
<script src="/widgets.js"></script>
<script src="/page.js"></script>
</head>
<body><main id="page"></main></body></html>`;

const KIT = ["kit.js", "icons.js", "widgets.js", "kit.css"] as const;
const WEIGHTS = [400, 700] as const;
const FAMILIES = Object.values(FONTS).flat();
const require = createRequire(import.meta.url);

const files = new Map<string, Resource>();

function kept(key: string, read: () => Resource): Resource {
  const known = files.get(key) ?? read();
  files.set(key, known);
  return known;
}

const slug = (family: string): string => family.toLowerCase().replaceAll(" ", "-");
const text = (body: string, type: "html" | "css" | "javascript"): Resource => ({ body, contentType: `text/${type}; charset=utf-8` });

/** Text of a file in `tasks/pages`. */
export function pageFile(name: string): string {
  return readFileSync(new URL(`pages/${name}`, import.meta.url), "utf8");
}

function fontFaces(): string {
  return FAMILIES.flatMap((family) =>
    WEIGHTS.map(
      (weight) => `@font-face{font-family:"${family}";font-weight:${weight};src:url(/fonts/${slug(family)}-${weight}.woff2) format("woff2")}`,
    ),
  ).join("\n");
}

function font(path: string): Resource | undefined {
  const [, family, weight] = /^\/fonts\/([a-z0-9-]+)-(400|700)\.woff2$/.exec(path) ?? [];
  if (family === undefined || !FAMILIES.some((known) => slug(known) === family)) return undefined;
  return kept(path, () => ({
    body: new Uint8Array(readFileSync(require.resolve(`@fontsource/${family}/files/${family}-latin-${weight}-normal.woff2`))),
    contentType: "font/woff2",
  }));
}

/** The resource function of a task with this page script and these extra styles. */
export function resourcesOf(script: string, styles: string): (path: string) => Resource | undefined {
  const own: Readonly<Record<string, Resource>> = {
    "/": text(SHELL, "html"),
    "/page.js": text(script, "javascript"),
    "/page.css": text(styles, "css"),
  };
  return (path) => {
    if (path in own) return own[path];
    if (path === "/fonts.css") return kept(path, () => text(fontFaces(), "css"));
    const kit = KIT.find((name) => path === `/${name}`);
    if (kit !== undefined) return kept(path, () => text(pageFile(kit), kit.endsWith(".css") ? "css" : "javascript"));
    return font(path);
  };
}
