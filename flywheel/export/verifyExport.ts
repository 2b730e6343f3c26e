/**
 * Checks an export folder later: every file against its digest, every screenshot, and that rows are what loaders expect.
 * In: a folder. Out: its manifest and a list of problems, none when it is sound. Reads everything once, a line at a time.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import { WheelError } from "../../env/errors.ts";
import { hashFile } from "../readSnapshot.ts";
import { TRAJECTORY_LIST } from "./atifFormat.ts";
import { PLACEHOLDER } from "./chatContent.ts";
import { exportManifestSchema, manifestDigest, type ExportManifest } from "./exportManifest.ts";
import { readLines } from "./readLines.ts";
import { IMAGE_LIST } from "./screenFiles.ts";

interface ExportProblem {
  readonly path: string;
  readonly problem: string;
}

interface ExportCheck {
  readonly manifest: ExportManifest;
  readonly problems: readonly ExportProblem[];
  /** Files whose bytes were compared. */
  readonly files: number;
  /** Lines that were read. */
  readonly rows: number;
}

/** Largest picture, bytes of its file. */
export const LARGEST_PICTURE = 64 * 2 ** 20;
/** So many problems are told; a folder with more is not worth a longer list. */
const TOLD = 100;
const LONGEST_MANIFEST = 64 * 2 ** 20;

/** Checks a folder. `onFile` hears after each listed file. Throws `export-corrupt` when it has no readable manifest. */
export function verifyExport(dir: string, onFile: (done: number, total: number) => void = () => undefined): ExportCheck {
  const manifest = readExportManifest(dir);
  const problems: ExportProblem[] = [];
  const expected = new Set(["manifest.json"]);
  const digests = new Digests(dir);
  let rows = 0;
  for (const [done, { path, bytes, sha256, rows: count }] of manifest.files.entries()) {
    onFile(done, manifest.files.length);
    expected.add(path);
    const problem = digests.problem(path, sha256, { exactly: bytes });
    if (problem !== null) {
      problems.push({ path, problem });
      continue;
    }
    if (path === IMAGE_LIST || path === TRAJECTORY_LIST) for (const found of listProblems(dir, path, digests, expected)) problems.push(found);
    else if (path.endsWith(".jsonl")) rows += checkLines(dir, path, count, problems);
    if (problems.length > TOLD) break;
  }
  if (problems.length === 0)
    for (const path of filesIn(dir)) if (!expected.has(path)) problems.push({ path, problem: "it is not part of the export" });
  return { manifest, problems: problems.slice(0, TOLD), files: expected.size - 1, rows };
}

/** The manifest of an export folder. Throws `export-corrupt`. */
function readExportManifest(dir: string): ExportManifest {
  const path = join(dir, "manifest.json");
  if (!existsSync(path)) throw corruptExport(path, "the manifest is missing, so the export was never finished");
  if (!statSync(path).isFile() || statSync(path).size > LONGEST_MANIFEST) throw corruptExport(path, "it is no manifest");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw corruptExport(path, "it is not JSON", error);
  }
  const parsed = exportManifestSchema.safeParse(json);
  if (!parsed.success) throw corruptExport(path, "it has another shape or version", parsed.error);
  const { kind: _kind, version: _version, sha256, ...content } = parsed.data;
  if (manifestDigest(content) !== sha256) throw corruptExport(path, "its content does not match its digest");
  return parsed.data;
}

/** An export folder that cannot be used. */
export function corruptExport(path: string, why: string, cause?: unknown): WheelError {
  return new WheelError("export-corrupt", `${path} cannot be used: ${why}.`, "Get the folder again from where it came from. Nothing was changed.", {
    cause,
  });
}

/** A path inside the folder that leads to a plain file, not through a link to somewhere else; null: it does not. */
export function fileInside(dir: string, path: string): string | null {
  const place = join(dir, path);
  if (path === "" || path.includes("\0") || relative(dir, place).split(sep)[0] === ".." || relative(dir, place) === "") return null;
  let at = dir;
  for (const part of relative(dir, place).split(sep)) {
    at = join(at, part);
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats === undefined || stats.isSymbolicLink()) return null;
  }
  return statSync(place).isFile() ? place : null;
}

/** Digests of files; hard links are read once. */
class Digests {
  readonly #dir: string;
  readonly #known = new Map<string, string>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  problem(path: string, sha256: string, bytes: { readonly exactly: number } | { readonly atMost: number }): string | null {
    const place = fileInside(this.#dir, path);
    if (place === null) return "the file is missing";
    const { size, dev, ino } = statSync(place);
    if ("exactly" in bytes && size !== bytes.exactly) return `it has ${size} bytes, not ${bytes.exactly}`;
    if ("atMost" in bytes && size > bytes.atMost) return `it has ${size} bytes, more than ${bytes.atMost}`;
    const name = `${dev}/${ino}`;
    let digest = this.#known.get(name);
    if (digest === undefined) this.#known.set(name, (digest = hashFile(place)));
    return digest === sha256 ? null : "its bytes do not match the manifest";
  }
}

function* listProblems(dir: string, list: string, digests: Digests, expected: Set<string>): Generator<ExportProblem> {
  for (const line of linesOf(join(dir, list))) {
    const [, sha256, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (sha256 === undefined || path === undefined) {
      yield { path: list, problem: "a line of it cannot be read" };
      continue;
    }
    expected.add(path);
    const problem = digests.problem(path, sha256, { atMost: LARGEST_PICTURE });
    if (problem !== null) yield { path, problem };
  }
}

const messageSchema = z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string().min(1) });
const chatRowSchema = z.looseObject({
  messages: z.array(messageSchema).min(1),
  images: z.array(z.string()).optional(),
  label: z.boolean().optional(),
  chosen: messageSchema.optional(),
  rejected: messageSchema.optional(),
  rejected_response: z.string().min(1).optional(),
});

function checkLines(dir: string, path: string, count: number | null, problems: ExportProblem[]): number {
  let rows = 0;
  for (const line of linesOf(join(dir, path))) {
    rows += 1;
    const problem = path.startsWith("jsonl/") && !path.includes("/ct_text") ? chatProblem(dir, line) : jsonProblem(line);
    if (problem !== null) problems.push({ path, problem: `row ${rows}: ${problem}` });
    if (problems.length > TOLD) break;
  }
  if (count !== null && rows !== count && problems.length <= TOLD) problems.push({ path, problem: `it has ${rows} rows, not ${count}` });
  return rows;
}

function jsonProblem(line: string): string | null {
  try {
    return typeof JSON.parse(line) === "object" ? null : "it is no object";
  } catch {
    return "it is not JSON";
  }
}

/** What would make a loader drop the row or stop. */
function chatProblem(dir: string, line: string): string | null {
  const json = jsonProblem(line);
  if (json !== null) return json;
  const parsed = chatRowSchema.safeParse(JSON.parse(line));
  if (!parsed.success) return "it has another shape";
  const { messages, images = [], chosen } = parsed.data;
  const turns = messages.filter(({ role }, i) => i > 0 || role !== "system");
  if (turns.some(({ role }, i) => role !== (i % 2 === 0 ? "user" : "assistant"))) return "its roles do not alternate";
  if ((turns.length % 2 === 0) === (chosen !== undefined))
    return chosen === undefined ? "it does not end with an answer" : "it does not end with a question";
  const marks = messages.reduce((sum, { content }) => sum + content.split(PLACEHOLDER).length - 1, 0);
  if (marks !== images.length) return `it has ${marks} places for pictures and ${images.length} pictures`;
  return images.every((image) => fileInside(dir, image) !== null) ? null : "a picture is missing";
}

function linesOf(path: string): Iterable<string> {
  return readLines(path, () => corruptExport(path, "a line of it is too long"));
}

/** Paths of everything in a folder that is no folder, with slashes. Links are told, not followed. */
export function* filesIn(dir: string, inside = ""): Generator<string> {
  for (const entry of readdirSync(join(dir, inside), { withFileTypes: true })) {
    const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(dir, path);
    else yield path;
  }
}
