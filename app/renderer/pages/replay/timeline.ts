/**
 * When an episode's steps happened, in real seconds and as it is shown with idle time folded. In: steps with their times. Out: pieces of two
 * lanes (the model decides, the page reacts), and the way from a moment to its step. Pure.
 */
import type { StepView } from "../../../api/episode.ts";

/** Nothing happens for longer than this: folded to this length. ms. */
const IDLE = 400;
/** For episodes that were recorded without times. */
const [THINK, ACT] = [600, 400];

export interface Piece {
  readonly kind: "think" | "act" | "idle";
  readonly step: number;
  /** Real ms from the start of the episode. */
  readonly start: number;
  readonly real: number;
  /** As shown. */
  readonly at: number;
  readonly shown: number;
}

export interface Timeline {
  readonly pieces: readonly Piece[];
  /** ms in all, real and as shown. */
  readonly real: number;
  readonly shown: number;
  /** How much idle time is folded away. */
  readonly folded: number;
  /** False: every step lasts a second, because nothing else is known. */
  readonly timed: boolean;
}

export function timelineOf(steps: readonly StepView[], fold: boolean): Timeline {
  const timed = steps.some(({ startMs }) => startMs !== null);
  const pieces: Piece[] = [];
  let [clock, at] = [0, 0];
  const put = (kind: Piece["kind"], step: number, real: number): void => {
    if (real <= 0) return;
    const shown = fold && kind === "idle" ? Math.min(real, IDLE) : real;
    pieces.push({ kind, step, start: clock, real, at, shown });
    [clock, at] = [clock + real, at + shown];
  };
  for (const { index, action, startMs, thinkMs, actMs } of steps) {
    if (startMs !== null) put("idle", index - 1, startMs - clock);
    put("think", index, timed ? (thinkMs ?? 0) : THINK);
    // Waiting is idle time that the agent chose.
    put(action.kind === "wait" ? "idle" : "act", index, timed ? (actMs ?? 0) : ACT);
  }
  return { pieces, real: clock, shown: at, folded: clock - at, timed };
}

export interface Moment {
  readonly step: number;
  /** The action of the step has been carried out. */
  readonly after: boolean;
}

/** What is on the screen at a shown moment. */
export function momentAt({ pieces }: Timeline, at: number): Moment {
  const piece = pieces.findLast((one) => one.at <= at) ?? pieces[0];
  if (piece === undefined) return { step: 0, after: false };
  return { step: Math.max(0, piece.step), after: piece.kind !== "think" };
}

/** When a step begins to be shown; its action begins after `think`. */
export function startOf({ pieces }: Timeline, step: number): number {
  return pieces.find((piece) => piece.step === step && piece.kind !== "idle")?.at ?? pieces.find((piece) => piece.step === step)?.at ?? 0;
}

/** Real ms of a shown moment. */
export function realAt({ pieces }: Timeline, at: number): number {
  const piece = pieces.findLast((one) => one.at <= at);
  return piece === undefined ? 0 : piece.start + ((at - piece.at) / piece.shown) * piece.real;
}
