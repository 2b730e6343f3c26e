/** What a session does, as glyph and words. */
import { Check, Hand, LoaderCircle, MessageSquareMore, Pause, Play, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { SessionView } from "../../../api/sessions.ts";
import { Verdict } from "../../parts/Verdict.tsx";

export const STATE_WORDS: Readonly<Record<SessionView["state"], string>> = {
  starting: "starting",
  acting: "acting",
  asking: "asks",
  paused: "paused",
  yours: "your hands",
  ended: "ended",
};

const ICONS: Readonly<Record<SessionView["state"], LucideIcon>> = {
  starting: LoaderCircle,
  acting: Play,
  asking: MessageSquareMore,
  paused: Pause,
  yours: Hand,
  ended: Check,
};

export function StateMark({ session }: { readonly session: SessionView }): ReactNode {
  if (session.state === "ended" && session.verdict !== null) return <Verdict of={session.verdict} word={null} />;
  const Icon = ICONS[session.state];
  return <Icon size={13} className={`state-mark ${session.state}`} aria-hidden="true" />;
}
