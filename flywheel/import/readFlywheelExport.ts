/**
 * Our own export folder, read back. In: a folder with `records/`. Out: exactly the episodes that were exported. Everything is compared with its digest
 * first; then every record is parsed and every screen decoded.
 */
import { join } from "node:path";
import type { z } from "zod";
import { WheelError } from "../../env/errors.ts";
import { sha256 } from "../../env/json.ts";
import { splitOf } from "../../env/split.ts";
import { episodeRecordSchema, runRecordSchema, type EpisodeRecord } from "../export/episodeRecord.ts";
import { readLines } from "../export/readLines.ts";
import { EPISODE_RECORDS, RUN_RECORDS } from "../export/recordsFormat.ts";
import { imagePath } from "../export/screenFiles.ts";
import { corruptExport, verifyExport } from "../export/verifyExport.ts";
import { Pictures, type ImportSource } from "./importSource.ts";
import { parseForeignJson } from "./parseForeignJson.ts";

/** Reads a folder of ours. Throws `export-corrupt`, or `usage` when it was exported without records. */
export async function readFlywheelExport(dir: string): Promise<ImportSource> {
  const { manifest, problems } = verifyExport(dir);
  const [first] = problems;
  if (first !== undefined) throw corruptExport(first.path, first.problem);
  if (!manifest.formats.includes("records")) {
    throw new WheelError("usage", `${dir} was exported without records.`, "Export it again with the format `records` (it is part of `all`).");
  }
  const runs = [...rowsOf(dir, RUN_RECORDS, runRecordSchema)];
  const known = new Set(runs.map(({ id }) => id));
  const screens = new Pictures(dir);
  const episodes = (): Iterable<EpisodeRecord> => rowsOf(dir, EPISODE_RECORDS, episodeRecordSchema);
  const ids = new Set<string>();
  for (const record of episodes()) {
    const problem = recordProblem(record) ?? (ids.has(record.id) ? "it comes twice" : null);
    if (problem !== null) throw corruptExport(EPISODE_RECORDS, `episode ${record.id}: ${problem}`);
    if (record.run !== null && !known.has(record.run)) throw corruptExport(RUN_RECORDS, `the run ${record.run} is missing`);
    ids.add(record.id);
    for (const [index, hash] of screensOf(record).entries()) {
      const path = imagePath(record.id, index);
      if ((await screens.look(path)).screenHash !== hash) throw corruptExport(path, "it shows another screen than its episode says");
    }
  }
  return { kind: "flywheel", runs, episodes, screens };
}

/** Screens in order, one more than there are steps. */
function screensOf({ startScreen, steps }: EpisodeRecord): string[] {
  return [startScreen, ...steps.map(({ next }) => next)];
}

/** What a record says that no recorder could have written. */
function recordProblem({ id, key, seed, startScreen, steps, verdicts, checks, masks, labels }: EpisodeRecord): string | null {
  if (sha256(key).slice(0, 20) !== id) return "its id does not belong to its key";
  try {
    if (splitOf(seed) !== "train") return `seed ${seed} must not be trained on`;
  } catch {
    return `seed ${seed} belongs to no split`;
  }
  if (steps.some(({ screen }, i) => screen !== (i === 0 ? startScreen : steps[i - 1]!.next))) return "its screens do not follow each other";
  const deciding = verdicts.filter(({ routing }) => routing).length;
  if (deciding > 1) return "two verdicts decide";
  if (checks.length > 0 && deciding === 0) return "it was checked without a verdict that decides";
  if (new Set(checks.map(({ check }) => check)).size < checks.length) return "a check comes twice";
  if (new Set(masks.map(({ step }) => step)).size < masks.length) return "a step is masked twice";
  if ([...masks, ...labels].some(({ step }) => step !== null && step >= steps.length)) return "a mask or label is of a step that is not there";
  return null;
}

function* rowsOf<Schema extends z.ZodType>(dir: string, path: string, schema: Schema): Generator<z.infer<Schema>> {
  for (const line of readLines(join(dir, path), () => corruptExport(path, "a line of it is too long"))) {
    let json: unknown;
    try {
      json = parseForeignJson(line);
    } catch (error) {
      throw corruptExport(path, "a line is not JSON that can be used", error);
    }
    const parsed = schema.safeParse(json);
    if (!parsed.success) throw corruptExport(path, `a row has another shape (${parsed.error.issues[0]?.path.join(".") ?? ""})`, parsed.error);
    yield parsed.data;
  }
}
