/** Script and styles of a bigger page: those it shares with the others (`app.js`, `app.css`), then its own. */
import { pageFile } from "../resources.ts";

/** The `page` and `styles` of a task definition; `name` is the name of both files without ending. */
export function appPage(name: string): { readonly page: string; readonly styles: string } {
  return { page: pageFile("app.js") + pageFile(`${name}.js`), styles: pageFile("app.css") + pageFile(`${name}.css`) };
}
