/**
 * Mouse and keyboard of a person who has taken over, as events of the page. In: pointer and key events on the picture. Out: batches to the core, at
 * most thirty a second; moves between them are thinned out. `Ctrl+Shift+Escape` always leaves the picture.
 */
import { useEffect, useRef, type PointerEvent as ReactPointerEvent, type KeyboardEvent, type ClipboardEvent, type MouseEvent } from "react";
import type { InputEvent } from "../../../api/sessions.ts";
import { invoke } from "../../core/useCall.ts";

const BATCH_MS = 33;
const BUTTONS = ["left", "middle", "right"] as const;
type Modifier = "Alt" | "Control" | "Meta" | "Shift";

/** `k`: shown px per CSS px of the page. */
export function useHands(session: string, on: boolean, k: number) {
  const surface = useRef<HTMLDivElement>(null);
  const queue = useRef<InputEvent[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = (): void => {
    timer.current = undefined;
    const events = queue.current.splice(0, 100);
    if (events.length === 0) return;
    invoke("sessions", "input", { id: session, events }).catch(() => undefined);
    if (queue.current.length > 0) timer.current = setTimeout(flush, BATCH_MS);
  };
  const send = (event: InputEvent, at: "once" | "soon" = "once"): void => {
    const last = queue.current.at(-1);
    if (event.kind === "move" && last?.kind === "move") queue.current[queue.current.length - 1] = event;
    else queue.current.push(event);
    if (at === "once") {
      clearTimeout(timer.current);
      flush();
    } else timer.current ??= setTimeout(flush, BATCH_MS);
  };
  useEffect(() => {
    const element = surface.current;
    if (!on || element === null) return;
    element.focus();
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      send({ kind: "wheel", ...pointOf(event, element, k), dx: event.deltaX, dy: event.deltaY }, "soon");
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
    // `send` only reaches for refs.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [on, k, session]);
  const press = (kind: "down" | "up") => (event: ReactPointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    const button = BUTTONS[event.button];
    if (button === undefined) return;
    if (kind === "down") {
      event.currentTarget.focus();
      event.currentTarget.setPointerCapture(event.pointerId);
    }
    send({ kind, ...pointOf(event, event.currentTarget, k), button, count: Math.max(1, Math.min(3, clicks(event))), modifiers: modifiersOf(event) });
  };
  return {
    surface,
    handlers: {
      onPointerMove: (event: ReactPointerEvent<HTMLDivElement>) => send({ kind: "move", ...pointOf(event, event.currentTarget, k) }, "soon"),
      onPointerDown: press("down"),
      onPointerUp: press("up"),
      onContextMenu: (event: MouseEvent) => event.preventDefault(),
      onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => {
        // Not for the app's own keys.
        event.stopPropagation();
        if (event.key === "Escape" && event.ctrlKey && event.shiftKey) {
          event.preventDefault();
          document.querySelector<HTMLElement>("[data-leave-stage]")?.focus();
          return;
        }
        if (["Alt", "Control", "Meta", "Shift", "Dead", "Process"].includes(event.key) || event.nativeEvent.isComposing) return;
        // Pasting comes with its text.
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "v") return;
        event.preventDefault();
        // A character already says Shift.
        const modifiers = modifiersOf(event).filter((name) => event.key.length > 1 || name !== "Shift");
        send({ kind: "key", key: event.key, modifiers });
      },
      onPaste: (event: ClipboardEvent) => {
        const text = event.clipboardData.getData("text/plain").slice(0, 2000);
        if (text !== "") send({ kind: "text", text });
      },
      onCompositionEnd: (event: React.CompositionEvent) => event.data !== "" && send({ kind: "text", text: event.data }),
    },
  };
}

/** How often the button was pressed at this place, as the browser counts. */
let pressed = { at: 0, x: 0, y: 0, count: 0 };
function clicks(event: { readonly type: string; readonly clientX: number; readonly clientY: number; readonly timeStamp: number }): number {
  if (event.type === "pointerdown") {
    const near = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < 6;
    const again = near && event.timeStamp - pressed.at < 400;
    pressed = { at: event.timeStamp, x: event.clientX, y: event.clientY, count: again ? pressed.count + 1 : 1 };
  }
  return pressed.count;
}

function pointOf(event: { readonly clientX: number; readonly clientY: number }, element: Element, k: number): { x: number; y: number } {
  const { left, top } = element.getBoundingClientRect();
  return { x: Math.max(0, (event.clientX - left) / k), y: Math.max(0, (event.clientY - top) / k) };
}

function modifiersOf(event: {
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}): Modifier[] {
  const held: [boolean, Modifier][] = [
    [event.altKey, "Alt"],
    [event.ctrlKey, "Control"],
    [event.metaKey, "Meta"],
    [event.shiftKey, "Shift"],
  ];
  return held.filter(([is]) => is).map(([, name]) => name);
}
