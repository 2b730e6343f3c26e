/** Goes on from a step: the recorded actions before it are carried out again, then a person or another checkpoint takes over. */
import { useNavigate } from "@tanstack/react-router";
import { GitFork } from "lucide-react";
import type { ReactNode } from "react";
import type { Inputs, Outputs } from "../../../api/index.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { Popup } from "../../parts/Popup.tsx";
import { attempt } from "../../shell/attempt.ts";

type Agent = Inputs["sessions"]["start"]["agent"];

interface Props {
  readonly episode: Outputs["episode"]["get"];
  /** From 0: the first that is decided anew. */
  readonly step: number;
}

export function ForkMenu({ episode, step }: Props): ReactNode {
  const { cannotRerun } = episode;
  return (
    <Popup
      small
      title="Fork here"
      command="replay.fork"
      button={
        <>
          <GitFork size={13} aria-hidden="true" /> Fork here
        </>
      }
    >
      {() => (cannotRerun === null ? <Choices episode={episode} step={step} /> : <p className="t12">It cannot be forked: {cannotRerun}</p>)}
    </Popup>
  );
}

function Choices({ episode: { row }, step }: Props): ReactNode {
  const navigate = useNavigate();
  const { data: checkpoints = [] } = useCall("checkpoints", "list", {});
  const fork = async (agent: Agent): Promise<void> => {
    const started = await attempt(() => invoke("sessions", "start", { what: { kind: "fork", episode: row.id, step }, agent }));
    if (started !== null) await navigate({ to: "/sessions", search: { focus: started.ids[0]! } });
  };
  return (
    <>
      <p className="t12 dim">
        The {step === 0 ? "task starts again" : `first ${step === 1 ? "step is" : `${step} steps are`} carried out again`}; then goes on:
      </p>
      <button type="button" className="menu-item" onClick={() => void fork({ kind: "person" })}>
        I, by mouse and keyboard
      </button>
      {checkpoints.toReversed().map((checkpoint) => (
        <button key={checkpoint.id} type="button" className="menu-item" onClick={() => void fork({ kind: "checkpoint", id: checkpoint.id })}>
          <CheckpointMark of={checkpoint} status={checkpoint.status} /> <span className="faint">{checkpoint.status}</span>
        </button>
      ))}
      <button type="button" className="menu-item" onClick={() => void fork({ kind: "scripted", name: "oracle" })}>
        The task's oracle
      </button>
    </>
  );
}
