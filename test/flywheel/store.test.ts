import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Sqlite from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { isWheelError } from "../../env/errors.ts";
import { programVersion } from "../../flywheel/programVersion.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { migrate, SCHEMA_VERSION } from "../../flywheel/store/migrations.ts";
import { at, decision, done, play, record, screen, SOLVED, start, stepsOf, temporaryFolder, temporaryWorkspace, verdict } from "./storeFixtures.ts";

const WRITER = new URL("./storeWriter.ts", import.meta.url).pathname;

/** Starts the writer; `lines` are the commits it has reported. */
function startWriter(dir: string) {
  const child = spawn(process.execPath, [WRITER, dir], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: string[] = [];
  const reached = Promise.withResolvers<void>();
  let wanted = Infinity;
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line) >= wanted && reached.resolve());
  const closed = once(reader, "close");
  return {
    lines,
    /** Resolves when this many commits are reported. */
    async until(count: number) {
      wanted = count;
      if (lines.length < count) await reached.promise;
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

test("an episode comes back as it was recorded", async () => {
  await using workspace = await temporaryWorkspace();
  const thought = decision({ thought: "the OK button", alternatives: [{ action: at(2), logProb: -2 }] });
  const moves = [{ action: at(1), to: "clicked", decision: thought }, SOLVED[1]];
  const episode = record(workspace, { moves, seed: 34, feasible: false, startState: { open: [1, 2] } });
  expect(episode).toMatchObject({
    seed: 34,
    split: "train",
    feasible: false,
    heldOut: false,
    startState: { open: [1, 2] },
    status: "ended",
    stepCount: 2,
  });
  expect(episode).toMatchObject({ verdict: "pass", verifier: "click-text@1", rewardRaw: 1, route: null, viewport: { width: 160, height: 210 } });
  expect(workspace.steps.of(episode.id)).toEqual(stepsOf(moves));
  expect(Buffer.from(workspace.blobs.get(screen("clicked").screenHash)!.png).toString()).toBe("png of clicked");
});

test("a key is run once, and an interrupted key is run again under the same id", async () => {
  await using workspace = await temporaryWorkspace();
  const id = play(workspace, { seed: 50 });
  expect(workspace.episodes.begin(start({ seed: 50 }))).toEqual({ kind: "exists", id, status: "running" });
  expect(workspace.episodes.recoverInterrupted()).toEqual([start({ seed: 50 }).key]);
  expect(record(workspace, { seed: 50 }).id).toBe(id);
  expect(workspace.episodes.begin(start({ seed: 50 }))).toEqual({ kind: "exists", id, status: "ended" });
  const kept = workspace.episodes.list({ status: "interrupted" });
  expect(kept.map((episode) => workspace.steps.of(episode.id).length)).toEqual([2]);
  expect(workspace.episodes.list()).toHaveLength(1);
});

test("a key that is interrupted twice keeps both attempts", async () => {
  await using workspace = await temporaryWorkspace();
  for (let attempt = 0; attempt < 2; attempt++) workspace.episodes.interrupt(play(workspace));
  record(workspace);
  expect(workspace.episodes.list({ status: "interrupted" })).toHaveLength(2);
  play(workspace, { seed: 60 });
  expect(workspace.episodes.learning().map(({ seed }) => seed)).toEqual([100]);
});

test("what may be learned from must come from training seeds", async () => {
  await using workspace = await temporaryWorkspace();
  const begin = (purpose: "train" | "human" | "gate", seed: number) => workspace.episodes.begin(start({ purpose, seed })).kind;
  for (const seed of [3, 600_000, 690_000, 700_000, 40.5]) {
    expect(() => begin("train", seed)).toThrow(/Seed/);
    expect(() => begin("human", seed)).toThrow(/Seed/);
  }
  expect(begin("gate", 600_000)).toBe("begun");
  const smuggle = workspace.connection.query.updateTable("episodes").set({ purpose: "train" });
  expect(() => workspace.connection.run(smuggle)).toThrow(/CHECK/);
});

test("gate and final episodes never come out of what learning reads", async () => {
  await using workspace = await temporaryWorkspace();
  const purposes = { train: 100, human: 200, gate: 600_001, final: 690_001 } as const;
  for (const [purpose, seed] of Object.entries(purposes)) {
    record(workspace, { purpose: purpose as keyof typeof purposes, seed, moves: [{ action: done, to: `only in ${purpose}` }] });
  }
  expect(workspace.episodes.learning().map(({ purpose }) => purpose)).toEqual(["train", "human"]);
  expect(workspace.blobs.learning()).toEqual(["start", "only in train", "only in human"].map((name) => screen(name).screenHash).toSorted());
  expect(workspace.ledger.passCounts()[0]).toMatchObject({ attempts: 2 });
  expect(workspace.ledger.rows("r").reduce((sum, { episodes }) => sum + episodes, 0)).toBe(2);
});

test("passes of instances where giving up is right can be left out of the counts", async () => {
  await using workspace = await temporaryWorkspace();
  record(workspace, { seed: 100 });
  record(workspace, { seed: 101, feasible: false });
  expect(workspace.ledger.passCounts()[0]).toMatchObject({ attempts: 2 });
  expect(workspace.ledger.passCounts({ feasible: true })[0]).toMatchObject({ attempts: 1 });
});

test("a retracted episode leaves the learning view until it is restored", async () => {
  await using workspace = await temporaryWorkspace();
  const { id } = record(workspace);
  const why = { episode: id, reason: "the page was broken", author: "ada" };
  workspace.retractions.retract(why);
  expect(workspace.episodes.learning()).toEqual([]);
  expect(workspace.episodes.list()).toHaveLength(1);
  workspace.retractions.restore(why);
  expect(workspace.episodes.learning()).toHaveLength(1);
  expect(workspace.retractions.of(id).map(({ action }) => action)).toEqual(["retract", "restore"]);
});

test("steps are appended in order to a running episode only", async () => {
  await using workspace = await temporaryWorkspace();
  const id = play(workspace);
  const step = { ...stepsOf(SOLVED)[0]!, nextScreen: screen("x") };
  expect(() => workspace.steps.append(id, { ...step, index: 1 })).toThrow(/does not follow/);
  expect(() => workspace.steps.append(id, { ...step, index: 3 })).toThrow(/does not follow/);
  expect(() => workspace.steps.append("nobody", step)).toThrow(/no episode nobody/);
  workspace.episodes.end(id, { terminatedBy: "agent", verdict: verdict("fail") });
  expect(() => workspace.steps.append(id, { ...step, index: 2 })).toThrow(/ended/);
  expect(() => workspace.episodes.end(id, { terminatedBy: "agent", verdict: verdict("pass") })).toThrow(/ended/);
  expect(workspace.verdicts.of(id)).toHaveLength(1);
});

test("one of several verdicts routes, and a withdrawn one gives way to the newest before it", async () => {
  await using workspace = await temporaryWorkspace();
  const { id } = record(workspace, { verdict: "fail" });
  const poison = workspace.verdicts.add(id, verdict("pass"), { source: "poison-test", routing: true });
  workspace.verdicts.add(id, verdict("truncated"), { source: "human", routing: false });
  expect(workspace.episodes.get(id)).toMatchObject({ verdict: "pass", verdictId: poison });
  expect(workspace.verdicts.from("poison-test")).toEqual([poison]);
  workspace.verdicts.withdraw(poison, "it was a test");
  expect(workspace.episodes.get(id).verdict).toBe("truncated");
  expect(workspace.verdicts.of(id).map(({ routing, withdrawn }) => [routing, withdrawn])).toEqual([
    [false, null],
    [false, "it was a test"],
    [true, null],
  ]);
});

test("routes are append-only: the database refuses to change or delete one", async () => {
  await using workspace = await temporaryWorkspace();
  const { id } = record(workspace);
  const first = workspace.routes.append({ episode: id, route: "CT", author: "flywheel", reason: "failed" });
  workspace.routes.append({ episode: id, route: "SFT", author: "ada", reason: "looks fine" });
  const { query } = workspace.connection;
  expect(() => workspace.connection.run(query.updateTable("routes").set({ route: "CT" }))).toThrow(/append-only/);
  expect(() => workspace.connection.run(query.deleteFrom("routes"))).toThrow(/append-only/);
  expect(workspace.routes.current(id)).toMatchObject({ route: "SFT", author: "ada", supersedes: first });
  expect(workspace.routes.history(id).map(({ route }) => route)).toEqual(["CT", "SFT"]);
  expect(workspace.episodes.list({ route: "SFT" })).toHaveLength(1);
});

test("a person's step mask is not overruled, an automatic one is renewed", async () => {
  await using workspace = await temporaryWorkspace();
  const { id } = record(workspace);
  workspace.masks.set(id, { step: 0, masked: false, reason: "it matters", author: "ada" });
  workspace.masks.setAutomatic(
    id,
    new Map([
      [0, "no-op"],
      [1, "no-op"],
    ]),
  );
  workspace.masks.setAutomatic(id, new Map([[1, "no-op"]]));
  expect(workspace.masks.of(id).map(({ step, masked }) => [step, masked])).toEqual([
    [0, false],
    [1, true],
  ]);
  workspace.masks.set(id, { step: 0, masked: true, reason: "after all", author: "ada" });
  workspace.masks.setAutomatic(id, new Map());
  expect(workspace.masks.of(id).map(({ masked }) => masked)).toEqual([true, false]);
});

test("checkpoints are promoted, held, discarded and rolled back, and one acts at a time", async () => {
  await using workspace = await temporaryWorkspace();
  const { checkpoints } = workspace;
  for (const id of ["a", "b", "c"]) checkpoints.add({ id, run: "r", cycle: 0, path: `checkpoints/${id}`, parents: [], snapshot: null, scores: {} });
  expect(checkpoints.acting("r")).toBe(null);
  expect(checkpoints.decide("a", "promote", {}, "gate")).toBe("a");
  expect(checkpoints.decide("b", "hold", {}, "gate")).toBe("a");
  expect(checkpoints.decide("c", "promote", { p: 0.01 }, "gate")).toBe("c");
  expect(checkpoints.list("r").map(({ status }) => status)).toEqual(["retired", "held", "acting"]);
  expect(checkpoints.decide("c", "rollback", {}, "ada")).toBe("a");
  expect(checkpoints.get("c").status).toBe("discarded");
  expect(() => checkpoints.decide("a", "rollback", {}, "ada")).toThrow(/cannot be rolled back/);
  expect(() => checkpoints.decide("z", "promote", {}, "ada")).toThrow(/no checkpoint z/);
  expect(checkpoints.promotions("r").map(({ action, previous }) => [action, previous])).toEqual([
    ["promote", null],
    ["hold", "a"],
    ["promote", "a"],
    ["rollback", "c"],
  ]);
});

test("a stage that is done is not run again, one that was only begun is", async () => {
  await using workspace = await temporaryWorkspace();
  expect(workspace.stages.begin("r", 1, "sft")).toEqual({ kind: "begun" });
  expect(workspace.stages.begin("r", 1, "sft")).toEqual({ kind: "begun" });
  workspace.stages.finish("r", 1, "sft", { loss: 0.5 });
  expect(workspace.stages.begin("r", 1, "sft")).toEqual({ kind: "done", result: { loss: 0.5 } });
  expect(workspace.stages.list("r")).toMatchObject([{ cycle: 1, stage: "sft", status: "done" }]);
});

test("a demonstration request counts its verified answers, each once", async () => {
  await using workspace = await temporaryWorkspace();
  const ask = () => workspace.demonstrations.ask({ run: "r", cycle: 2, task: "login", bucket: "easy", asked: 5, source: "oracle" });
  const request = ask();
  expect(ask()).toBe(request);
  for (const seed of [40, 41]) record(workspace, { role: "demonstration", task: "login", seed, request });
  record(workspace, { role: "demonstration", task: "login", seed: 42, request, verdict: "fail" });
  expect(workspace.demonstrations.list("r")).toMatchObject([{ id: request, asked: 5, answered: 2 }]);
});

test("labels, evaluations, perceptions, thumbnails and runs are kept and found again", async () => {
  await using workspace = await temporaryWorkspace();
  const { id } = record(workspace);
  workspace.labels.add({ episode: id, step: 0, label: "odd", note: "why?", author: "ada" });
  expect(workspace.labels.of(id)).toMatchObject([{ label: "odd", step: 0 }]);
  expect(workspace.labels.episodes("odd")).toEqual([id]);
  workspace.checkpoints.add({ id: "a", run: "r", cycle: 0, path: "a", parents: ["p"], snapshot: null, scores: {} });
  for (const mean of [0.4, 0.5]) workspace.evaluations.put({ checkpoint: "a", purpose: "gate", cycle: 1, summary: { mean } });
  expect(workspace.evaluations.list("r")).toMatchObject([{ summary: { mean: 0.5 } }]);
  workspace.perceptions.put("h", "v1", new Uint8Array([1, 2]));
  expect([...workspace.perceptions.get("h", "v1")!]).toEqual([1, 2]);
  expect(workspace.perceptions.keepOnly("v2")).toBe(1);
  workspace.blobs.putThumbnail({ ...screen("start"), width: 2, height: 2 });
  expect(workspace.blobs.thumbnail(screen("start").screenHash)).toMatchObject({ width: 2 });
  expect(workspace.runs.open("r", {}, 1)).toBe("resumed");
  expect(workspace.runs.get("r")?.programs).toEqual([programVersion()]);
  expect(() => workspace.runs.open("r", { cycles: 3 }, 1)).toThrow(/another configuration/);
});

test("a transaction that throws leaves nothing behind", async () => {
  await using workspace = await temporaryWorkspace();
  const half = () =>
    workspace.transaction(() => {
      record(workspace);
      throw new Error("stop");
    });
  expect(half).toThrow("stop");
  expect(workspace.episodes.list()).toEqual([]);
  expect(workspace.blobs.has(screen("start").screenHash)).toBe(false);
});

test("the final instances that training has seen are recognised by instruction and first screen", async () => {
  await using workspace = await temporaryWorkspace();
  record(workspace);
  record(workspace, { purpose: "gate", seed: 600_000, instruction: "Click Cancel" });
  const first = screen("start").screenHash;
  expect(workspace.episodes.seenInTraining("Click OK", first)).toBe(true);
  expect(workspace.episodes.seenInTraining("Click Cancel", first)).toBe(false);
  expect(workspace.episodes.seenInTraining("Click OK", screen("other").screenHash)).toBe(false);
});

test("a workspace that is open cannot be opened for writing again, but can be read", async () => {
  using folder = temporaryFolder();
  await using workspace = await openWorkspace(folder.path);
  workspace.runs.open("r", {}, 1);
  await expect(openWorkspace(folder.path)).rejects.toSatisfy(
    (error) => isWheelError(error, "workspace-locked") && error.message.includes(String(process.pid)),
  );
  await using reader = await openWorkspace(folder.path, { readOnly: true });
  expect(reader.runs.list()).toHaveLength(1);
  expect(() => reader.runs.open("s", {}, 1)).toThrow(/cannot be opened|readonly/);
  record(workspace);
  expect(reader.episodes.list()).toHaveLength(1);
});

test("another process holds the lock until it dies", async () => {
  using folder = temporaryFolder();
  const writer = startWriter(folder.path);
  await writer.until(1);
  await expect(openWorkspace(folder.path)).rejects.toSatisfy((error) => isWheelError(error, "workspace-locked"));
  await writer.kill();
  await using workspace = await openWorkspace(folder.path);
  expect(workspace.readOnly).toBe(false);
});

test("kill -9 loses no committed step and doubles none", { timeout: 30_000 }, async () => {
  using folder = temporaryFolder();
  const ended = new Set<string>();
  for (const commits of [3, 40, 77, 24]) {
    const writer = startWriter(folder.path);
    await writer.until(commits);
    await writer.kill();
    await using workspace = await openWorkspace(folder.path);
    expect(workspace.integrityCheck()).toEqual(["ok"]);
    const all = [...workspace.episodes.list(), ...workspace.episodes.list({ status: "interrupted" })];
    const stored = all.flatMap(({ id, seed }) => workspace.steps.of(id).map(({ index }) => `${seed} ${index}`));
    expect(writer.lines.filter((line) => !line.endsWith("ended") && !stored.includes(line))).toEqual([]);
    for (const line of writer.lines) if (line.endsWith("ended")) ended.add(line);
    const seeds = workspace.episodes.list().map(({ seed }) => `${seed} ended`);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect([...ended].filter((line) => !seeds.includes(line))).toEqual([]);
    expect(workspace.episodes.list().every(({ id, stepCount }) => stepCount === 5 && workspace.steps.of(id).length === 5)).toBe(true);
  }
});

test("a workspace of a newer program is refused and left as it is", async () => {
  using folder = temporaryFolder();
  await (await openWorkspace(folder.path)).close();
  const path = join(folder.path, "flywheel.db");
  const sqlite = new Sqlite(path);
  sqlite.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
  sqlite.close();
  const before = readFileSync(path);
  for (const readOnly of [false, true]) {
    await expect(openWorkspace(folder.path, { readOnly })).rejects.toSatisfy(
      (error) => isWheelError(error, "workspace-newer") && /Update the program/.test(error.hint),
    );
  }
  expect(readFileSync(path).equals(before)).toBe(true);
});

test.for([1, 2])("a workspace of schema version %i is brought up to date and keeps what it holds", async (version) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "flywheel.db");
  const sqlite = new Sqlite(path);
  migrate(sqlite, path, version);
  const { screenHash } = screen("old");
  sqlite.exec(`INSERT INTO blobs (hash, png, width, height) VALUES ('${screenHash}', x'89', 1, 1)`);
  sqlite.exec(oldEpisode(screenHash));
  if (version === 2) sqlite.exec(`UPDATE episodes SET maxSteps = 7; UPDATE blobs SET instructionBox = '{"x":1,"y":2,"width":3,"height":4}'`);
  sqlite.close();
  await using workspace = await openWorkspace(folder.path);
  expect(workspace.connection.pragma("user_version")).toEqual([{ user_version: SCHEMA_VERSION }]);
  expect(workspace.blobs.get(screenHash)?.instructionBox).toEqual(version === 1 ? null : { x: 1, y: 2, width: 3, height: 4 });
  expect(workspace.episodes.get("old")).toMatchObject({ verdict: "pass", route: "SFT", maxSteps: version === 1 ? null : 7, startUrl: null });
  expect(workspace.steps.accounts("old")).toMatchObject([{ actor: "agent", proposed: null, thinkMs: null }]);
  const { query } = workspace.connection;
  const listed = workspace.connection.all(query.selectFrom("episode_list").selectAll());
  expect(listed).toMatchObject([{ episode: "old", verdict: "pass", route: "SFT", steps: 1, seconds: 2, retracted: 0, labels: 0 }]);
  record(workspace, { run: null, seed: 501, maxSteps: 9 });
  expect(workspace.episodes.list({ role: "rollout" }).map(({ maxSteps }) => maxSteps)).toContain(9);
});

/** Rows as versions 1 and 2 had them: an episode of one step that passed and was routed. */
function oldEpisode(screenHash: string): string {
  return `
    INSERT INTO episodes (id, key, run, cycle, purpose, role, task, taskVersion, seed, split, bucket, trial, policy, instruction, template,
      heldOut, feasible, viewportWidth, viewportHeight, deviceScaleFactor, startScreenHash, startState, status, stepCount, terminatedBy, startedAt, endedAt)
    VALUES ('old', 'old', NULL, 0, 'train', 'rollout', 'click-text', 1, 500, 'train', 'easy', 0, 'p', 'Click', 0, 0, 1, 160, 120, 2,
      '${screenHash}', 'null', 'ended', 1, 'agent', 1000, 3000);
    INSERT INTO steps (episode, "index", screenHash, action, state, nextScreenHash, incidents, decision, deviceScaleFactor)
    VALUES ('old', 0, '${screenHash}', '{"kind":"done"}', 'null', '${screenHash}', '[]', NULL, 2);
    INSERT INTO verdicts (episode, verdict, reason, evidence, rewardRaw, verifier, triage, source, routing, createdAt)
    VALUES ('old', 'pass', '', 'null', 1, 'v@1', NULL, 'verifier', 1, 3000);
    INSERT INTO routes (episode, route, author, reason, createdAt) VALUES ('old', 'SFT', 'flywheel', '', 3000);`;
}

test("files that are not a sound workspace are refused in plain words", async () => {
  using folder = temporaryFolder();
  const damage: Record<string, (path: string) => void> = {
    text: (path) => writeFileSync(path, "this is not a database at all, only text".repeat(50)),
    foreign: (path) => new Sqlite(path).exec("CREATE TABLE notes (text)").close(),
    cut: (path) => truncateSync(path, 20_000),
    scribbled: (path) => {
      const bytes = readFileSync(path);
      bytes.fill(0xa5, 8192, 60_000);
      writeFileSync(path, bytes);
    },
  };
  for (const [name, spoil] of Object.entries(damage)) {
    const dir = join(folder.path, name);
    if (name === "text" || name === "foreign") mkdirSync(dir);
    else await (await openWorkspace(dir)).close();
    spoil(join(dir, "flywheel.db"));
    await expect(openWorkspace(dir), name).rejects.toSatisfy((error) => isWheelError(error, "workspace-corrupt"));
    await expect(openWorkspace(dir), "the lock is free again").rejects.toSatisfy((error) => isWheelError(error, "workspace-corrupt"));
  }
});

test("a folder that cannot be used is refused as a mistake of usage", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "file"), "");
  await expect(openWorkspace(join(folder.path, "file"))).rejects.toSatisfy((error) => isWheelError(error, "usage"));
  await expect(openWorkspace(join(folder.path, "nothing"), { readOnly: true })).rejects.toSatisfy((error) => isWheelError(error, "usage"));
});

test("a full disk is said plainly and keeps what was committed", async () => {
  await using workspace = await temporaryWorkspace();
  record(workspace);
  const [{ page_count: pages }] = workspace.connection.pragma("page_count") as [{ page_count: number }];
  workspace.connection.pragma(`max_page_count = ${pages + 2}`);
  const fill = () => workspace.blobs.put({ ...screen("big"), png: Buffer.alloc(100_000) });
  expect(fill).toThrow(expect.objectContaining({ code: "disk-full" }));
  expect(workspace.episodes.list()).toHaveLength(1);
  expect(workspace.integrityCheck()).toEqual(["ok"]);
});

test("the monitor's numbers of a cycle are counted from its own episodes", async () => {
  await using workspace = await temporaryWorkspace();
  const own = record(workspace, {
    seed: 100,
    moves: [
      { action: at(1), to: "a", decision: { entropy: 0.2 } },
      { action: done, to: "a", decision: { entropy: 0.4 } },
    ],
  });
  const shown = record(workspace, { seed: 101, role: "demonstration", moves: [{ action: at(1), to: "shown only" }] });
  workspace.routes.append({ episode: own.id, route: "SFT", author: "flywheel", reason: "" });
  workspace.routes.append({ episode: shown.id, route: "SFT", author: "flywheel", reason: "" });
  const measures = workspace.ledger.measures("r", 1);
  expect(measures).toMatchObject({ verified: 1, duplicates: 0, screens: 1, buckets: 1, selfSft: 1, demonstrationSft: 1 });
  expect(measures.entropy).toBeCloseTo(0.3);
  expect(workspace.ledger.measures("r", 9)).toMatchObject({ entropy: null, verified: 0, buckets: 0, selfSft: 1 });
});
