/** Bad input at the command line: one clear message that says what to do, a documented exit status, and nothing harmed. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { temporaryFolder } from "../flywheel/storeFixtures.ts";
import { flywheel, FlywheelProcess, jsonLines } from "./flywheelProcess.ts";
import { inProcess } from "./inProcess.ts";

const folder = temporaryFolder();
const missing = join(folder.path, "missing");
const used = join(folder.path, "used");

function file(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

/** A workspace with two recorded episodes. */
beforeAll(async () => {
  expect((await inProcess(["rollout", "--policy", "noop", "--tasks", "click-text", "--seeds", "34-35", "-w", used])).status).toBe(0);
});
afterAll(() => folder[Symbol.dispose]());

const WRONG: readonly (readonly [command: string, status: number, message: RegExp])[] = [
  ["", 2, /Start here:/],
  ["turn", 2, /unknown command 'turn'/],
  ["episodes", 2, /Commands:/],
  ["run --sed 3", 2, /unknown option '--sed'.*--seed/s],
  ["run --seed x", 2, /--seed .* whole number from 0 to 1000000/],
  ["run --preset big", 2, /Use one of: tour, smoke/],
  ["run --preset smoke --config x.json", 2, /Both --preset and --config/],
  ["run --tasks clik-text", 2, /no task "clik-text"[^]*Did you mean click-text/],
  ["run --tasks 'zz*'", 2, /no task "zz\*"/],
  ["run --tasks 'miniwob/zz*'", 2, /no task "miniwob\/zz\*"/],
  ["run --demonstrated log-in --tasks shop", 2, /log-in names a task that takes no part/],
  ["run --set rl.grups=8", 2, /no knob "rl.grups"[^]*groups/],
  ["run --set rl.groups", 2, /has no "="/],
  ["run --set rl.groups=many", 2, /rl\.groups: .*expected number/],
  ["run --set network.heads=5", 2, /width must be a multiple of heads/],
  ["run --poison 20%", 2, /cycle:share/],
  ["run --config CONFIG", 2, /cannot be read as JSON/],
  ["run --task-module missing.ts", 2, /missing\.ts: it cannot be loaded/],
  ["run --reference MISSING", 2, /no workspace in/],
  ["evaluate --policy oracle --seeds 30-x", 2, /"30-x" is not a seed/],
  ["evaluate --policy oracle --seeds 700000", 2, /belongs to no split/],
  ["rollout --policy oracle --seeds 690000", 2, /\(final\) cannot be collected for training/],
  ["evaluate --policy oracle --contexts 0", 2, /whole number from 1 to 32/],
  ["evaluate --policy genius", 2, /Use one of: oracle/],
  ["evaluate -w MISSING", 2, /There is no workspace in .*missing/],
  ["episodes list -w MISSING", 2, /There is no workspace in .*missing/],
  ["export out -w MISSING", 2, /There is no workspace in .*missing/],
  ["checkpoints promote c1 -w MISSING", 2, /There is no workspace in .*missing/],
  ["evaluate -w USED", 2, /No checkpoint acts/],
  ["evaluate --checkpoint c9 -w USED", 2, /no checkpoint c9/],
  ["episodes show nobody -w USED", 2, /no episode nobody/],
  ["replay nobody -w USED", 2, /no episode nobody/],
  ["report -w USED", 2, /no run in this workspace/],
  ["export out --snapshot abc -w USED", 2, /no snapshot abc/],
  ["episodes retract -w USED", 2, /No episodes were named/],
  ["rollout --policy noop -w CONFIG", 2, /config\.json\/flywheel\.db cannot be opened[^]*--workspace/],
];

describe("wrong use", () => {
  const config = file("config.json", '{ "seed": 1, ');
  const argsOf = (command: string): string[] =>
    [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) =>
      (quoted ?? word).replace("MISSING", missing).replace("USED", used).replace("CONFIG", config),
    );

  test.each(WRONG)("flywheel %s", async (command, status, message) => {
    const ended = await inProcess(argsOf(command));
    expect(ended).toMatchObject({ status, stdout: "", stderr: expect.stringMatching(message) });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(missing)).toBe(false);
  });

  test("with --json it is one JSON object, and nothing else", async () => {
    for (const command of [
      ["episodes", "list", "--limit", "no"],
      ["tasks", "show", "nobody"],
      ["episodes", "list", "-w", missing],
    ]) {
      const ended = await inProcess([...command, "--json"]);
      expect(ended).toMatchObject({ status: 2, stderr: "" });
      expect(jsonLines(ended)).toEqual([{ error: { code: expect.any(String), message: expect.any(String), hint: expect.any(String) } }]);
    }
  });
});

describe("a browser that is not there", () => {
  const roll = ["rollout", "--policy", "noop", "--tasks", "click-text", "--seeds", "40", "-w", used];

  test.each([
    ["names no file", "/nowhere/chrome", /FLYWHEEL_BROWSER names \/nowhere\/chrome/],
    ["names no browser", process.execPath, /did not start/],
  ])("FLYWHEEL_BROWSER %s", async (_, path, message) => {
    vi.stubEnv("FLYWHEEL_BROWSER", path);
    expect(await inProcess(roll)).toMatchObject({ status: 3, stderr: expect.stringMatching(message) });
    const doctor = await inProcess(["doctor", "-w", used]);
    expect(doctor).toMatchObject({ status: 3, stderr: expect.stringMatching(message) });
    vi.unstubAllEnvs();
    expect(doctor.stdout).toMatch(/^ok {2}Node .*^no {2}browser/ms);
  });

  test("the same command goes on when the browser is there again", async () => {
    expect(await inProcess(roll)).toMatchObject({ status: 0, stdout: expect.stringContaining("0/1") });
  });
});

describe("pages of a suite that are not there", () => {
  test.each([
    ["tasks", "miniwob"],
    ["rollout", "--policy", "noop", "--tasks", "miniwob/click-test", "--seeds", "34", "-w", used],
    ["doctor", "-w", used],
  ])("flywheel %s %s says where they should be", async (...command) => {
    vi.stubEnv("FLYWHEEL_MINIWOB", missing);
    const ended = await inProcess(command);
    vi.unstubAllEnvs();
    expect(ended).toMatchObject({ status: 3, stderr: expect.stringMatching(/FLYWHEEL_MINIWOB names .*missing[^]*wheel of the Python package/) });
  });

  test("its tasks are listed all the same", async () => {
    vi.stubEnv("FLYWHEEL_MINIWOB", missing);
    const ended = await inProcess(["tasks", "list", "--tasks", "miniwob/*", "--json"]);
    vi.unstubAllEnvs();
    expect(jsonLines(ended)).toHaveLength(125);
  });
});

describe("a workspace", () => {
  test("that another process writes to is refused with its process id, and can still be read", async () => {
    await using _open = await openWorkspace(used);
    expect(await flywheel(["rollout", "--policy", "noop", "-w", used])).toMatchObject({
      status: 5,
      stderr: expect.stringContaining(`in use by process ${process.pid}`),
    });
    expect((await flywheel(["episodes", "list", "-w", used])).stdout).toContain("click-text");
  });

  test("of a newer program is refused and left as it is", async () => {
    const dir = join(folder.path, "newer");
    await (await openWorkspace(dir)).close();
    using database = new Disposable(join(dir, "flywheel.db"));
    database.sqlite.pragma("user_version = 99");
    for (const command of [
      ["episodes", "list"],
      ["rollout", "--policy", "noop"],
    ]) {
      expect(await inProcess([...command, "-w", dir])).toMatchObject({
        status: 5,
        stderr: expect.stringMatching(/schema version 99[^]*Update the program/),
      });
    }
    expect(database.sqlite.pragma("user_version", { simple: true })).toBe(99);
  });

  test("whose database is damaged is refused and left as it is", async () => {
    const dir = join(folder.path, "damaged");
    mkdirSync(dir);
    const text = "not a database ".repeat(1000);
    writeFileSync(join(dir, "flywheel.db"), text);
    for (const command of [["episodes", "list"], ["rollout", "--policy", "noop"], ["doctor"]]) {
      expect(await inProcess([...command, "-w", dir])).toMatchObject({ status: 5, stderr: expect.stringContaining("damaged or not a database") });
    }
    expect(readFileSync(join(dir, "flywheel.db"), "utf8")).toBe(text);
  });

  test.skipIf(!existsSync("/dev/full"))("on a full disk says so, and the export goes on when there is room", async () => {
    const out = join(folder.path, "export");
    mkdirSync(out);
    symlinkSync("/dev/full", join(out, "manifest.json.part"));
    expect(await inProcess(["export", out, "-w", used])).toMatchObject({ status: 6, stderr: expect.stringContaining("The disk is full") });
    rmSync(join(out, "manifest.json.part"));
    expect(await inProcess(["export", out, "-w", used])).toMatchObject({ status: 0, stdout: expect.stringContaining("Wrote 2 rows") });
  });
});

test("a reader that stops reading is no error", async () => {
  const listing = new FlywheelProcess(["tasks", "show", "click-text", "--seeds", "34-4000"]);
  listing.stopReading();
  expect(await listing.ended).toMatchObject({ status: 0, stderr: "" });
});

/** An SQLite file that closes with its block. */
class Disposable {
  readonly sqlite: Sqlite.Database;
  constructor(path: string) {
    this.sqlite = new Sqlite(path);
  }
  [Symbol.dispose](): void {
    this.sqlite.close();
  }
}
