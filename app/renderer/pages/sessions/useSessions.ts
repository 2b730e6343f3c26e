/** Sessions as the core tells them, several times a second. In: the stream. Out: all that live, and those that ended since the core was started. */
import { useState } from "react";
import type { SessionView } from "../../../api/sessions.ts";
import { core } from "../../core/connection.ts";
import { useStream } from "../../core/useStream.ts";

/** Undefined: not told yet. */
export function useSessions(): readonly SessionView[] | undefined {
  const [sessions, setSessions] = useState<ReadonlyMap<string, SessionView>>();
  useStream(
    "sessions",
    (options) => core.sessions.watch(undefined, options),
    ({ sessions: changed }) => setSessions((before) => new Map([...(before ?? []), ...changed.map((one): [string, SessionView] => [one.id, one])])),
  );
  return sessions === undefined ? undefined : [...sessions.values()].toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}
