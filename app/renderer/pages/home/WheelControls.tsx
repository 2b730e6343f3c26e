/** Starts, pauses and stops the wheel, and says whether it keeps turning. In: the run and where it stands. */
import { Pause, Play, Square } from "lucide-react";
import type { ReactNode } from "react";
import type { RunView } from "../../../api/runs.ts";
import { useCommand } from "../../commands/keys.ts";
import { invoke } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Segments } from "../../parts/Segments.tsx";
import { attempt } from "../../shell/attempt.ts";

type Turning = "keep turning" | "one cycle";

export function WheelControls({ run, onNew }: { readonly run: RunView; readonly onNew: () => void }): ReactNode {
  const { id, state } = run;
  const turn = (turning: Turning): void => void attempt(() => invoke("runs", "turn", { run: id, turning }));
  const turns = state === "turning" || state === "pausing" || state === "paused" || state === "stopping";
  const resume = (turning: Turning): void =>
    void attempt(
      () => invoke("runs", "resume", { run: id, turning }),
      () => `Run ${id} goes on.`,
    );
  useCommand("wheel.turn", state === "finished" ? null : () => (turns ? turn : resume)("keep turning"));
  useCommand("wheel.cycle", state === "finished" ? null : () => (turns ? turn : resume)("one cycle"));
  if (!turns) {
    return (
      <div className="row">
        {state !== "finished" && (
          <>
            <Button kind="primary" command="wheel.pause" onClick={() => resume("keep turning")}>
              <Play size={12} aria-hidden="true" /> Go on
            </Button>
            <Button onClick={() => resume("one cycle")}>One cycle</Button>
          </>
        )}
        <Button command="wheel.new" onClick={onNew}>
          New run…
        </Button>
      </div>
    );
  }
  return (
    <div className="row">
      <Segments<Turning>
        label="After this cycle"
        value={run.turning ?? "keep turning"}
        options={[
          { value: "keep turning", name: "Keep turning", title: "Goes on to the last cycle" },
          { value: "one cycle", name: "One cycle", title: "Stops when this cycle is decided" },
        ]}
        onChange={turn}
      />
      {state === "turning" ? (
        <Button
          command="wheel.pause"
          onClick={() =>
            void attempt(
              () => invoke("runs", "pause", { run: id }),
              () => "The wheel holds after the unit under way.",
            )
          }
        >
          <Pause size={12} aria-hidden="true" /> Pause
        </Button>
      ) : (
        <Button command="wheel.pause" off={state === "paused" ? null : `It is ${state}.`} onClick={() => resume(run.turning ?? "keep turning")}>
          <Play size={12} aria-hidden="true" /> Go on
        </Button>
      )}
      <Button
        command="wheel.stop"
        off={state === "stopping" ? "It is stopping." : null}
        onClick={() =>
          void attempt(
            () => invoke("runs", "stop", { run: id }),
            () => "The wheel stops after the unit under way; nothing committed is lost.",
          )
        }
      >
        <Square size={11} aria-hidden="true" /> Stop
      </Button>
    </div>
  );
}
