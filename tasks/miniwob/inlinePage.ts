/**
 * A page of MiniWoB++ as one self-contained document that can write itself anew. In: the pages, a task's name. Out: HTML.
 * Scripts, styles and pictures are put into the document: nothing arrives late, and a page is loaded by one request instead of nine.
 */
import { posix } from "node:path";
import { WheelError } from "../../env/errors.ts";
import { keepForRestart } from "./inPage.ts";
import type { Pages } from "./pages.ts";

/** Types of the pictures in the pages, by the ending of their names. */
export const PICTURES: Readonly<Record<string, string>> = { ".png": "image/png", ".gif": "image/gif" };

/** What stands before the first element of a page's head. */
const HEAD_START = /^\s*<!DOCTYPE html>\s*<html[^>]*>\s*<head>\s*/i;
/** Overlays for people, out of sight for good: the page shows its START cover again over a finished episode. */
const HIDDEN_OVERLAYS = "<style>#reward-display,#click-canvas,#sync-task-cover{display:none!important}</style>";
/** Scripts have run when this does. They are long, and every comparison of pages would carry them along. */
const WITHOUT_SCRIPTS = "<script>for (const script of document.querySelectorAll('script')) script.remove();</script>";

/** The document of the task `name`. */
export function inlinePage(pages: Pages, name: string): string {
  const text = (path: string): string => Buffer.from(pages.read(path) ?? missing(pages, path)).toString("utf8");
  const style = (path: string): string => `<style>${withPictures(pages, text(path), posix.dirname(path))}</style>`;
  const libraries: string[] = [];
  const script = (path: string): string => `<script>__library(${libraries.push(text(path)) - 1})</script>`;
  const inlined = withPictures(pages, text(`miniwob/${name}.html`), "miniwob")
    .replace(HEAD_START, "<!DOCTYPE html><head>")
    .replaceAll(/<link rel="stylesheet"[^>]*href="\.\.\/([^"]+)">/g, (_, path: string) => style(path))
    .replaceAll(/<script src="\.\.\/([^"]+)"><\/script>/g, (_, path: string) => script(path))
    .replace("</head>", () => `${HIDDEN_OVERLAYS}</head>`)
    .replace("</body>", () => `${WITHOUT_SCRIPTS}</body>`);
  return `<!DOCTYPE html><script>(${keepForRestart.toString()})(${asLiteral(inlined)}, ${asLiteral(libraries)})</script>`;
}

function missing({ source }: Pages, path: string): never {
  throw new WheelError("pages-missing", `${source} lacks ${path}.`, "Get the pages again: `npx flywheel tasks miniwob --fetch`.");
}

/** CSS with its pictures inside; `folder` is where it lies. */
function withPictures(pages: Pages, css: string, folder: string): string {
  return css.replaceAll(/url\((?:"|'|%22)?([\w./%-]+?\.(?:png|gif))(?:"|'|%22)?\)/g, (whole, path: string) => {
    const bytes = pages.read(posix.join(folder, decodeURIComponent(path)));
    return bytes === undefined ? whole : `url(data:${PICTURES[posix.extname(path)]};base64,${Buffer.from(bytes).toString("base64")})`;
  });
}

/** JavaScript literal that can stand inside a script element. */
function asLiteral(value: string | readonly string[]): string {
  return JSON.stringify(value).replaceAll("</", "<\\/").replaceAll("<!--", "<\\!--");
}
