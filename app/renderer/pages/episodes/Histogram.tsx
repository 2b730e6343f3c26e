/** A small histogram. In: bars with their lower ends. Out: the range that was dragged over; pressed outside of a drag, no range. Typed: `steps:3..16`. */
import { useState, type PointerEvent, type ReactNode } from "react";

type Bars = readonly { readonly from: number; readonly count: number }[];
interface Range {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

interface Props {
  readonly name: string;
  readonly bars: Bars;
  /** Values are whole numbers. */
  readonly whole?: boolean;
  readonly range: Range | undefined;
  readonly onRange: (range: { from: number; to?: number } | undefined) => void;
}

const [WIDTH, HEIGHT] = [108, 22];

export function Histogram({ name, bars, whole = false, range, onRange }: Props): ReactNode {
  const [drag, setDrag] = useState<{ readonly start: number; readonly end: number } | null>(null);
  if (bars.length < 2) return null;
  const highest = Math.max(...bars.map((bar) => bar.count));
  const size = WIDTH / bars.length;
  const barAt = (event: PointerEvent<SVGElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(bars.length - 1, Math.floor(((event.clientX - left) / width) * bars.length)));
  };
  const covered = (i: number): boolean => {
    if (drag !== null) return i >= Math.min(drag.start, drag.end) && i <= Math.max(drag.start, drag.end);
    if (range === undefined) return false;
    const next = bars[i + 1]?.from ?? Infinity;
    return (range.from ?? -Infinity) < next && bars[i]!.from <= (range.to ?? Infinity);
  };
  const finish = (): void => {
    if (drag === null) return;
    setDrag(null);
    const [a, b] = [Math.min(drag.start, drag.end), Math.max(drag.start, drag.end)];
    if (a === b && covered(a) && range !== undefined) return onRange(undefined);
    const to = upper(bars, b, whole);
    onRange({ from: bars[a]!.from, ...(to === null ? {} : { to }) });
  };
  const words = bars.map((bar, i) => `${bar.from} ${toWords(upper(bars, i, whole))}: ${bar.count}`).join("; ");
  return (
    <div className="histogram" title={`${name}: drag over a range, or type ${name}:3..16`}>
      <span className="dim">{name}</span>
      <svg
        width={WIDTH}
        height={HEIGHT}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Episodes by ${name}. ${words}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ start: barAt(event), end: barAt(event) });
        }}
        onPointerMove={(event) => drag !== null && setDrag({ start: drag.start, end: barAt(event) })}
        onPointerUp={finish}
      >
        {bars.map((bar, i) => {
          const height = Math.max(1, Math.round((bar.count / highest) * (HEIGHT - 2)));
          return (
            <g key={bar.from}>
              <rect x={i * size} y={0} width={size} height={HEIGHT} fill={covered(i) ? "var(--selected)" : "transparent"} />
              <rect
                x={i * size + 0.5}
                y={HEIGHT - height}
                width={Math.max(1, size - 1)}
                height={height}
                fill={covered(i) ? "var(--accent)" : "var(--chart-line)"}
              />
            </g>
          );
        })}
        <path d={`M0 ${HEIGHT - 0.5}h${WIDTH}`} stroke="var(--chart-axis)" />
      </svg>
    </div>
  );
}

/** The last value of a bar: the next one's first, or just below it; null: the last bar has no end. */
function upper(bars: Bars, i: number, whole: boolean): number | null {
  const next = bars[i + 1]?.from;
  return next === undefined ? null : whole ? next - 1 : next;
}

function toWords(to: number | null): string {
  return to === null ? "and more" : `to ${to}`;
}
