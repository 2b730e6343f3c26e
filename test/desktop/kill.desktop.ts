/** The app's parts are killed while a run turns: each once here, again and again by `test/long/killApp.ts`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildShell } from "../../app/electron/build.ts";
import { tinyConfig } from "../flywheel/wheelConfig.ts";
import { killInTurn, type KillPlan } from "../long/killApp.ts";

const folder = mkdtempSync(join(tmpdir(), "flywheel-killed-"));

beforeAll(buildShell);
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

test("killing core, window or main while a run turns loses no committed step, and the app that is opened again offers to go on", async () => {
  const { seed: _, continuous: __, tasks, demonstrated, cycles: ___, contexts, ...knobs } = tinyConfig();
  const start = { preset: "smoke", tasks, demonstrated, cycles: 20, contexts, set: knobs } as KillPlan["start"];
  const killed = await Array.fromAsync(killInTurn({ dir: join(folder, "ws"), kills: 4, start, longest: 3000 }));
  expect(killed.map(({ victim, problems }) => [victim, problems])).toEqual([
    ["core", []],
    ["window", []],
    ["main", []],
    ["core", []],
  ]);
}, 400_000);
