/** Moves a selection to another stage, or back to what the wheel chooses. Each choice says how many it will move. */
import type { ReactNode } from "react";
import type { Change } from "../../../api/episodes.ts";
import type { Selection } from "../../../api/query.ts";
import { count, plural } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { StageTag } from "../../parts/StageTag.tsx";
import { attempt } from "../../shell/attempt.ts";

const CHOICES: readonly { readonly change: Change; readonly name: string; readonly face: ReactNode }[] = [
  {
    change: { kind: "route", route: "SFT", reason: "" },
    name: "SFT",
    face: (
      <>
        <StageTag of="SFT" /> imitate it
      </>
    ),
  },
  {
    change: { kind: "route", route: "CT", reason: "" },
    name: "CT",
    face: (
      <>
        <StageTag of="CT" /> learn the pages, not the actions
      </>
    ),
  },
  {
    change: { kind: "route", route: "quarantine", reason: "" },
    name: "quarantine",
    face: (
      <>
        <StageTag of="quarantine" /> keep it out of learning
      </>
    ),
  },
  { change: { kind: "route by the wheel" }, name: "what the wheel chooses", face: "Back to what the wheel chooses" },
];

export function RouteMenu({ selection, onDone }: { readonly selection: Selection; readonly onDone: () => void }): ReactNode {
  return CHOICES.map((choice) => <Choice key={choice.name} {...choice} selection={selection} onDone={onDone} />);
}

type ChoiceProps = (typeof CHOICES)[number] & { readonly selection: Selection; readonly onDone: () => void };

function Choice({ change, name, face, selection, onDone }: ChoiceProps): ReactNode {
  const { data } = useCall("episodes", "preview", { selection, change });
  const none = data?.done === 0;
  const move = async (): Promise<void> => {
    if (none) return;
    onDone();
    await attempt(
      () => invoke("episodes", "change", { selection, change }),
      ({ done }) => `${plural(done, "episode")} moved to ${name}.`,
    );
  };
  return (
    <button
      type="button"
      className="menu-item"
      aria-disabled={none}
      title={data?.refused.map(({ reason, count: n }) => `${n}: ${reason}`).join("; ")}
      onClick={() => void move()}
    >
      {face}
      <span className="num dim">{data === undefined ? "…" : count(data.done)}</span>
    </button>
  );
}
