/**
 * Compares finished runs pair by pair on the same final instances, run by run of one training seed: the default minus its controls, or now minus before.
 * In: what each run ended with. Out: per comparison and group, one paired difference per training seed, and their mean over seeds; and how the yield
 * of both grew. Pure.
 */
import { WheelError } from "../env/errors.ts";
import { growthOverRuns, type Growth, type GrowthOverRuns } from "./growth.ts";
import { knobChanges, type KnobChange } from "./knobChanges.ts";
import type { EpisodeResult } from "./results.ts";
import { gainByGroup, GROUPS, scoreGroups, type GroupName, type PairedGain, type Score, type TaskGroups } from "./score.ts";
import { meanOverRuns, type Estimate } from "./statistics.ts";

/** A scored run: who acts at the end, on final seeds. */
export interface RunEnd {
  readonly run: string;
  readonly seed: number;
  /** Switches that differ from the full wheel. */
  readonly controls: readonly string[];
  /** The rest of its configuration, as JSON; only runs of one setting are compared as default and control. */
  readonly setting: string;
  /** Versions of the programs that worked on it. */
  readonly programs: readonly string[];
  readonly groups: TaskGroups;
  readonly results: readonly EpisodeResult[];
  /** Of its yield over the cycles. */
  readonly growth: Growth | null;
}

/** What something is for the default and for the control, or now and before; null with too few cycles or runs. */
interface Beside<T> {
  readonly baseline: T;
  readonly control: T;
}

interface SeedComparison extends Beside<string> {
  readonly seed: number;
  readonly programs: Beside<readonly string[]>;
  /** Knobs that have another value in the baseline than in the control. */
  readonly changes: readonly KnobChange[];
  readonly scores: Readonly<Record<GroupName, Beside<Score | null>>>;
  /** Baseline minus control. */
  readonly difference: Readonly<Record<GroupName, PairedGain | null>>;
  readonly growth: Beside<Growth | null>;
}

/** With runs as the unit (Student's t), and how many had the group. */
type OverSeeds = Estimate & { readonly runs: number };

export interface RunComparison {
  readonly names: Beside<string>;
  readonly seeds: readonly SeedComparison[];
  /** Null with fewer than two training seeds. */
  readonly overSeeds: Readonly<Record<GroupName, OverSeeds | null>>;
  readonly growthOverSeeds: Beside<GrowthOverRuns | null>;
}

/**
 * Every control that has a default run with the same training seed and setting beside it, in the order given. The default is the one that the others
 * differ from by further switches; groups are its own. Throws `usage` for two runs of a kind, and for two without a common instance.
 */
export function compareRuns(ends: readonly RunEnd[]): RunComparison[] {
  const alike = Map.groupBy(ends, ({ seed, setting }) => `${seed} ${setting}`);
  const pairs = [...alike.values()].flatMap(pairsOf);
  const byControl = Map.groupBy(pairs, ({ name, baseline }) => `${name} ${baseline.setting}`);
  return [...byControl.values()].map((own) => compare({ baseline: "default", control: own[0]!.name }, own));
}

/**
 * Runs of now beside those of before, of the same training seed and switches: another configuration, another program, or both. One comparison per set of
 * switches; groups are those of now. Throws `usage` for two runs of a kind on one side, and for two without a common instance.
 */
export function compareWithBefore(now: readonly RunEnd[], before: readonly RunEnd[]): RunComparison[] {
  const [ours, theirs] = [byKind(now), byKind(before)];
  const pairs = [...ours].flatMap(([kind, baseline]) => {
    const control = theirs.get(kind);
    return control === undefined ? [] : [{ name: baseline.controls.join(", "), baseline, control }];
  });
  const bySwitches = Map.groupBy(pairs, ({ name }) => name);
  return [...bySwitches].map(([name, own]) => {
    const suffix = name === "" ? "" : ` (${name})`;
    return compare({ baseline: `now${suffix}`, control: "before" }, own);
  });
}

function compare(names: Beside<string>, pairs: readonly Pair[]): RunComparison {
  const seeds = pairs.map(compareSeed);
  const growth = (of: keyof Beside<unknown>): GrowthOverRuns | null => growthOverRuns(seeds.map((seed) => seed.growth[of]));
  return {
    names,
    seeds,
    overSeeds: perGroup((name) => overSeeds(seeds, name)),
    growthOverSeeds: { baseline: growth("baseline"), control: growth("control") },
  };
}

/** By training seed and switches; throws `usage` for two of a kind. */
function byKind(ends: readonly RunEnd[]): ReadonlyMap<string, RunEnd> {
  const kinds = new Map<string, RunEnd>();
  for (const end of ends) {
    const kind = `${end.seed} ${end.controls.join(", ")}`;
    const twin = kinds.get(kind);
    if (twin !== undefined) throw notComparable(twin, end, `both have training seed ${end.seed} and the same switches`, "Name one of them.");
    kinds.set(kind, end);
  }
  return kinds;
}

interface Pair extends Beside<RunEnd> {
  /** What the control has switched and the default has not. */
  readonly name: string;
}

/** Runs of one training seed and setting, beside the one with the fewest switches. */
function pairsOf(alike: readonly RunEnd[]): Pair[] {
  const ends = [...byKind(alike).values()];
  const [baseline, ...others] = ends.toSorted((a, b) => a.controls.length - b.controls.length);
  const controls = others.filter((other) => baseline!.controls.every((own) => other.controls.includes(own)));
  return ends
    .filter((end) => controls.includes(end))
    .map((control) => ({ name: control.controls.filter((own) => !baseline!.controls.includes(own)).join(", "), baseline: baseline!, control }));
}

function compareSeed({ baseline, control }: Pair): SeedComparison {
  const { groups, seed } = baseline;
  const [ours, theirs] = [scoreGroups(baseline.results, groups, baseline.run), scoreGroups(control.results, groups, control.run)];
  const difference = gainByGroup(control.results, baseline.results, groups, `${baseline.run} ${control.run}`);
  if (difference.all === null) throw notComparable(baseline, control, "they share no final instance", "Compare runs on the same tasks.");
  return {
    seed,
    baseline: baseline.run,
    control: control.run,
    programs: { baseline: baseline.programs, control: control.programs },
    changes: knobChanges(control.setting, baseline.setting),
    scores: perGroup((name) => ({ baseline: ours[name], control: theirs[name] })),
    difference,
    growth: { baseline: baseline.growth, control: control.growth },
  };
}

function notComparable(a: RunEnd, b: RunEnd, why: string, whatToDo: string): WheelError {
  return new WheelError("usage", `Runs ${a.run} and ${b.run} cannot be compared: ${why}.`, whatToDo);
}

function overSeeds(seeds: readonly SeedComparison[], name: GroupName): OverSeeds | null {
  const values = seeds.flatMap(({ difference }) => difference[name]?.estimate ?? []);
  return values.length < 2 ? null : { ...meanOverRuns(values), runs: values.length };
}

function perGroup<T>(of: (name: GroupName) => T): Readonly<Record<GroupName, T>> {
  return Object.fromEntries(GROUPS.map((name) => [name, of(name)])) as Record<GroupName, T>;
}
