/**
 * Keeps what a model is tested on out of what it is trained on, at three levels: the instruction, the first screen, and what the checker asks for.
 * In: the gate and final episodes of a workspace, and the tasks that are known. Out: for an episode, the levels at which it is an exam question.
 *
 * A value that all exam questions of a task share (five seeds or more) is how the task is worded, not what it asks: such a level alone turns
 * nothing away. An episode that meets one exam question at every level is always turned away.
 */
import { canonicalJson } from "../../env/json.ts";
import type { Task } from "../../env/task.ts";
import type { Episode } from "../store/episodes.ts";
import type { Workspace } from "../store/workspace.ts";

export const LEVELS = ["instruction", "start state", "checker"] as const;
export type Level = (typeof LEVELS)[number];

type Question = Pick<Episode, "task" | "taskVersion" | "seed" | "instruction">;
type Asked = Question & { readonly startScreen: string };

/** Seeds after which a value without exception is taken for the task's own. */
const CONSTANT_FROM = 5;

/** Levels of an episode that occur in an exam; empty: it may be trained on. */
export type Contamination = (asked: Asked) => readonly Level[];

/** `unknown`: tasks whose checker's question cannot be told, as their files were not given. */
export function contamination(workspace: Workspace, tasks: readonly Task[]): { readonly of: Contamination; readonly unknown: ReadonlySet<string> } {
  const known = new Map(tasks.map((task) => [task.id, task]));
  const unknown = new Set<string>();
  const checkers = new Map<string, string | null>();
  const keysOf = (asked: Asked): Readonly<Record<Level, string | null>> => {
    const place = `${asked.task} ${asked.seed}`;
    let checker = checkers.get(place);
    if (checker === undefined) checkers.set(place, (checker = checkerOf(known.get(asked.task), asked)));
    if (checker === null) unknown.add(asked.task);
    return { instruction: plain(asked.instruction), "start state": asked.startScreen, checker };
  };
  const exams = new Map<string, Exam>();
  for (const purpose of ["gate", "final"] as const) {
    for (const episode of workspace.episodes.list({ purpose })) {
      let exam = exams.get(episode.task);
      if (exam === undefined) exams.set(episode.task, (exam = emptyExam()));
      const keys = keysOf({ ...episode, startScreen: episode.startScreenHash });
      exam.seeds.add(episode.seed);
      exam.whole.add(canonicalJson(keys));
      for (const level of LEVELS) if (keys[level] !== null) exam.values[level].add(keys[level]);
    }
  }
  const of = (asked: Asked): readonly Level[] => {
    const exam = exams.get(asked.task);
    if (exam === undefined) return [];
    const keys = keysOf(asked);
    if (exam.whole.has(canonicalJson(keys))) return LEVELS;
    const constant = (level: Level): boolean => exam.values[level].size === 1 && exam.seeds.size >= CONSTANT_FROM;
    return LEVELS.filter((level) => keys[level] !== null && exam.values[level].has(keys[level]) && !constant(level));
  };
  return { of, unknown };
}

interface Exam {
  readonly seeds: Set<number>;
  readonly values: Readonly<Record<Level, Set<string>>>;
  /** All three levels together. */
  readonly whole: Set<string>;
}

const emptyExam = (): Exam => ({
  seeds: new Set(),
  whole: new Set(),
  values: { instruction: new Set(), "start state": new Set(), checker: new Set() },
});

/** What the verifier compares with: the instance's own parameters. Null where the task (or this version of it) is not known. */
function checkerOf(task: Task | undefined, { taskVersion, seed }: Question): string | null {
  if (task === undefined || task.version !== taskVersion) return null;
  const { params, feasible } = task.instance(seed);
  return canonicalJson([params, feasible]);
}

/** Letters and digits only: neither case nor punctuation makes another question. */
function plain(instruction: string): string {
  return instruction
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
