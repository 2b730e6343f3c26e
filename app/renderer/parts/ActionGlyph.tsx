/** The kind of an action as a 16 px drawing, and what it points at in words. */
import type { ReactNode } from "react";
import type { StepView } from "../../api/episode.ts";

export type Action = StepView["action"];

const ARROW = "M3 2.5 12 7l-4 1.2L6.6 12z";

function shape(action: Action): ReactNode {
  switch (action.kind) {
    case "click":
      if (action.button === "right")
        return (
          <>
            <path d={ARROW} />
            <path d="M10 11h4M10 13.4h4" />
          </>
        );
      return (
        <>
          <path d={ARROW} fill="currentColor" />
          {action.count > 1 && <path d="M10 2v2.2M12.8 4.4l-2 .9" />}
        </>
      );
    case "hover":
      return <path d={ARROW} strokeDasharray="2 1.6" />;
    case "drag":
      return (
        <>
          <circle cx="3.5" cy="12" r="2" />
          <path d="M5.2 10.6 11.6 4.4M7.8 4h4.2v4.2" />
        </>
      );
    case "type":
      return <path d="M3 3.500h10M8 3.500v9M5.800 12.500h4.400" />;
    case "key":
      return (
        <>
          <rect x="1.5" y="4" width="13" height="8.5" rx="1.5" />
          <path d="M4.500 9.800h7M4.200 7h.6M7 7h.6M9.800 7h.6" />
        </>
      );
    case "scroll":
      return (
        <>
          <rect x="5" y="1.5" width="6" height="13" rx="3" />
          <path d="M8 4.200v3.200" />
        </>
      );
    case "wait":
      return <path d="M4 2h8M4 14h8M5 2c0 4 6 6 6 12M11 2c0 4-6 6-6 12" />;
    case "back":
      return <path d="M7 3.500 2.500 8 7 12.500M3 8h10.500" />;
    case "done":
      return <path d="m2.500 8.500 3.600 3.600 7.400-8" />;
    case "fail":
      return <path d="M3.500 14V2.500M3.500 3h8.800L10 6l2.300 3H3.500" />;
    case "ask":
      return <path d="M2 2.500h12v8H8.500L5 13.500v-3H2z" />;
  }
}

export function ActionGlyph({ of, size = 14 }: { readonly of: Action; readonly size?: number }): ReactNode {
  return (
    <svg
      className="glyph"
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shape(of)}
    </svg>
  );
}

/** What an action is about, as short as a film strip needs it: the words it points at, the text it types, the key. */
export function actionTarget(action: Action, target: string): string {
  switch (action.kind) {
    case "click":
    case "hover":
      return target === "" ? at(action.at) : target;
    case "drag":
      return target === "" ? `${at(action.path[0]!)} → ${at(action.path.at(-1)!)}` : target;
    case "scroll":
      return action.dy !== 0
        ? `${action.dy > 0 ? "down" : "up"} ${Math.abs(action.dy)}`
        : `${action.dx > 0 ? "right" : "left"} ${Math.abs(action.dx)}`;
    case "type":
      return `“${action.text}”`;
    case "key":
      return action.count > 1 ? `${action.chord} × ${action.count}` : action.chord;
    case "wait":
      return "wait";
    case "back":
      return "back";
    case "done":
      return action.answer === undefined ? "done" : `done: “${action.answer}”`;
    case "fail":
      return "gives up";
    case "ask":
      return "asks";
  }
}

/** Where an action happens, CSS px; null for those without a place. */
export function placeOf(action: Action): { readonly x: number; readonly y: number } | null {
  if ("at" in action) return action.at;
  return action.kind === "drag" ? action.path[0]! : null;
}

/** "260, 368". */
export function at({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${Math.round(x)}, ${Math.round(y)}`;
}
