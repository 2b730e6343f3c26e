/**
 * What the app's pages do under load, measured in a real browser on a core as `flywheel serve` starts it:
 * `node test/long/desk.ts --workspace SEEDED [--large] [--live] [--start] [--rounds 3]`
 * `--large`: list, filters, sorts, full text, scrolling, scrubbing and memory on a workspace of `seedEpisodes.ts`. `--live`: frames and delays of a
 * live session while a run trains in the same core, in a folder of its own. `--start`: from the start of the command to a page that can be used,
 * and the size of the pages. None of the three named: all.
 * Out: one JSON line per kind of number with its median and worst case, and a summary. Exit status 1 when a bound does not hold.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildPages } from "../../app/renderer/build.ts";
import { measureLarge } from "./desk/large.ts";
import { measureLive } from "./desk/live.ts";
import { Meter } from "./desk/meter.ts";
import { measureSizes, measureStart } from "./desk/start.ts";

const { values: options } = parseArgs({
  options: {
    workspace: { type: "string", short: "w" },
    large: { type: "boolean" },
    live: { type: "boolean" },
    start: { type: "boolean" },
    rounds: { type: "string", default: "3" },
  },
});
const rounds = Number(options.rounds);
const everything = options.large !== true && options.live !== true && options.start !== true;
if (options.workspace === undefined && options.live !== true) throw new Error("Name a workspace with --workspace.");

const meter = new Meter();
await buildPages();
if (everything || options.start === true) {
  measureSizes(meter);
  await measureStart(options.workspace!, meter, 5);
}
if (everything || options.large === true) await measureLarge(options.workspace!, meter, rounds);
if (everything || options.live === true) {
  const dir = mkdtempSync(join(tmpdir(), "flywheel-live-"));
  await measureLive(dir, meter, rounds).finally(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
}
process.exitCode = meter.conclude() ? 0 : 1;
