/** `flywheel bench`: how fast and how faithful everything is on this machine, as ratios. In: sections. Out: one block per section, then what was promised. */
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { installBrowser } from "../../env/findBrowser.ts";
import type { Bench, Limit, Section } from "../../flywheel/bench/section.ts";
import { SECTIONS } from "../../flywheel/bench/sections.ts";
import { parseConfig, presetConfig } from "../../flywheel/config.ts";
import { action } from "../context.ts";
import { examples, whole, withTaskModule, withTasks, type TaskChoice } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { selectTasks } from "../selectTasks.ts";

interface BenchOptions extends TaskChoice {
  readonly only?: string;
  readonly quick: boolean;
  readonly seeds?: number;
}

/** Adds the command. */
export function benchCommand(program: Command): void {
  const command = program
    .command("bench")
    .description("measure training, PyTorch beside it, reading, reach of the action space, and the environment; needs an idle machine")
    .option("--only <sections>", `some of: ${SECTIONS.map(({ name }) => name).join(", ")}`)
    .option("--quick", "few repetitions: shows that it works, not how fast it is", false)
    .option("--seeds <n>", "seeds per task (default: 10 reading, 40 coverage, 8 environment)", whole(1, 10_000));
  withTaskModule(withTasks(command)).addHelpText(
    "after",
    `\nSections:\n${SECTIONS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join("\n")}`,
  );
  examples(command, "bench", "bench --quick", "bench --only coverage --seeds 200 --tasks 'click-*'", "bench --json > bench.jsonl");
  action<BenchOptions>(command, async ({ options, say, emit, signal }) => {
    const sections = chooseSections(options.only);
    const tasks = await selectTasks(options.tasks, options.taskModule);
    const config = parseConfig(presetConfig("tour"), "preset tour");
    installBrowser(say);
    const onProgress = progressPrinter();
    const limits: Limit[] = [];
    for (const { name, summary, run } of sections) {
      const started = performance.now();
      onProgress({ kind: "stage", cycle: null, stage: name, total: 0 });
      const tick: Bench["tick"] = (done, total, note = "") => onProgress({ kind: "progress", cycle: null, stage: name, done, total, note });
      const report = await run({ tasks, config, seeds: options.seeds ?? null, quick: options.quick, signal, tick });
      const seconds = (performance.now() - started) / 1000;
      onProgress({ kind: "stage-done", cycle: null, stage: name, seconds, resumed: false });
      say([`${name}: ${summary}`, ...report.lines, ""].join("\n  "));
      emit({ section: name, seconds, quick: options.quick, ...report.data, limits: report.limits });
      limits.push(...report.limits);
    }
    if (limits.length > 0) say(["limits", ...limits.map(describeLimit)].join("\n  "));
    say(`${options.quick ? "--quick shows that everything works; leave it out to measure. " : ""}Times hold for an idle machine only.`);
    emit({ section: "limits", limits: limits.map((limit) => ({ ...limit, ok: holds(limit) })) });
    return limits.some((limit) => limit.kind === "contract" && holds(limit) === false) ? "unsound" : undefined;
  });
}

function chooseSections(only: string | undefined): Section[] {
  if (only === undefined) return [...SECTIONS];
  const names = only.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !SECTIONS.some((section) => section.name === name));
  if (unknown.length === 0) return SECTIONS.filter(({ name }) => names.includes(name));
  throw new WheelError("usage", `There is no section "${unknown.join('", "')}".`, `Sections: ${SECTIONS.map(({ name }) => name).join(", ")}.`);
}

/** Null when it could not be measured. */
function holds({ measured, atLeast }: Limit): boolean | null {
  return measured === null ? null : measured >= atLeast;
}

function describeLimit(limit: Limit): string {
  const { kind, name, measured, atLeast } = limit;
  const held = holds(limit);
  const state = held === null ? "not measured" : held ? "ok" : "not reached";
  return `${kind.padEnd(9)} ${name.padEnd(84)} ${(measured === null ? "–" : number(measured)).padStart(7)}   at least ${number(atLeast).padEnd(6)} ${state}`;
}

const number = (value: number): string => (value >= 10 ? value.toFixed(0) : value.toFixed(3));
