/**
 * UI-TARS-style conversations: JSON lines with `messages` (or `conversations`) and `images`, `<image>` where a screenshot stands, answers in a dialect.
 * In: a folder and a dialect. Out: one episode per row; an answer that cannot be read makes the whole import fail, so nothing is guessed.
 */
import { join } from "node:path";
import { z } from "zod";
import type { Dialect } from "../../agent/dialects/dialect.ts";
import { sha256 } from "../../env/json.ts";
import { PLACEHOLDER } from "../export/chatContent.ts";
import type { EpisodeRecord } from "../export/episodeRecord.ts";
import { readLines } from "../export/readLines.ts";
import { corruptExport, fileInside } from "../export/verifyExport.ts";
import { foreignRecord, type ForeignStep } from "./foreignEpisode.ts";
import { Pictures, type ImportSource } from "./importSource.ts";
import { parseForeignJson } from "./parseForeignJson.ts";

const message = z.union([
  z.looseObject({ role: z.string(), content: z.string() }),
  z.looseObject({ from: z.string(), value: z.string() }).transform(({ from, value }) => ({ role: NAMES[from] ?? from, content: value })),
]);
const NAMES: Readonly<Record<string, string>> = { human: "user", gpt: "assistant" };

const rowSchema = z
  .looseObject({
    messages: z.array(message).optional(),
    conversations: z.array(message).optional(),
    images: z.array(z.string().max(1000)).min(1).max(10_000),
  })
  .transform(({ messages, conversations, images }) => ({ messages: messages ?? conversations ?? [], images }));
type Row = z.infer<typeof rowSchema>;

/** Where UI-TARS' own prompt ends and the task begins. */
const MARK = "## User Instruction";

/** Reads these files of a folder. Throws `export-corrupt`. */
export async function readUiTars(dir: string, paths: readonly string[], dialect: Dialect): Promise<ImportSource> {
  const screens = new Pictures(dir);
  const records = new Map<string, EpisodeRecord>();
  for (const path of paths) {
    if (fileInside(dir, path) === null) throw corruptExport(path, "it is no plain file inside the folder");
    let number = 0;
    for (const line of readLines(join(dir, path), () => corruptExport(path, "a line of it is too long"))) {
      number += 1;
      const record = await toRecord(`${path}, row ${number}`, parseRow(path, number, line), sha256(line), screens, dialect);
      records.set(record.id, record);
    }
  }
  if (records.size === 0) throw corruptExport(dir, "no row is in it");
  return { kind: "ui-tars", runs: [], episodes: () => records.values(), screens };
}

function parseRow(path: string, number: number, line: string): Row {
  try {
    return rowSchema.parse(parseForeignJson(line));
  } catch (error) {
    throw corruptExport(path, `row ${number} is no conversation with pictures`, error);
  }
}

async function toRecord(place: string, { messages, images }: Row, source: string, screens: Pictures, dialect: Dialect): Promise<EpisodeRecord> {
  const marks = messages.reduce((sum, { content }) => sum + content.split(PLACEHOLDER).length - 1, 0);
  if (marks !== images.length) throw corruptExport(place, `it has ${marks} places for pictures and ${images.length} pictures`);
  const pictures = [];
  for (const image of images) pictures.push(await screens.look(image));
  const steps: ForeignStep[] = [];
  let shown = 0;
  let first: number | null = null;
  for (const { role, content } of messages) {
    shown += content.split(PLACEHOLDER).length - 1;
    if (role !== "assistant") continue;
    const now = pictures[shown - 1];
    if (now === undefined) throw corruptExport(place, "an answer comes before any picture");
    first ??= shown - 1;
    const viewport = { width: now.width, height: now.height };
    const parsed = dialect.parse(content, { screen: { viewport, deviceScaleFactor: 1 }, pointer: null });
    if (parsed.kind === "parse-error") throw corruptExport(place, `an answer is not ${dialect.id} (${parsed.detail})`);
    steps.push({ action: parsed.action, thought: parsed.thought, next: (pictures[shown] ?? now).screenHash });
  }
  if (first === null) throw corruptExport(place, "nothing is answered in it");
  const start = pictures[first]!;
  return foreignRecord({
    place,
    source,
    format: "ui-tars",
    task: "imported/ui-tars",
    instruction: instructionOf(messages),
    policy: dialect.id,
    viewport: { width: start.width, height: start.height },
    deviceScaleFactor: 1,
    startScreen: start.screenHash,
    steps,
    claim: null,
    startedAt: 0,
  });
}

function instructionOf(messages: Row["messages"]): string {
  const asked = messages.find(({ role }) => role === "user")?.content.replaceAll(PLACEHOLDER, "") ?? "";
  const mark = asked.lastIndexOf(MARK);
  return asked
    .slice(mark === -1 ? 0 : mark + MARK.length)
    .trim()
    .slice(0, 100_000);
}
