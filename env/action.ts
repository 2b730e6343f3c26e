/**
 * Actions: what any agent can do, independent of the model that chose it. Points are CSS pixels of the viewport.
 * In: untrusted JSON (parsed by `actionSchema`). Out: a discriminated union on `kind`, and a sentence for people and prompts.
 */
import { z } from "zod";

const point = z.object({ x: z.number().finite(), y: z.number().finite() });
export type Point = z.infer<typeof point>;

const modifier = z.enum(["Alt", "Control", "Meta", "Shift"]);

export const actionSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("click"),
    at: point,
    count: z.int().min(1).max(3),
    button: z.enum(["left", "middle", "right"]),
    modifiers: z.array(modifier),
  }),
  z.object({ kind: z.literal("hover"), at: point }),
  z.object({ kind: z.literal("drag"), path: z.array(point).min(2) }),
  /** Wheel at a point; deltas in CSS px, positive = down / right. */
  z.object({ kind: z.literal("scroll"), at: point, dx: z.number(), dy: z.number() }),
  z.object({ kind: z.literal("type"), text: z.string().max(2000) }),
  /** A key or chord as Playwright names it ("Enter", "Control+A"), pressed `count` times. */
  z.object({ kind: z.literal("key"), chord: z.string().min(1).max(60), count: z.int().min(1).max(60) }),
  z.object({ kind: z.literal("wait") }),
  z.object({ kind: z.literal("back") }),
  z.object({ kind: z.literal("done"), answer: z.string().optional() }),
  z.object({ kind: z.literal("fail"), reason: z.string() }),
  z.object({ kind: z.literal("ask"), question: z.string() }),
]);

export type Action = z.infer<typeof actionSchema>;

/** A plain left click at a point. */
export function click(at: Point): Action {
  return { kind: "click", at: { x: at.x, y: at.y }, count: 1, button: "left", modifiers: [] };
}

/** True for the actions by which an agent ends an episode itself. */
export function endsEpisode(action: Action): boolean {
  return action.kind === "done" || action.kind === "fail";
}

const at = (p: Point): string => `(${Math.round(p.x)}, ${Math.round(p.y)})`;
const TIMES = ["", "click", "double-click", "triple-click"] as const;

/** One plain sentence, the same in the report, the app and prompts. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case "click": {
      const held = action.modifiers.length > 0 ? `${action.modifiers.join("+")}+` : "";
      const button = action.button === "left" ? "" : `${action.button} `;
      return `${held}${button}${TIMES[action.count]} at ${at(action.at)}`;
    }
    case "hover":
      return `move to ${at(action.at)}`;
    case "drag":
      return `drag ${action.path.map(at).join(" to ")}`;
    case "scroll":
      return `scroll (${action.dx}, ${action.dy}) at ${at(action.at)}`;
    case "type":
      return `type ${JSON.stringify(action.text)}`;
    case "key":
      return `press ${action.chord}${action.count > 1 ? ` ${action.count} times` : ""}`;
    case "wait":
      return "wait";
    case "back":
      return "go back";
    case "done":
      return action.answer === undefined ? "done" : `done, answer ${JSON.stringify(action.answer)}`;
    case "fail":
      return `give up: ${action.reason}`;
    case "ask":
      return `ask ${JSON.stringify(action.question)}`;
  }
}
