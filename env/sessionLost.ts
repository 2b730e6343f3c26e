/** What ends a page session: the page hangs, or is no more. */
import type { Incident } from "./episode.ts";

/** Thrown inside the environment; turned into an `env-error` verdict, never shown to a user. */
export class SessionLost extends Error {
  readonly incident: Incident;
  constructor(incident: Incident) {
    super(incident.detail);
    this.incident = incident;
  }
}
