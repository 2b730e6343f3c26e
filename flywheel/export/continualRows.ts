/**
 * What can be learned from any episode, failed ones included (continual pre-training): its course as text, which action lies between two
 * screens, and where on a screen something is. In: an episode. Out: rows. Pure.
 */
import { describeAction } from "../../env/action.ts";
import { devicePixels } from "../../agent/dialects/grid.ts";
import { oneLine, plainWords } from "../../agent/dialects/plainWords.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import type { Rendering } from "./trainingRows.ts";

/** A question about one or two screens. */
export interface ContinualRow {
  readonly kind: "grounding" | "what-changed";
  readonly step: number;
  readonly question: string;
  readonly answer: string;
  /** Indices among the episode's screens. */
  readonly screens: readonly number[];
}

/** The episode in words. */
export function continualText({ row, steps }: ExportEpisode): string {
  const lines = steps.map(({ row: step, record }, index) => {
    const thought = step.thought === null ? "" : `${oneLine(step.thought)} `;
    const aim = record.target === null ? "" : ` on ${JSON.stringify(record.target)}`;
    const effect = step.screen === step.next ? "Nothing changed." : "The screen changed.";
    return `Step ${index + 1}: ${thought}${describeAction(step.action)}${aim}. ${effect}`;
  });
  const outcome = { pass: "It was solved.", fail: "It was not solved.", truncated: "It was not finished." }[row.verdict as string];
  return plainWords([`Task: ${oneLine(row.instruction)}`, ...lines, ...(outcome === undefined ? [] : [outcome])].join("\n"));
}

/** Questions about the episode's screens, answered in the dialect's own words. Steps it cannot express give none. */
export function continualRows(episode: ExportEpisode, { dialect }: Rendering): ContinualRow[] {
  return episode.steps.flatMap(({ row, record, turn }, step): ContinualRow[] => {
    const { screen } = episode.screens[step]!;
    if (!asTaken(dialect.pictureSize(screen), devicePixels(screen))) return [];
    const rendered = dialect.render({ ...turn, thought: null }, screen);
    if (rendered.kind !== "text") return [];
    const answer = rendered.text;
    const rows: ContinualRow[] = [];
    if (row.screen !== row.next) rows.push({ kind: "what-changed", step, question: BETWEEN, answer, screens: [step, step + 1] });
    const pointed = row.action.kind === "click" && row.action.count === 1 && row.action.button === "left" && row.action.modifiers.length === 0;
    if (pointed && record.target !== null && record.target.trim() !== "") {
      rows.push({ kind: "grounding", step, question: `Click ${JSON.stringify(plainWords(oneLine(record.target)))}.`, answer, screens: [step] });
    }
    return rows;
  });
}

const BETWEEN = "The first screenshot was taken before an action, the second one after it. Which action was it?";

function asTaken(a: { readonly width: number; readonly height: number }, b: { readonly width: number; readonly height: number }): boolean {
  return a.width === b.width && a.height === b.height;
}
