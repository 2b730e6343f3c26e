/** The episodes behind the numbers: every set that a number links to, with full ids. In: index sections. Out: nested, closed lists. */
import { html, type Markup } from "./html.ts";
import type { EpisodeSet, IndexSection, ReportData } from "./reportData.ts";
import { count, plural } from "./words.ts";

/** Longer lists are cut, so that a report of a long run stays small. */
const MAX_IDS = 120;

export function episodeIndex({ index }: ReportData): Markup {
  return html`<div class="index">${index.map(section)}</div>`;
}

function section({ id, title, sets }: IndexSection): Markup {
  const total = sets.reduce((sum, set) => sum + sizeOf(set), 0);
  return html`<details id="${id}">
    <summary>${title}: ${plural(total, "episode")}</summary>
    ${sets.map(
      (set) =>
        html`<details id="${set.id}">
          <summary>${set.title}: ${count(sizeOf(set))}</summary>
          ${set.episodes.map(({ name, ids }) => html`<p>${name}, ${count(ids.length)}: <span class="id">${shown(ids)}</span></p>`)}
        </details>`,
    )}
  </details>`;
}

function sizeOf({ episodes }: EpisodeSet): number {
  return episodes.reduce((sum, { ids }) => sum + ids.length, 0);
}

function shown(ids: readonly string[]): string {
  const left = ids.length - MAX_IDS;
  return ids.slice(0, MAX_IDS).join(" ") + (left > 0 ? ` and ${count(left)} more` : "");
}
