/** The frame of every chart: title, subtitle with interval and n, the drawing, a caption, and the same numbers as a table. In: parts. Out: HTML. */
import { html, type Markup, type Part } from "./html.ts";

export interface Table {
  readonly head: readonly Part[];
  readonly rows: readonly (readonly Part[])[];
}

export interface FigureParts {
  readonly title: string;
  /** Which interval, which n. */
  readonly subtitle?: Part;
  readonly chart: Part;
  readonly caption?: Part;
  readonly table: Table | null;
}

export function figure({ title, subtitle, chart, caption, table: numbers }: FigureParts): Markup {
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      ${subtitle && html` <span class="sub">${subtitle}</span>`}
    </figcaption>
    <div class="chart">${chart}</div>
    ${caption && html`<p class="caption">${caption}</p>`}
    ${
      numbers !== null &&
      html`<details class="numbers">
        <summary>show as table</summary>
        ${table(numbers)}
      </details>`
    }
  </figure>`;
}

/** A table whose first column names the row. */
export function table({ head, rows }: Table): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${rest.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A number that leads to its episodes. */
export function toEpisodes(set: string | null, text: Part): Part {
  return set === null ? text : html`<a href="#${set}">${text}</a>`;
}

/** What stands where there is nothing to show yet. */
export function nothing(title: string, why: string): Markup {
  return html`<figure>
    <figcaption><h3>${title}</h3></figcaption>
    <p class="empty">${why}</p>
  </figure>`;
}
