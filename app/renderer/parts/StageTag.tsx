/** The stage an episode was routed to: a square, named tag. */
import type { ReactNode } from "react";
import type { EpisodeRow } from "../../api/episodes.ts";

type Stage = EpisodeRow["route"] | "RL" | "none";

export function StageTag({ of, byPerson = false }: { readonly of: Stage; readonly byPerson?: boolean }): ReactNode {
  const none = of === null || of === "none";
  if (none)
    return (
      <span className="stage-tag none" title="Not routed">
        —
      </span>
    );
  const name = of === "quarantine" ? "Q" : of;
  return (
    <span className={`stage-tag ${of}${byPerson ? " by-person" : ""}`} title={of === "quarantine" ? "Quarantine" : undefined}>
      {name}
      {of === "quarantine" && <span className="unseen">uarantine</span>}
    </span>
  );
}
