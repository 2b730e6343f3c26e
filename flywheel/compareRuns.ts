/**
 * Compares finished runs pair by pair: default minus control on the same final instances, run by run of one training seed.
 * In: what each run ended with. Out: per control and group, one paired difference per training seed, and their mean over seeds; and how the yield
 * of both grew. Pure.
 */
import { growthOverRuns, type Growth } from "./growth.ts";
import type { EpisodeResult } from "./results.ts";
import { gainByGroup, GROUPS, scoreGroups, type GroupName, type PairedGain, type Score, type TaskGroups } from "./score.ts";
import { meanOverRuns, type Estimate } from "./statistics.ts";

/** A scored run: who acts at the end, on final seeds. */
export interface RunEnd {
  readonly run: string;
  readonly seed: number;
  /** Switches that differ from the full wheel; none for a default run. */
  readonly controls: readonly string[];
  readonly groups: TaskGroups;
  readonly results: readonly EpisodeResult[];
  /** Of its yield over the cycles. */
  readonly growth: Growth | null;
}

/** Growth of yield, side by side; null with too few cycles or runs. */
interface GrowthPair {
  readonly baseline: Growth | null;
  readonly control: Growth | null;
}

interface SeedComparison {
  readonly seed: number;
  readonly baseline: string;
  readonly control: string;
  readonly scores: Readonly<Record<GroupName, { readonly baseline: Score | null; readonly control: Score | null }>>;
  /** Default minus control. */
  readonly difference: Readonly<Record<GroupName, PairedGain | null>>;
  readonly growth: GrowthPair;
}

export interface ControlComparison {
  readonly control: string;
  readonly seeds: readonly SeedComparison[];
  /** Mean difference with runs as the unit (Student's t); null with fewer than two training seeds. */
  readonly overSeeds: Readonly<Record<GroupName, Estimate | null>>;
  readonly growthOverSeeds: GrowthPair;
}

/** Every control that has a default run with the same training seed beside it, in the order given. Groups are those of the default run. */
export function compareRuns(ends: readonly RunEnd[]): ControlComparison[] {
  const baselines = new Map(ends.filter(({ controls }) => controls.length === 0).map((end) => [end.seed, end]));
  const controlled = ends.filter(({ controls, seed }) => controls.length > 0 && baselines.has(seed));
  const byControl = Map.groupBy(controlled, ({ controls }) => controls.join(", "));
  return [...byControl].map(([control, runs]) => {
    const seeds = runs.map((run) => compareSeed(baselines.get(run.seed)!, run));
    const growth = (of: keyof GrowthPair): Growth | null => growthOverRuns(seeds.map((seed) => seed.growth[of]));
    return {
      control,
      seeds,
      overSeeds: perGroup((name) => overSeeds(seeds, name)),
      growthOverSeeds: { baseline: growth("baseline"), control: growth("control") },
    };
  });
}

function compareSeed(baseline: RunEnd, control: RunEnd): SeedComparison {
  const { groups, seed } = baseline;
  const [ours, theirs] = [scoreGroups(baseline.results, groups, baseline.run), scoreGroups(control.results, groups, control.run)];
  return {
    seed,
    baseline: baseline.run,
    control: control.run,
    scores: perGroup((name) => ({ baseline: ours[name], control: theirs[name] })),
    difference: gainByGroup(control.results, baseline.results, groups, `${baseline.run} ${control.run}`),
    growth: { baseline: baseline.growth, control: control.growth },
  };
}

function overSeeds(seeds: readonly SeedComparison[], name: GroupName): Estimate | null {
  const values = seeds.flatMap(({ difference }) => difference[name]?.estimate ?? []);
  return values.length < 2 ? null : meanOverRuns(values);
}

function perGroup<T>(of: (name: GroupName) => T): Readonly<Record<GroupName, T>> {
  return Object.fromEntries(GROUPS.map((name) => [name, of(name)])) as Record<GroupName, T>;
}
