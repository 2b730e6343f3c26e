/**
 * The picture of the session one looks at, large: what the agent wants is drawn on it, dashed, with its probability; an edited action can be dragged.
 * While the session is in a person's hands, mouse and keyboard go to the page. In: a session. Out: frames, input events, a moved action.
 */
import { useRef, useState, useEffect, type PointerEvent, type ReactNode } from "react";
import type { Pending, SessionView } from "../../../api/sessions.ts";
import { screenUrl } from "../../../api/urls.ts";
import { duration, rate } from "../../../report/words.ts";
import { placeOf, type Action } from "../../parts/ActionGlyph.tsx";
import { ActionMark } from "../replay/Marks.tsx";
import { fitting } from "../replay/useZoom.ts";
import { useHands } from "./useHands.ts";
import { useLive } from "./useLive.ts";

interface Props {
  readonly session: SessionView;
  /** What a person would do instead; null while nothing is edited. */
  readonly edited: Action | null;
  readonly onEdit: (action: Action) => void;
}

export function LiveStage({ session, edited, onEdit }: Props): ReactNode {
  const { id, state, viewport, screen, instruction, pending } = session;
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const ended = state === "ended";
  const { canvas, facts } = useLive(ended ? null : id);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setRoom(entry!.contentRect));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const scale = viewport.width <= 400 ? 2 : 1;
  const k = room.width === 0 ? 0 : fitting(viewport, room, scale, devicePixelRatio);
  const yours = state === "yours";
  const hands = useHands(id, yours, k);
  const playing = facts.behindMs !== null;
  return (
    <div className="live">
      <header className="row">
        <b>{id}</b> <span className="cut">{instruction}</span>
        <span className="grow" />
        <span className={`t12 ${facts.behindMs !== null && facts.behindMs > 200 ? "fail" : "dim"}`}>
          {ended
            ? "ended"
            : playing
              ? `${facts.framesPerSecond === 0 ? "picture stands still" : `${facts.framesPerSecond} frames/s`}, ${duration((facts.behindMs ?? 0) / 1000)} behind`
              : "waiting for the picture"}
        </span>
      </header>
      <div ref={box} className="live-room">
        {k > 0 && (
          <div
            className={`live-screen${yours ? " yours" : ""}`}
            style={{ width: viewport.width * k, height: viewport.height * k }}
            {...(yours
              ? {
                  ...hands.handlers,
                  tabIndex: 0,
                  role: "application",
                  "aria-label": "The page; mouse and keyboard go to it. Ctrl+Shift+Escape leaves it.",
                }
              : {})}
            ref={hands.surface}
          >
            {screen !== null && (!playing || ended) && <img src={screenUrl(screen)} alt={`Newest screen of ${id}`} draggable={false} />}
            {!ended && <canvas ref={canvas} role="img" aria-label={`Live picture of ${id}`} className={playing ? "" : "waiting-canvas"} />}
            {pending !== null && k > 0 && <Wanted pending={pending} edited={edited} viewport={viewport} k={k} onEdit={onEdit} />}
          </div>
        )}
        {yours && (
          <p className="hands-note">
            Your hands: mouse and keyboard go to the page. <kbd>Ctrl</kbd> <kbd>Shift</kbd> <kbd>Esc</kbd> leaves it.
          </p>
        )}
      </div>
    </div>
  );
}

interface WantedProps {
  readonly pending: Pending;
  readonly edited: Action | null;
  readonly viewport: SessionView["viewport"];
  readonly k: number;
  readonly onEdit: (action: Action) => void;
}

/** The proposal, its alternatives, and what a person puts in its place. */
function Wanted({ pending, edited, viewport, k, onEdit }: WantedProps): ReactNode {
  const [dragging, setDragging] = useState(false);
  const place = placeOf(pending.action);
  const own = edited === null ? null : placeOf(edited);
  const px = 1 / k;
  const pointOf = (event: PointerEvent<SVGElement>): { x: number; y: number } => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return {
      x: Math.max(0, Math.min(viewport.width - 1, (event.clientX - left) / k)),
      y: Math.max(0, Math.min(viewport.height - 1, (event.clientY - top) / k)),
    };
  };
  const movable = edited !== null && "at" in edited;
  const drag = (event: PointerEvent<SVGElement>): void => {
    if (movable) onEdit({ ...edited, at: pointOf(event) });
  };
  const chip = own ?? place;
  const above = chip !== null && chip.y * k > 56;
  return (
    <>
      <svg
        className={`layers${movable ? " movable" : ""}`}
        viewBox={`0 0 ${viewport.width} ${viewport.height}`}
        aria-hidden="true"
        onPointerDown={(event) => {
          if (!movable) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragging(true);
          drag(event);
        }}
        onPointerMove={(event) => dragging && drag(event)}
        onPointerUp={() => setDragging(false)}
      >
        {pending.alternatives.slice(0, 5).map(({ action, probability, sentence }) => {
          const at = placeOf(action);
          if (at === null || sentence === pending.sentence) return null;
          return (
            <g key={sentence} className="alternative">
              <circle cx={at.x} cy={at.y} r={8 * px} strokeWidth={1.6 * px} strokeDasharray={`${3 * px} ${2.4 * px}`} />
              <text x={at.x} y={at.y + 20 * px} fontSize={11 * px} strokeWidth={3 * px}>
                {rate(probability)}
              </text>
            </g>
          );
        })}
        <g opacity={edited === null ? 1 : 0.35}>
          <ActionMark action={pending.action} px={px} proposed />
        </g>
        {edited !== null && <ActionMark action={edited} px={px} person proposed />}
      </svg>
      <span
        className={`action-note${chip === null ? " placeless" : ""}${edited === null ? "" : " person"}`}
        style={
          chip === null ? undefined : { top: chip.y * k + (above ? -46 : 24), left: Math.max(4, Math.min(viewport.width * k - 170, chip.x * k - 30)) }
        }
        aria-hidden="true"
      >
        {edited === null
          ? `wants to ${pending.sentence.replace(/ at \(.*\)$/, "")}${pending.probability === null ? "" : `, p ${rate(pending.probability)}`}`
          : "instead"}
      </span>
    </>
  );
}
