/**
 * Two lanes in real seconds: the model thinks, the page reacts; idle time is a hatched block with its length. In: the timeline, the player. Out:
 * seeking by pointer; Shift and drag plays a range again and again. The playhead is moved at every frame without React.
 */
import { memo, useEffect, useRef, useState, type PointerEvent, type ReactNode } from "react";
import type { StepView } from "../../../api/episode.ts";
import { thumbnailUrl } from "../../../api/urls.ts";
import { Picture } from "../../parts/Picture.tsx";
import { duration } from "../../../report/words.ts";
import type { Player } from "./player.ts";
import { momentAt, realAt, type Piece, type Timeline } from "./timeline.ts";

const LANE = { model: 4, page: 24, height: 12, ticks: 51, head: 62, all: 68 };
const NAMES = 44;

interface Props {
  readonly timeline: Timeline;
  readonly player: Player;
  readonly steps: readonly StepView[];
  readonly current: number;
  readonly onSeek: () => void;
}

export function TimelineBar({ timeline, player, steps, current, onSeek }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const head = useRef<SVGGElement>(null);
  const clock = useRef<HTMLSpanElement>(null);
  const [width, setWidth] = useState(0);
  const [hover, setHover] = useState<number | null>(null);
  const [range, setRange] = useState<number | null>(null);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const span = Math.max(1, width - NAMES - 8);
  const x = (shown: number): number => xOf(shown, timeline, span);
  useEffect(() => {
    const draw = (): void => {
      head.current?.setAttribute("transform", `translate(${x(player.moment())} 0)`);
      if (clock.current !== null) clock.current.textContent = seconds(realAt(timeline, player.moment()));
    };
    draw();
    return player.onFrame(draw);
  });
  const momentOf = (event: PointerEvent): number => {
    const { left } = box.current!.getBoundingClientRect();
    return Math.max(0, Math.min(timeline.shown, ((event.clientX - left - NAMES) / span) * timeline.shown));
  };
  const loop = player.loop();
  const seek = (event: PointerEvent): void => {
    onSeek();
    player.seek(momentOf(event));
  };
  const hovered = hover === null ? null : momentAt(timeline, hover);
  return (
    <div className="timeline" ref={box}>
      <svg
        width={width}
        height={LANE.all}
        role="slider"
        tabIndex={0}
        aria-label="Time"
        aria-valuemin={1}
        aria-valuemax={steps.length}
        aria-valuenow={current + 1}
        aria-valuetext={`step ${current + 1} of ${steps.length}, ${seconds(realAt(timeline, player.moment()))}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          if (event.shiftKey) setRange(momentOf(event));
          else {
            player.setLoop(null);
            seek(event);
          }
        }}
        onPointerMove={(event) => {
          setHover(momentOf(event));
          if (event.buttons !== 1) return;
          if (range === null) seek(event);
          else player.setLoop({ from: Math.min(range, momentOf(event)), to: Math.max(range, momentOf(event)) });
        }}
        onPointerUp={() => setRange(null)}
        onPointerLeave={() => setHover(null)}
      >
        <pattern id="idle" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0v6" stroke="var(--line-2)" strokeWidth="2" />
        </pattern>
        <text x="0" y={LANE.model + 10} className="axis">
          model
        </text>
        <text x="0" y={LANE.page + 10} className="axis">
          page
        </text>
        {loop !== null && <rect x={x(loop.from)} y="0" width={x(loop.to) - x(loop.from)} height={LANE.all} fill="var(--selected)" />}
        <Pieces timeline={timeline} span={span} />
        {timeline.pieces.map(
          (piece) =>
            piece.step === current &&
            piece.kind !== "idle" && <PieceMark key={piece.kind} piece={piece} {...placed(piece, timeline, span)} current />,
        )}
        <path d={`M${NAMES} ${LANE.head}H${width}`} stroke="var(--line)" />
        <g ref={head} className="playhead">
          <path d={`M0 0V${LANE.head}`} />
          <circle cy={LANE.head} r="4.5" />
        </g>
      </svg>
      <p className="t11 dim timeline-note">
        <span ref={clock} className="num" /> of {seconds(timeline.real)}
        {timeline.folded > 50 && `, ${seconds(timeline.folded)} idle folded`}
        {!timeline.timed && steps.length > 0 && "; no times were recorded, each step lasts a second"}
        {loop !== null && "; a range is repeated, press the lanes to leave it"}
      </p>
      {hovered !== null && hover !== null && steps[hovered.step] !== undefined && (
        <div className="peek" style={{ left: Math.max(NAMES, Math.min(width - 130, x(hover) - 60)) }}>
          <Picture url={thumbnailUrl(hovered.after ? steps[hovered.step]!.nextScreen : steps[hovered.step]!.screen)} alt="" />
          <span className="t11">
            {hovered.step + 1} · {seconds(realAt(timeline, hover))}
          </span>
        </div>
      )}
    </div>
  );
}

/** A moment's place on the lanes. */
function xOf(shown: number, timeline: Timeline, span: number): number {
  return NAMES + (shown / Math.max(1, timeline.shown)) * span;
}

function placed({ at, shown }: Piece, timeline: Timeline, span: number): { readonly x: number; readonly width: number } {
  const x = xOf(at, timeline, span);
  return { x, width: xOf(at + shown, timeline, span) - x };
}

/** Everything that does not move with the playhead: drawn once, also while somebody drags it over hundreds of steps. */
const Pieces = memo(function AllPieces({ timeline, span }: { readonly timeline: Timeline; readonly span: number }): ReactNode {
  return (
    <>
      {timeline.pieces.map((piece) => (
        <PieceMark key={`${piece.kind} ${piece.start}`} piece={piece} {...placed(piece, timeline, span)} current={false} />
      ))}
      {ticksOf(timeline, (shown) => xOf(shown, timeline, span)).map(({ at, text }) => (
        <text key={at} x={at} y={LANE.ticks} className="axis" textAnchor="middle">
          {text}
        </text>
      ))}
    </>
  );
});

function PieceMark({
  piece,
  x,
  width,
  current,
}: {
  readonly piece: Piece;
  readonly x: number;
  readonly width: number;
  readonly current: boolean;
}): ReactNode {
  const size = Math.max(1, width - 1);
  if (piece.kind === "idle") {
    const label = duration(piece.real / 1000);
    if (piece.real < 200) return null;
    return (
      <g>
        <rect x={x} y={LANE.model - 1} width={size} height={LANE.page + LANE.height - LANE.model + 2} fill="url(#idle)" stroke="var(--line-2)" />
        {size > 34 && (
          <text x={x + size / 2} y={LANE.page + 2} textAnchor="middle" className="axis halo">
            {label}
          </text>
        )}
      </g>
    );
  }
  const think = piece.kind === "think";
  const fill = current ? (think ? "var(--accent)" : "var(--seq-6)") : think ? "var(--line-strong)" : "var(--seq-5)";
  return <rect x={x} y={think ? LANE.model : LANE.page} width={size} height={LANE.height} rx="1" fill={fill} />;
}

function ticksOf(timeline: Timeline, x: (shown: number) => number): { at: number; text: string }[] {
  const ticks: { at: number; text: string }[] = [];
  for (const piece of timeline.pieces) {
    const at = Math.max(x(piece.at), x(0) + 12);
    if (piece.kind === "think" && (ticks.length === 0 || at - ticks.at(-1)!.at > 64)) ticks.push({ at, text: seconds(piece.start) });
  }
  return ticks;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
