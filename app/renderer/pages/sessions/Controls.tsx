/** What can be done with the session one looks at. In: a session. Out: pause, single step, take over, hand back, stop, and actions a mouse cannot do. */
import { Hand, Pause, Play, Square, StepForward } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { SessionView } from "../../../api/sessions.ts";
import type { AskRule } from "../../../api/settings.ts";
import { invoke } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Popup.tsx";
import { attempt } from "../../shell/attempt.ts";
import { AskRuleFields, ruleWords } from "./AskRuleFields.tsx";

export function Controls({ session }: { readonly session: SessionView }): ReactNode {
  const { id, state, agent, ask } = session;
  const byHand = agent.kind === "person";
  const yours = state === "yours";
  const paused = state === "paused";
  const busy = state === "starting" ? "It is starting." : null;
  return (
    <div className="row wrap session-controls">
      {!yours && !byHand && (
        <>
          <Button command="sessions.pause" off={busy} onClick={() => void attempt(() => invoke("sessions", paused ? "resume" : "pause", { id }))}>
            {paused ? <Play size={13} aria-hidden="true" /> : <Pause size={13} aria-hidden="true" />} {paused ? "Go on" : "Pause"}
          </Button>
          <Button
            command="sessions.step"
            off={paused || state === "asking" ? null : "Pause it first."}
            onClick={() => void attempt(() => invoke("sessions", "step", { id }))}
          >
            <StepForward size={13} aria-hidden="true" /> Step
          </Button>
        </>
      )}
      {!yours && (
        <Button command="sessions.takeOver" off={busy} onClick={() => void attempt(() => invoke("sessions", "takeOver", { id }))}>
          <Hand size={13} aria-hidden="true" /> Take over
        </Button>
      )}
      {!byHand && (
        <Button
          data-leave-stage=""
          command="sessions.handBack"
          off={yours ? null : "It is not in your hands."}
          onClick={() => void attempt(() => invoke("sessions", "handBack", { id }))}
        >
          Hand back
        </Button>
      )}
      {yours && <Finish id={id} leave={byHand} />}
      <span className="grow" />
      {!byHand && !yours && (
        <Popup small side="top" align="end" title="When it asks" button={<>asks {ruleWords(ask)}</>}>
          {(close) => <RuleForm id={id} ask={ask} onDone={close} />}
        </Popup>
      )}
      <Button
        kind="danger"
        command="sessions.stop"
        onClick={() =>
          void attempt(
            () => invoke("sessions", "stop", { id }),
            ({ id: stopped }) => `${stopped} stopped; judged as it stood.`,
          )
        }
      >
        <Square size={11} aria-hidden="true" /> Stop
      </Button>
    </div>
  );
}

function RuleForm({ id, ask, onDone }: { readonly id: string; readonly ask: AskRule; readonly onDone: () => void }): ReactNode {
  const [rule, setRule] = useState(ask);
  return (
    <>
      <AskRuleFields rule={rule} onChange={setRule} />
      <Button
        kind="primary"
        onClick={() => {
          onDone();
          void attempt(() => invoke("sessions", "changeAsk", { id, ask: rule }));
        }}
      >
        Ask {ruleWords(rule)}
      </Button>
    </>
  );
}

/** Saying that it is done, or cannot be done, is an action like any other. */
function Finish({ id, leave }: { readonly id: string; readonly leave: boolean }): ReactNode {
  const [answer, setAnswer] = useState("");
  const act = (action: Parameters<typeof invoke<"sessions", "act">>[2]["action"]): void =>
    void attempt(() => invoke("sessions", "act", { id, action }));
  return (
    <>
      <Popup small side="top" title="Done" button="Done">
        {(close) => (
          <form
            className="bulk-form"
            onSubmit={(event) => {
              event.preventDefault();
              close();
              act(answer.trim() === "" ? { kind: "done" } : { kind: "done", answer: answer.trim() });
            }}
          >
            <label className="field">
              <span>Answer, where one is asked for</span>
              <input value={answer} onChange={(event) => setAnswer(event.target.value)} />
            </label>
            <Button kind="primary" type="submit">
              It is done
            </Button>
          </form>
        )}
      </Popup>
      <Button small onClick={() => act({ kind: "fail", reason: "It cannot be done." })} {...(leave ? { "data-leave-stage": "" } : {})}>
        Cannot be done
      </Button>
      <Button small kind="quiet" onClick={() => act({ kind: "wait" })}>
        Wait
      </Button>
      <Button small kind="quiet" onClick={() => act({ kind: "back" })}>
        Back
      </Button>
    </>
  );
}
