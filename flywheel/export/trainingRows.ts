/**
 * What a model is to imitate, prefer or avoid: each row is a conversation exactly as a served model would see it, and one or two answers.
 * In: an episode. Out: SFT rows (steps worth imitating), KTO rows (answers called good or bad), DPO rows (a better and a worse answer). Pure.
 *
 * One row is one decision: the steps before it are context, so a step that is masked is seen but never an answer.
 */
import { renderMessages, type Message } from "../../agent/dialects/conversation.ts";
import type { Dialect, Said } from "../../agent/dialects/dialect.ts";
import { devicePixels } from "../../agent/dialects/grid.ts";
import { canonicalJson, sha256 } from "../../env/json.ts";
import type { ExportEpisode } from "./exportEpisode.ts";

/** How decisions become conversations. */
export interface Rendering {
  readonly dialect: Dialect;
  /** Most screenshots in a conversation. */
  readonly pictures: number;
}

/** What led to a decision. */
export interface Prompt {
  readonly messages: readonly Message[];
  /** Index of each picture among the episode's screens, in the order of the messages. */
  readonly screens: readonly number[];
}

interface SftRow extends Prompt {
  readonly kind: "sft";
  readonly step: number;
  readonly answer: string;
}

interface KtoRow extends Prompt {
  readonly kind: "kto";
  readonly step: number;
  readonly answer: string;
  readonly label: boolean;
}

interface DpoRow extends Prompt {
  readonly kind: "dpo";
  readonly step: number;
  readonly chosen: string;
  readonly rejected: string;
}

export type TrainingRow = SftRow | KtoRow | DpoRow;

/** Why a step gave no row, in words that are counted. */
export type Dropped = (why: string) => void;

/** All rows of an episode. `solved`: what passing episodes of the same instance did on screens they shared with it. */
export function trainingRows(episode: ExportEpisode, rendering: Rendering, solved: SolvedSteps, dropped: Dropped): TrainingRow[] {
  if (episode.duplicateOf !== null) return [];
  const rows: TrainingRow[] = [];
  for (const [step, { row, record, turn }] of episode.steps.entries()) {
    const imitated = episode.pool === "sft" && !row.masked;
    const overruled: Said | null = record.proposed === null ? null : { action: record.proposed, thought: null };
    const better = episode.pool === "ct" ? betterStep(episode, step, solved) : null;
    const bad = badSay(episode, step);
    if (!imitated && better === null && bad === null && overruled === null) continue;
    const prompt = promptAt(episode, step, rendering);
    if (prompt === null) {
      dropped("the screenshot would have to be resized");
      continue;
    }
    const say = (said: Said): string | null => answerOf(rendering.dialect, episode, step, said, dropped);
    const answer = imitated ? say(turn) : null;
    if (answer !== null) rows.push({ kind: "sft", step, ...prompt, answer }, { kind: "kto", step, ...prompt, answer, label: true });
    const wrong = bad === null ? null : say(bad);
    if (wrong !== null) rows.push({ kind: "kto", step, ...prompt, answer: wrong, label: false });
    const [chosen, rejected] = overruled === null ? [better === null ? null : say(better), wrong ?? say(turn)] : [answer, say(overruled)];
    if (chosen !== null && rejected !== null && chosen !== rejected) rows.push({ kind: "dpo", step, ...prompt, chosen, rejected });
  }
  return rows;
}

/** The conversation before step `step`; null when its pictures would need another size than they have. */
export function promptAt({ row, steps, screens }: ExportEpisode, step: number, { dialect, pictures }: Rendering): Prompt | null {
  const turns = steps.slice(0, step).map(({ turn }) => turn);
  const messages = renderMessages(dialect, { instruction: row.instruction, turns, screen: screens[step]!.screen, pictures });
  const shown = messages.flatMap(({ content }) => content).filter((part) => part.type === "picture");
  const asTaken = shown.every(({ screen, width, height }) => {
    const taken = devicePixels(screens[screen]!.screen);
    return taken.width === width && taken.height === height;
  });
  return asTaken ? { messages, screens: shown.map(({ screen }) => screen) } : null;
}

function answerOf(dialect: Dialect, { screens }: ExportEpisode, step: number, said: Said, dropped: Dropped): string | null {
  const rendered = dialect.render(said, screens[step]!.screen);
  if (rendered.kind === "text") return rendered.text;
  dropped(`${dialect.id} cannot express it: ${rendered.why}`);
  return null;
}

/** An answer to be avoided at this step: what a person overruled, what changed nothing in a failure, and what ended a failure. */
function badSay({ row: { verdict }, steps }: ExportEpisode, step: number): Said | null {
  const { row, record, turn } = steps[step]!;
  if (record.proposed !== null) return { action: record.proposed, thought: null };
  if (verdict !== "fail") return null;
  const waits = row.action.kind === "wait" || row.action.kind === "ask";
  const idle = row.screen === row.next && !waits;
  return step === steps.length - 1 || idle ? turn : null;
}

/** What passing episodes did: instance and screens so far → the step that followed. */
export type SolvedSteps = ReadonlyMap<string, Said>;

/** Names a decision point: the same instance, the same screens until now. */
export function decisionPoint({ row }: Pick<ExportEpisode, "row">, step: number): string {
  const screens = row.steps.slice(0, step + 1).map(({ screen }) => screen);
  return sha256([row.task, row.seed, ...screens].join("\n")).slice(0, 32);
}

/** What a passing episode did where this failed one did something else. */
function betterStep(episode: ExportEpisode, step: number, solved: SolvedSteps): Said | null {
  if (episode.row.verdict !== "fail") return null;
  const better = solved.get(decisionPoint(episode, step));
  if (better === undefined) return null;
  return canonicalJson(better.action) === canonicalJson(episode.steps[step]!.row.action) ? null : better;
}
