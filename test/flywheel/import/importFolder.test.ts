import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import { isWheelError } from "../../../env/errors.ts";
import { sha256 } from "../../../env/json.ts";
import { rng, type Rng } from "../../../env/random.ts";
import { manifestDigest } from "../../../flywheel/export/exportManifest.ts";
import { recordOf } from "../../../flywheel/export/episodeRecord.ts";
import { importFolder } from "../../../flywheel/import/importFolder.ts";
import { hashFile } from "../../../flywheel/readSnapshot.ts";
import { openWorkspace, type Workspace } from "../../../flywheel/store/workspace.ts";
import { temporaryFolder, temporaryWorkspace } from "../storeFixtures.ts";
import { exportNow, fillWorkspace, picture, snapshotNow } from "../export/exportFixtures.ts";

const OPTIONS = { dialect: "ui-tars-1.5" } as const;

test("an own export becomes the same episodes in an empty workspace: equal hashes, equal exports", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  const [labelled] = workspace.episodes.list();
  workspace.labels.add({ episode: labelled!.id, step: 0, label: "over-shoots", note: "by far", author: "somebody" });
  const folder = join(out.path, "set");
  const report = await exportNow(workspace, folder);
  await using copy = await openWorkspace(join(out.path, "copy"));
  expect(await importFolder(copy, folder, OPTIONS)).toEqual({ kind: "flywheel", episodes: 10, present: 0, steps: report.steps });
  for (const { id } of workspace.episodes.list()) expect(recordOf(copy, id)).toEqual(recordOf(workspace, id));
  expect((await snapshotNow(copy)).hash).toBe((await snapshotNow(workspace)).hash);
  await exportNow(copy, join(out.path, "again"));
  expect(readFileSync(join(out.path, "again", "manifest.json"), "utf8")).toBe(readFileSync(join(folder, "manifest.json"), "utf8"));
  expect(await importFolder(copy, folder, OPTIONS)).toMatchObject({ episodes: 0, present: 10 });
});

test("an episode that is there with other content is not overwritten", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  await exportNow(workspace, join(out.path, "set"));
  workspace.steps.explain(workspace.episodes.list()[0]!.id, 0, "another thought");
  const before = contentOf(workspace);
  await expect(importFolder(workspace, join(out.path, "set"), OPTIONS)).rejects.toSatisfy((error) => isWheelError(error, "usage"));
  expect(contentOf(workspace)).toBe(before);
});

test("ATIF trajectories become unverified episodes with the same actions", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  await exportNow(workspace, join(out.path, "set"), { formats: ["atif"] });
  await using copy = await openWorkspace(join(out.path, "copy"));
  for (const name of ["traj", "images"]) cpSync(join(out.path, "set", name), join(out.path, "atif", name), { recursive: true });
  expect(await importFolder(copy, join(out.path, "atif"), OPTIONS)).toMatchObject({ kind: "atif", episodes: 10 });
  const courses = (one: Workspace): string[] =>
    one.episodes
      .list()
      .map(({ id, instruction }) => JSON.stringify([instruction, one.steps.of(id).map(({ action, nextScreenHash }) => [action, nextScreenHash])]))
      .toSorted();
  expect(courses(copy)).toEqual(courses(workspace));
  expect(new Set(copy.episodes.list().map(({ verdict, purpose }) => `${verdict} ${purpose}`))).toEqual(new Set(["unverified human"]));
});

test("UI-TARS conversations become episodes, step by step", async () => {
  using out = temporaryFolder();
  await conversation(out.path, {});
  await using workspace = await openWorkspace(join(out.path, "workspace"));
  expect(await importFolder(workspace, join(out.path, "talk"), { dialect: "ui-tars-1.0" })).toEqual({
    kind: "ui-tars",
    episodes: 1,
    present: 0,
    steps: 2,
  });
  const [episode] = workspace.episodes.list();
  expect(episode).toMatchObject({ instruction: "Press OK", verdict: "unverified" });
  expect(workspace.steps.of(episode!.id).map(({ action }) => action)).toEqual([
    { kind: "click", at: { x: 32, y: 24 }, count: 1, button: "left", modifiers: [] },
    { kind: "done", answer: "yes" },
  ]);
});

test("200 damaged or hostile folders each end in one clear error and leave the workspace as it was", { timeout: 900_000 }, async () => {
  await using source = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(source);
  const sound = join(out.path, "sound");
  await exportNow(source, sound, { formats: ["ms-swift", "records", "atif"] });
  await using workspace = await openWorkspace(join(out.path, "workspace"));
  const before = contentOf(workspace);
  const seen = new Map<string, number>();
  for (let i = 0; i < 200; i++) {
    const random = rng("damage", i);
    const [name, damage] = DAMAGES[i % DAMAGES.length]!;
    const folder = join(out.path, `folder-${i}`);
    cpSync(sound, folder, { recursive: true });
    await damage(folder, random);
    const given = name.startsWith("talk") ? join(folder, "talk") : folder;
    const outcome = await importFolder(workspace, given, OPTIONS).catch((error: unknown) => error);
    expect(isWheelError(outcome, "export-corrupt") || isWheelError(outcome, "usage"), `${i} ${name}: ${String(outcome)}`).toBe(true);
    expect((outcome as Error).message.length).toBeLessThan(600);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    rmSync(folder, { recursive: true });
  }
  expect(contentOf(workspace)).toBe(before);
  expect(seen.size).toBe(DAMAGES.length);
});

test("whatever stands anywhere in a record, trajectory or conversation: it is imported as it is said, or one clear error changes nothing", async () => {
  await using source = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(source);
  const sound = join(out.path, "sound");
  await exportNow(source, sound, { formats: ["records", "atif"] });
  await conversation(sound, {});
  await using workspace = await openWorkspace(join(out.path, "workspace"));
  const outcomes = { imported: 0, refused: 0 };
  for (let i = 0; i < 150; i++) {
    const random = rng("anywhere", i);
    const folder = join(out.path, `folder-${i}`);
    cpSync(sound, folder, { recursive: true });
    const [change, given] = ANYWHERE[i % ANYWHERE.length]!;
    await change(folder, random);
    const before = contentOf(workspace);
    const outcome = await importFolder(workspace, join(folder, given), { dialect: "ui-tars-1.0" }).catch((error: unknown) => error);
    if (outcome instanceof Error) {
      expect(isWheelError(outcome, "export-corrupt") || isWheelError(outcome, "usage"), `${i}: ${outcome.stack}`).toBe(true);
      expect(outcome.message.length).toBeLessThan(600);
      expect(contentOf(workspace)).toBe(before);
    } else for (const { id } of workspace.episodes.list()) expect(recordOf(workspace, id).id).toBe(id);
    outcomes[outcome instanceof Error ? "refused" : "imported"] += 1;
    rmSync(folder, { recursive: true });
  }
  expect(outcomes.refused).toBeGreaterThan(50);
  expect(outcomes.imported).toBeGreaterThan(5);
});

type Damage = (folder: string, random: Rng) => void | Promise<void>;
type Tree = Record<string, unknown>;

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
const someFile = (folder: string, random: Rng): string => join(folder, random.pick(filesOf(folder)));
const firstImage = (folder: string): string => filesOf(folder).find((path) => path.endsWith(".png"))!;

/** Changes one record and makes all digests fit again, as somebody would who means harm. */
const inRecord =
  (change: (record: Tree & { steps: Tree[]; verdicts: Tree[]; masks: Tree[] }) => void): Damage =>
  (folder, random) => {
    const path = join(folder, "records/episodes.jsonl");
    const lines = readFileSync(path, "utf8").trim().split("\n");
    const at = random.int(lines.length);
    const record = JSON.parse(lines[at]!) as Parameters<typeof change>[0];
    change(record);
    lines[at] = JSON.stringify(record);
    writeFileSync(path, `${lines.join("\n")}\n`);
    sign(folder);
  };

/** Replaces a picture under all its names, and makes all digests fit again. */
const inPicture =
  (bytes: Buffer): Damage =>
  (folder) => {
    const path = firstImage(folder);
    const old = sha256(readFileSync(join(folder, path)));
    const list = readFileSync(join(folder, "images.sha256"), "utf8").trim().split("\n");
    for (const line of list)
      if (line.startsWith(old)) {
        rmSync(join(folder, line.slice(66)));
        writeFileSync(join(folder, line.slice(66)), bytes);
      }
    writeFileSync(join(folder, "images.sha256"), `${list.map((line) => line.replace(old, sha256(bytes))).join("\n")}\n`);
    sign(folder);
  };

const inManifest =
  (change: (manifest: Tree & { files: Tree[] }) => void): Damage =>
  (folder) => {
    const path = join(folder, "manifest.json");
    const { kind, version, sha256: _, ...content } = JSON.parse(readFileSync(path, "utf8"));
    change(content);
    writeFileSync(path, JSON.stringify({ kind, version, sha256: manifestDigest(content), ...content }));
  };

function sign(folder: string): void {
  return void inManifest(({ files }) => {
    for (const file of files) {
      const bytes = readFileSync(join(folder, String(file["path"])));
      Object.assign(file, { bytes: bytes.length, sha256: sha256(bytes) });
    }
  })(folder, rng("sign"));
}

const inTrajectory =
  (change: (trajectory: Tree & { steps: (Tree & { message: Tree[]; tool_calls: Tree[] })[] }) => void): Damage =>
  (folder) => {
    rmSync(join(folder, "manifest.json"));
    for (const path of filesOf(folder)) if (path.endsWith(".jsonl")) rmSync(join(folder, path));
    const path = filesOf(folder).find((name) => name.startsWith("traj/"))!;
    const trajectory = JSON.parse(readFileSync(join(folder, path), "utf8"));
    change(trajectory);
    writeFileSync(join(folder, path), JSON.stringify(trajectory));
  };

/** Three pictures and two answers, in `talk/`. */
async function conversation(folder: string, change: Tree): Promise<void> {
  mkdirSync(join(folder, "talk"), { recursive: true });
  for (const number of [1, 2]) writeFileSync(join(folder, "talk", `${number}.png`), (await picture(number)).png);
  const messages = [
    { role: "user", content: "You are a GUI agent.\n## User Instruction\nPress OK\n<image>" },
    { role: "assistant", content: "Thought: There it is.\nAction: click(start_box='(500,500)')" },
    { role: "user", content: "<image>" },
    { role: "assistant", content: "Action: finished(content='yes')" },
  ];
  writeFileSync(join(folder, "talk", "rows.jsonl"), `${JSON.stringify({ messages, images: ["1.png", "2.png"], ...change })}\n`);
}

const talk =
  (change: Tree): Damage =>
  (folder) =>
    conversation(folder, change);

/** A PNG that claims a size; its data unpacks to nothing but zeros. */
function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const chunk = (name: string, data: Buffer): Buffer => {
    const out = Buffer.alloc(data.length + 12);
    out.writeUInt32BE(data.length, 0);
    out.write(name, 4, "latin1");
    data.copy(out, 8);
    return out;
  };
  const data = deflateSync(Buffer.alloc(2 ** 22));
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

const DAMAGES: readonly (readonly [string, Damage])[] = [
  [
    "truncated",
    (folder, random) => {
      const path = someFile(folder, random);
      truncateSync(path, random.int(statSync(path).size));
    },
  ],
  [
    "a changed byte",
    (folder, random) => {
      const path = someFile(folder, random);
      const bytes = readFileSync(path);
      const at = random.int(bytes.length);
      bytes[at] = bytes[at]! ^ (1 + random.int(255));
      rmSync(path);
      writeFileSync(path, bytes);
    },
  ],
  ["a file less", (folder, random) => rmSync(someFile(folder, random))],
  ["a file more", (folder) => writeFileSync(join(folder, "more.txt"), "more")],
  ["an empty manifest", (folder) => writeFileSync(join(folder, "manifest.json"), "")],
  ["a manifest of a wrong type", (folder, random) => writeFileSync(join(folder, "manifest.json"), random.pick(["[]", "null", '"x"', "{}", "[[[["]))],
  ["wrong types in the manifest", inManifest((manifest) => Object.assign(manifest, { files: "all", episodes: 7 }))],
  ["a path out of the folder", inManifest(({ files }) => void files.push({ ...files[0], path: "../../../../etc/hostname" }))],
  ["an absolute path", inManifest(({ files }) => void files.push({ ...files[0], path: "/etc/hostname" }))],
  ["a zero byte in a path", inManifest(({ files }) => void files.push({ ...files[0], path: "a\0b" }))],
  [
    "a link out of the folder",
    (folder) => {
      const path = join(folder, firstImage(folder));
      copyFileSync(path, join(folder, "..", "outside.png"));
      rmSync(path);
      symlinkSync(join(folder, "..", "outside.png"), path);
    },
  ],
  [
    "a folder instead of a file",
    (folder) => {
      rmSync(join(folder, "records/runs.jsonl"));
      mkdirSync(join(folder, "records/runs.jsonl"));
    },
  ],
  [
    "a link to nowhere",
    (folder) => {
      rmSync(join(folder, "manifest.json"));
      symlinkSync(join(folder, "nowhere"), join(folder, "rows.jsonl"));
    },
  ],
  [
    "a link to itself for a folder",
    (folder) => {
      rmSync(join(folder, "images"), { recursive: true });
      symlinkSync(folder, join(folder, "images"));
    },
  ],
  [
    "a pipe for a file",
    (folder) => {
      rmSync(join(folder, "records/runs.jsonl"));
      execFileSync("mkfifo", [join(folder, "records/runs.jsonl")]);
    },
  ],
  ["a file without end", (folder, random) => truncateSync(someFile(folder, random), 2 ** 36)],
  [
    "a line without end",
    (folder) => {
      const path = join(folder, "records/episodes.jsonl");
      truncateSync(path, 2 ** 27);
      inManifest(({ files }) => {
        const file = files.find((one) => one["path"] === "records/episodes.jsonl")!;
        Object.assign(file, { bytes: 2 ** 27, sha256: hashFile(path) });
      })(folder, rng("line"));
    },
  ],
  ["wrong hashes in the list of images", (folder, random) => {
    const path = join(folder, "images.sha256");
    writeFileSync(path, readFileSync(path, "utf8").replace(/^\w{64}/, random.pick(["x", "", "0".repeat(64)])));
    sign(folder);
  }],
  [
    "an episode twice",
    (folder) => {
      const path = join(folder, "records/episodes.jsonl");
      const [first] = readFileSync(path, "utf8").split("\n");
      writeFileSync(path, `${first}\n${readFileSync(path, "utf8")}`);
      sign(folder);
    },
  ],
  [
    "a run twice, with another configuration",
    (folder) => {
      const path = join(folder, "records/runs.jsonl");
      const run = JSON.parse(readFileSync(path, "utf8")) as Tree;
      writeFileSync(path, `${JSON.stringify(run)}\n${JSON.stringify({ ...run, seed: 9 })}\n`);
      sign(folder);
    },
  ],
  ["a state nested without end", inRecord((record) => Object.assign(record, { startState: JSON.parse(`${"[".repeat(3000)}${"]".repeat(3000)}`) }))],
  ["a check twice", inRecord((record) => void (record["checks"] as unknown[]).push(...[1, 2].map(() => ({ check: "x", passed: true, reason: "" }))))],
  ["a mask twice", inRecord(({ masks }) => void masks.push(...[1, 2].map(() => ({ step: 0, masked: true, reason: "", author: "x" }))))],
  ["an exam's seed", inRecord((record) => Object.assign(record, { seed: 600_001 }))],
  ["a seed of no split", inRecord((record) => Object.assign(record, { seed: -1 }))],
  ["a foreign id", inRecord((record) => Object.assign(record, { id: "0".repeat(20) }))],
  ["an id that is a path", inRecord((record) => Object.assign(record, { id: "../../x" }))],
  ["an action nobody knows", inRecord(({ steps }) => Object.assign(steps[0]!, { action: { kind: "delete everything" } }))],
  ["a point that is no number", inRecord(({ steps }) => Object.assign(steps[0]!, { action: { kind: "hover", at: { x: "1", y: null } } }))],
  ["another screen", inRecord((record) => Object.assign(record, { startScreen: "0".repeat(64) }))],
  ["a purpose that is not for learning", inRecord((record) => Object.assign(record, { purpose: "final" }))],
  ["two verdicts that decide", inRecord(({ verdicts }) => void verdicts.push(verdicts[0]!))],
  ["a mask of a step that is not there", inRecord(({ masks }) => void masks.push({ step: 99, masked: true, reason: "", author: "x" }))],
  ["a run nobody knows", inRecord((record) => Object.assign(record, { run: "another" }))],
  ["steps that are no list", inRecord((record) => Object.assign(record, { steps: { length: 1e9 } }))],
  ["an instruction without end", inRecord((record) => Object.assign(record, { instruction: "x".repeat(200_000) }))],
  ["a huge picture", inPicture(hugePng(60_000, 60_000))],
  ["a picture with too little in it", inPicture(hugePng(4000, 4000))],
  ["a packed bomb for a picture", inPicture(gzipSync(Buffer.alloc(2 ** 24)))],
  ["a text for a picture", inPicture(Buffer.from("<svg/>"))],
  ["a trajectory of another version", inTrajectory((one) => Object.assign(one, { schema_version: "ATIF-v9.0" }))],
  ["a trajectory without steps", inTrajectory((one) => Object.assign(one, { steps: [] }))],
  [
    "a trajectory that looks outside",
    inTrajectory(({ steps }) => Object.assign(steps[0]!.message[1]!, { source: { path: "../../../../../etc/hostname" } })),
  ],
  ["a trajectory with an unknown call", inTrajectory(({ steps }) => Object.assign(steps[1]!.tool_calls[0]!, { function_name: "run_shell" }))],
  ["talk with a picture too few", talk({ images: ["1.png"] })],
  ["talk with a picture outside", talk({ images: ["1.png", "../records/runs.jsonl"] })],
  [
    "talk that is no action",
    talk({
      messages: [
        { role: "user", content: "<image><image>" },
        { role: "assistant", content: "Sure! Let me help." },
      ],
    }),
  ],
  ["talk of another shape", talk({ messages: { role: "user" } })],
  ["talk without answers", talk({ messages: [{ role: "user", content: "<image><image>" }] })],
];

/** Nothing anybody would write there. */
const STRANGE: readonly ((random: Rng) => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 1e308,
  () => 2 ** 53,
  () => 0.5,
  () => "",
  () => "\0",
  () => "\ud800",
  () => "../../../etc/hostname",
  () => "'; DROP TABLE episodes; --",
  () => "x".repeat(3_000_000),
  () => [],
  () => ({}),
  () => JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 7}') as unknown,
  () => JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`) as unknown,
  (random) => Array.from({ length: 50_000 }, () => random.int(9)),
];

/** Puts something strange in one place of a value, or takes the place away, or doubles it. */
function twist(value: unknown, random: Rng): unknown {
  const entries = value !== null && typeof value === "object" ? Object.entries(value) : [];
  if (entries.length === 0 || random.chance(0.15)) return random.pick(STRANGE)(random);
  const [name, inner] = random.pick(entries);
  if (Array.isArray(value) && random.chance(0.15)) return [...(value as unknown[]), inner];
  if (random.chance(0.05)) return Array.isArray(value) ? value.toSpliced(Number(name), 1) : Object.fromEntries(entries.filter(([other]) => other !== name));
  const twisted = twist(inner, random);
  return Array.isArray(value) ? value.with(Number(name), twisted) : { ...(value as object), [name]: twisted };
}

/** JSON of what `JSON.stringify` would give up on: a value nested deeper than its stack. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return `{"nested":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  }
}

function twistLine(path: string, random: Rng): void {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const at = random.int(lines.length);
  lines[at] = toJson(twist(JSON.parse(lines[at]!), random));
  rmSync(path);
  writeFileSync(path, `${lines.join("\n")}\n`);
}

/** What is twisted, and the folder inside that is imported then. */
const ANYWHERE: readonly (readonly [Damage, string])[] = [
  [
    (folder, random) => {
      twistLine(join(folder, random.pick(["records/episodes.jsonl", "records/episodes.jsonl", "records/runs.jsonl"])), random);
      rmSync(join(folder, "talk"), { recursive: true });
      sign(folder);
    },
    ".",
  ],
  [
    (folder, random) => {
      for (const name of ["talk", "records", "manifest.json"]) rmSync(join(folder, name), { recursive: true });
      for (const path of filesOf(folder)) if (/^traj\/.*json$/.test(path)) twistLine(join(folder, path), random);
    },
    ".",
  ],
  [(folder, random) => twistLine(join(folder, "talk", "rows.jsonl"), random), "talk"],
];

/** Digest of every row of every table, and the names of all files. */
function contentOf({ dir }: Workspace): string {
  const db = new Sqlite(join(dir, "flywheel.db"), { readonly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all() as string[];
    const rows = tables.map((name) => `${name} ${JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).all())}`);
    return sha256([...rows, ...filesOf(dir)].join("\n"));
  } finally {
    db.close();
  }
}
