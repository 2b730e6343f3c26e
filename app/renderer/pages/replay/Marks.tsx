/**
 * What is drawn on a screen: what the agent did, where it might have pointed, what was read and found. Two-tone, so that it shows on any page;
 * rings, so that targets stay readable. In: CSS px of the page. Out: SVG in the same units; `px` is the size of one shown pixel.
 */
import type { ReactNode } from "react";
import type { Action } from "../../parts/ActionGlyph.tsx";

interface Point {
  readonly x: number;
  readonly y: number;
}

interface MarkProps {
  readonly action: Action;
  readonly px: number;
  /** A person's own: violet instead of magenta. */
  readonly person?: boolean;
  /** Wanted, not done. */
  readonly proposed?: boolean;
}

/** The place of an action; nothing for those without one. */
export function ActionMark({ action, px, person = false, proposed = false }: MarkProps): ReactNode {
  const style = { colour: person ? "var(--mark-2)" : "var(--mark)", dash: proposed ? `${6 * px} ${5 * px}` : undefined, px };
  const radius = proposed ? 17 : 13;
  switch (action.kind) {
    case "click":
    case "hover":
      return (
        <>
          <Ring at={action.at} radius={radius} {...style} />
          {action.kind === "click" && action.count > 1 && <Ring at={action.at} radius={radius + 6} {...style} />}
          <Cross at={action.at} radius={radius} {...style} />
        </>
      );
    case "scroll":
      return (
        <>
          <Ring at={action.at} {...style} />
          <Arrow
            from={action.at}
            to={{ x: action.at.x + 44 * px * Math.sign(action.dx), y: action.at.y + 44 * px * Math.sign(action.dy) }}
            {...style}
          />
        </>
      );
    case "drag": {
      const [start, end] = [action.path[0]!, action.path.at(-1)!];
      return (
        <>
          {action.path.length > 2 && (
            <TwoTone {...style}>
              {
                <polyline
                  points={action.path
                    .slice(0, -1)
                    .map(({ x, y }) => `${x},${y}`)
                    .join(" ")}
                />
              }
            </TwoTone>
          )}
          <Arrow from={action.path.at(-2)!} to={end} {...style} />
          <Ring at={start} radius={8} {...style} />
          <Ring at={end} {...style} />
        </>
      );
    }
    default:
      return null;
  }
}

interface Style {
  readonly colour: string;
  readonly dash?: string | undefined;
  readonly px: number;
}

function Ring({ at, radius = 13, ...style }: Style & { readonly at: Point; readonly radius?: number }): ReactNode {
  return <TwoTone {...style}>{<circle cx={at.x} cy={at.y} r={radius * style.px} />}</TwoTone>;
}

/** Four ticks around the point, and the point itself. */
function Cross({ at: { x, y }, radius, colour, px }: Style & { readonly at: Point; readonly radius: number }): ReactNode {
  const [from, to] = [(radius - 4) * px, (radius + 5) * px];
  const tick = (dx: number, dy: number): string => `M${x + dx * from} ${y + dy * from}L${x + dx * to} ${y + dy * to}`;
  return (
    <>
      <TwoTone colour={colour} px={px}>
        {<path d={[tick(1, 0), tick(-1, 0), tick(0, 1), tick(0, -1)].join("")} />}
      </TwoTone>
      <circle cx={x} cy={y} r={1.6 * px} fill={colour} />
    </>
  );
}

function Arrow({ from, to, ...style }: Style & { readonly from: Point; readonly to: Point }): ReactNode {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const barb = (turn: number): string => `${to.x - 11 * style.px * Math.cos(angle + turn)},${to.y - 11 * style.px * Math.sin(angle + turn)}`;
  return <TwoTone {...style}>{<path d={`M${from.x},${from.y}L${to.x},${to.y}M${barb(0.5)}L${to.x},${to.y}L${barb(-0.5)}`} />}</TwoTone>;
}

function TwoTone({ colour, dash, px, children }: Style & { readonly children: ReactNode }): ReactNode {
  return (
    <g fill="none" strokeLinecap="round" strokeLinejoin="round">
      <g stroke="var(--mark-halo)" strokeWidth={5 * px}>
        {children}
      </g>
      <g stroke={colour} strokeWidth={2.4 * px} strokeDasharray={dash}>
        {children}
      </g>
    </g>
  );
}

interface Weighed {
  readonly at: Point;
  readonly probability: number;
}

/** Where the pointer might have gone: soft discs, the likelier the denser. */
export function PointerMarks({ places, px, id }: { readonly places: readonly Weighed[]; readonly px: number; readonly id: string }): ReactNode {
  return (
    <>
      <radialGradient id={id}>
        <stop offset="0" stopColor="var(--mark)" stopOpacity="0.75" />
        <stop offset="0.6" stopColor="#ff8a3d" stopOpacity="0.4" />
        <stop offset="1" stopColor="#ff8a3d" stopOpacity="0" />
      </radialGradient>
      {places.map(({ at: { x, y }, probability }) => (
        <circle
          key={`${x} ${y}`}
          cx={x}
          cy={y}
          r={(12 + 16 * Math.sqrt(probability)) * px}
          fill={`url(#${id})`}
          opacity={0.25 + 0.75 * probability}
        />
      ))}
    </>
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Names of elements without words, above their frames. */
export function NameMarks({
  named,
  px,
}: {
  readonly named: readonly { readonly box: Box; readonly name: string }[];
  readonly px: number;
}): ReactNode {
  return named.map(({ box, name }) => (
    <text
      key={`${box.x} ${box.y} ${name}`}
      x={box.x}
      y={box.y - 2 * px}
      fontSize={10 * px}
      fill="var(--mark-2)"
      stroke="var(--mark-halo)"
      strokeWidth={2.5 * px}
      paintOrder="stroke"
    >
      {name}
    </text>
  ));
}

/** Frames around words or elements; the place of the instruction itself is greyed, since nothing there is to be acted on. */
export function BoxMarks({
  boxes,
  px,
  kind,
}: {
  readonly boxes: readonly Box[];
  readonly px: number;
  readonly kind: "words" | "candidates" | "instruction";
}): ReactNode {
  const looks = {
    words: { stroke: "var(--mark-2)", strokeWidth: px, fill: "none" },
    candidates: { stroke: "var(--mark-2)", strokeWidth: 1.4 * px, strokeDasharray: `${3 * px} ${2 * px}`, fill: "rgb(84 72 200 / .08)" },
    instruction: { stroke: "var(--mark-halo)", strokeWidth: px, fill: "rgb(120 120 120 / .28)" },
  } as const;
  return boxes.map((box) => (
    <rect
      key={`${box.x} ${box.y} ${box.width} ${box.height}`}
      x={box.x}
      y={box.y}
      width={box.width}
      height={box.height}
      rx={2 * px}
      {...looks[kind]}
    />
  ));
}
