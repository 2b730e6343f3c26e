/**
 * The playhead: one moment that the timeline draws at every frame, while React hears only that the step has changed. In: a timeline, speed, keys.
 * Out: the moment, and calls of listeners. Kept outside of React on purpose.
 */
import { momentAt, startOf, type Moment, type Timeline } from "./timeline.ts";

interface Loop {
  readonly from: number;
  readonly to: number;
}

export interface Player {
  readonly moment: () => number;
  readonly playing: () => boolean;
  readonly play: () => void;
  readonly pause: () => void;
  readonly seek: (moment: number) => void;
  readonly setTimeline: (timeline: Timeline) => void;
  readonly setSpeed: (speed: number) => void;
  /** Plays only this part, again and again; null: everything, once. */
  readonly setLoop: (loop: Loop | null) => void;
  readonly loop: () => Loop | null;
  /** Told at every frame that moved. */
  readonly onFrame: (listener: () => void) => () => void;
  readonly stop: () => void;
}

/** `onStep`: told when another step, or the other side of its action, is to be shown; and when playing begins or ends. */
export function createPlayer(onStep: (moment: Moment) => void, onPlaying: (playing: boolean) => void): Player {
  let timeline: Timeline = { pieces: [], real: 0, shown: 0, folded: 0, timed: false };
  let [at, speed, frame, before] = [0, 1, 0, 0];
  let loop: Loop | null = null;
  let shown: Moment = { step: -1, after: false };
  const listeners = new Set<() => void>();

  const show = (next: number): void => {
    at = Math.max(0, Math.min(timeline.shown, next));
    for (const listener of listeners) listener();
    const now = momentAt(timeline, at);
    if (now.step === shown.step && now.after === shown.after) return;
    shown = now;
    onStep(now);
  };
  const tick = (now: number): void => {
    const end = loop?.to ?? timeline.shown;
    const next = at + (now - before) * speed;
    before = now;
    if (next >= end && loop === null) {
      show(end);
      pause();
      return;
    }
    show(next >= end && loop !== null ? loop.from : next);
    frame = requestAnimationFrame(tick);
  };
  const pause = (): void => {
    cancelAnimationFrame(frame);
    if (frame !== 0) onPlaying(false);
    frame = 0;
  };
  return {
    moment: () => at,
    playing: () => frame !== 0,
    play: () => {
      if (frame !== 0 || timeline.shown === 0) return;
      if (at >= timeline.shown) at = loop?.from ?? 0;
      before = performance.now();
      frame = requestAnimationFrame(tick);
      onPlaying(true);
    },
    pause,
    seek: (moment) => {
      shown = { step: -1, after: false };
      show(moment);
    },
    setTimeline: (next) => {
      // The same step stays shown when idle time is folded or unfolded.
      const { step } = momentAt(timeline, at);
      const into = at - startOf(timeline, step);
      timeline = next;
      at = Math.min(next.shown, startOf(next, step) + Math.max(0, into));
      loop = null;
      for (const listener of listeners) listener();
    },
    setSpeed: (next) => {
      speed = next;
    },
    setLoop: (next) => {
      loop = next;
      for (const listener of listeners) listener();
    },
    loop: () => loop,
    onFrame: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      cancelAnimationFrame(frame);
      frame = 0;
    },
  };
}
