/**
 * One frame per step, cropped around the action, with number, glyph and target word; steps that changed nothing are narrow. In: steps, the current
 * one. Out: another one. A listbox; only frames in sight exist.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ReactNode } from "react";
import type { StepView } from "../../../api/episode.ts";
import { ActionGlyph, actionTarget } from "../../parts/ActionGlyph.tsx";
import { SpriteFrame } from "../../parts/SpriteFrame.tsx";

const [WIDE, NARROW, GAP] = [92, 44, 8];

interface Props {
  readonly episode: string;
  readonly steps: readonly StepView[];
  readonly current: number;
  /** Why a step is worth a look, by step; see `marksOf`. */
  readonly marks: ReadonlyMap<number, string>;
  readonly onStep: (step: number) => void;
}

/** Steps with a mark: left out of imitation, decided by a person, incidents, labels, the first that drifted in a re-run. */
export function marksOf(
  steps: readonly StepView[],
  labels: readonly { readonly step: number | null; readonly label: string }[],
  firstDrift: number | null,
): ReadonlyMap<number, string> {
  const marks = new Map<number, string>();
  for (const { index, masked, proposed, incidents } of steps) {
    const why = [
      ...(masked === null ? [] : ["left out of imitation"]),
      ...(proposed === null ? [] : ["a person decided otherwise"]),
      ...incidents.map(({ kind }) => kind),
      ...labels.filter(({ step }) => step === index).map(({ label }) => label),
      ...(firstDrift !== null && Math.max(0, firstDrift - 1) === index ? ["first step that drifts in a re-run"] : []),
    ];
    if (why.length > 0) marks.set(index, why.join(", "));
  }
  return marks;
}

export function FilmStrip({ episode, steps, current, marks, onStep }: Props): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const widthOf = (index: number): number => (changedNothing(steps[index]!) ? NARROW : WIDE);
  const virtual = useVirtualizer({
    count: steps.length,
    horizontal: true,
    getScrollElement: () => scroller.current,
    estimateSize: widthOf,
    gap: GAP,
    overscan: 4,
    scrollPaddingStart: 2 * WIDE,
    scrollPaddingEnd: 2 * WIDE,
  });
  useEffect(() => {
    if (current < steps.length) virtual.scrollToIndex(current);
  }, [current, steps.length, virtual]);
  return (
    <div
      ref={scroller}
      className="film"
      role="listbox"
      aria-label="Steps"
      aria-orientation="horizontal"
      tabIndex={0}
      aria-activedescendant={steps.length === 0 ? undefined : `frame-${current}`}
    >
      <div className="frames" style={{ width: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start, size }) => {
          const step = steps[index]!;
          const mark = marks.get(index);
          return (
            <div
              key={index}
              id={`frame-${index}`}
              role="option"
              aria-selected={index === current}
              title={mark}
              className={`frame${mark === undefined ? "" : " marked"}${step.masked === null ? "" : " masked"}`}
              style={{ width: size, transform: `translateX(${start}px)` }}
              onClick={() => onStep(index)}
            >
              <span className="window">
                <SpriteFrame episode={episode} step={index} width={WIDE} />
              </span>
              <span className="t11 cut frame-name">
                <span className="unseen">step </span>
                <b className="num">{index + 1}</b> <ActionGlyph of={step.action} size={12} /> {actionTarget(step.action, step.target)}
                <span className="unseen">
                  , {step.sentence}
                  {mark !== undefined && `, ${mark}`}
                </span>
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function changedNothing({ screen, nextScreen, action }: StepView): boolean {
  return screen === nextScreen && action.kind !== "done" && action.kind !== "fail";
}
