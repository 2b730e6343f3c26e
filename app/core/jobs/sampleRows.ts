/**
 * A few of the rows that an export makes, as conversations: the same whichever trainer's spelling they get. In: kept episodes with their rows.
 * Out: the first ones of each kind, long texts shortened.
 */
import type { Message } from "../../../agent/dialects/conversation.ts";
import type { EpisodeRows } from "../../../flywheel/export/exportFormat.ts";
import type { ExportEpisode } from "../../../flywheel/export/exportEpisode.ts";
import type { SampleRow } from "../../api/datasets.ts";

/** Rows of each kind, characters of a text; what a system message says is the same in nearly every row. */
const [ROWS, CHARACTERS, SYSTEM_CHARACTERS] = [5, 2000, 240];

type Part = SampleRow["messages"][number]["parts"][number];

export class SampleRows {
  readonly #rows = new Map<SampleRow["kind"], SampleRow[]>();

  add(episode: ExportEpisode, { training, continual, text }: EpisodeRows): void {
    const screenOf = (index: number): Part => ({ kind: "picture", screen: episode.screens[index]!.hash });
    const add = (kind: SampleRow["kind"], step: number | null, row: Pick<SampleRow, "messages" | "answers">): void => {
      const rows = this.#rows.get(kind) ?? [];
      if (rows.length < ROWS) this.#rows.set(kind, [...rows, { kind, episode: episode.row.episode, step, split: episode.split, ...row }]);
    };
    for (const row of training) {
      const messages = row.messages.map(({ role, content }) => ({
        role,
        parts: content.map((part) => partOf(part, screenOf, role === "system" ? SYSTEM_CHARACTERS : CHARACTERS)),
      }));
      add(row.kind, row.step, { messages, answers: answersOf(row) });
    }
    for (const { step, question, answer, screens } of continual) {
      const asked = { role: "user" as const, parts: [...screens.map(screenOf), { kind: "text" as const, text: shortened(question) }] };
      add("ct", step, { messages: [asked], answers: [{ text: shortened(answer), is: "imitated" }] });
    }
    if (text !== null) add("ct_text", null, { messages: [], answers: [{ text: shortened(text), is: "imitated" }] });
  }

  list(): SampleRow[] {
    return [...this.#rows.values()].flat();
  }
}

function answersOf(row: EpisodeRows["training"][number]): SampleRow["answers"] {
  switch (row.kind) {
    case "sft":
      return [{ text: shortened(row.answer), is: "imitated" }];
    case "kto":
      return [{ text: shortened(row.answer), is: row.label ? "good" : "bad" }];
    case "dpo":
      return [
        { text: shortened(row.chosen), is: "chosen" },
        { text: shortened(row.rejected), is: "rejected" },
      ];
  }
}

function partOf(part: Message["content"][number], screenOf: (index: number) => Part, characters: number): Part {
  return part.type === "text" ? { kind: "text", text: shortened(part.text, characters) } : screenOf(part.screen);
}

function shortened(text: string, characters = CHARACTERS): string {
  return text.length > characters ? `${text.slice(0, characters)}…` : text;
}
