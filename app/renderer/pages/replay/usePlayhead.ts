/**
 * Which step is shown: by the URL, the keys, or the running playhead. In: steps, the URL's step, whether idle time is folded. Out: the step, the
 * side of its action while playing, and the player. The URL follows when things have come to rest.
 */
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import type { StepView } from "../../../api/episode.ts";
import { createPlayer, type Player } from "./player.ts";
import { startOf, timelineOf, type Moment, type Timeline } from "./timeline.ts";

const REST_MS = 250;
export const SPEEDS = [0.5, 1, 2, 4, 8] as const;

interface Playhead {
  readonly step: number;
  readonly after: boolean;
  readonly playing: boolean;
  readonly speed: number;
  readonly setSpeed: (speed: number) => void;
  readonly timeline: Timeline;
  readonly player: Player;
  /** Shows a step from its beginning. */
  readonly show: (step: number) => void;
}

/** `urlStep`: from 0. `onRest` puts the step into the URL. */
export function usePlayhead(steps: readonly StepView[], urlStep: number, fold: boolean, onRest: (step: number) => void): Playhead {
  const [moment, setMoment] = useState<Moment>({ step: urlStep, after: false });
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const timeline = useMemo(() => timelineOf(steps, fold), [steps, fold]);
  const [player] = useState(() => createPlayer(setMoment, setPlaying));
  const rest = useEffectEvent(onRest);
  useEffect(() => player.setTimeline(timeline), [player, timeline]);
  useEffect(() => player.setSpeed(speed), [player, speed]);
  useEffect(() => player.stop, [player]);
  useEffect(() => {
    // The URL came from outside: a link, Back, another episode.
    player.seek(startOf(timeline, urlStep));
    // Only when the URL changes: folding idle time keeps the place by itself.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [player, urlStep, steps]);
  const { step } = moment;
  useEffect(() => {
    if (step === urlStep) return;
    const timer = setTimeout(() => rest(step), REST_MS);
    return () => clearTimeout(timer);
  }, [step, urlStep]);
  return {
    step: Math.min(step, Math.max(0, steps.length - 1)),
    after: playing && moment.after,
    playing,
    speed,
    setSpeed,
    timeline,
    player,
    show: (to) => {
      player.setLoop(null);
      player.seek(startOf(timeline, Math.max(0, Math.min(steps.length - 1, to))));
    },
  };
}
