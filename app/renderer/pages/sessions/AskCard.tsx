/**
 * A proposal that waits: what, why, how sure, what else; approve, edit, refuse. Nothing happens until it is decided; when time runs out the session
 * pauses. In: the proposal. Out: the decision.
 */
import { MessageSquareMore } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { Pending, SessionView } from "../../../api/sessions.ts";
import { duration, rate } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { invoke } from "../../core/useCall.ts";
import { ActionGlyph, actionTarget, at, placeOf, type Action } from "../../parts/ActionGlyph.tsx";
import { Button } from "../../parts/Button.tsx";
import { attempt } from "../../shell/attempt.ts";

interface Props {
  readonly session: SessionView;
  readonly pending: Pending;
  readonly edited: Action | null;
  readonly onEdit: (action: Action | null) => void;
}

export function AskCard({ session, pending, edited, onEdit }: Props): ReactNode {
  const { id } = session;
  const { number, action, target, probability, alternatives, why, until } = pending;
  const [refusing, setRefusing] = useState(false);
  const place = placeOf(action);
  const approve = (): void => void attempt(() => invoke("sessions", "approve", { id, number }));
  const replace = (): void => {
    if (edited === null) return;
    onEdit(null);
    void attempt(
      () => invoke("sessions", "edit", { id, number, action: edited }),
      () => "Done your way; what it wanted is kept beside it.",
    );
  };
  useCommand("sessions.approve", edited === null ? approve : replace);
  useCommand("sessions.edit", () => onEdit(edited === null ? action : null));
  useCommand("sessions.refuse", () => setRefusing(true));
  return (
    <section className="ask-card" aria-label="It asks">
      <header className="row between">
        <h2 className="row">
          <MessageSquareMore size={15} className="asks" aria-hidden="true" /> {why === "single step" ? "Next step" : "Asks first"}
        </h2>
        {until !== null && (
          <Countdown
            until={until}
            onMore={() =>
              void attempt(
                () => invoke("sessions", "extend", { id, number }),
                () => "Five more minutes.",
              )
            }
          />
        )}
      </header>
      <p className="row wanted">
        <ActionGlyph of={action} size={16} /> <b>{wordsOf(action, target, pending.sentence.replace(/ at \(.*\)$/, ""))}</b>
        {place !== null && <code className="dim">{at(place)}</code>}
      </p>
      <p className="t12 dim">
        {why !== "single step" && `${why.charAt(0).toUpperCase()}${why.slice(1)}. `}Nothing happens until you decide
        {until === null ? "" : "; when time runs out it pauses"}.
      </p>
      {alternatives.length > 1 && (
        <ul className="alternatives" aria-label="What it weighs">
          {alternatives.slice(0, 5).map((one) => (
            <li key={one.sentence}>
              <ActionGlyph of={one.action} size={12} />
              <button type="button" className="cut" title="Do this instead" onClick={() => onEdit(one.action)}>
                {wordsOf(one.action, one.target, one.sentence)}
              </button>
              <meter min={0} max={1} value={one.probability ?? 0} aria-hidden="true" />
              <span className="num">{rate(one.probability)}</span>
            </li>
          ))}
        </ul>
      )}
      {alternatives.length <= 1 && probability !== null && <p className="t12 dim">p {rate(probability)}; it weighed nothing else.</p>}
      {edited !== null && <EditFields action={edited} onEdit={onEdit} onDone={replace} />}
      {refusing ? (
        <RefuseForm
          onCancel={() => setRefusing(false)}
          onRefuse={(reason) => {
            setRefusing(false);
            void attempt(
              () => invoke("sessions", "refuse", { id, number, reason }),
              () => "Refused; the session is paused.",
            );
          }}
        />
      ) : (
        <div className="row">
          {edited === null ? (
            <Button kind="primary" className="wide" command="sessions.approve" onClick={approve}>
              Approve
            </Button>
          ) : (
            <Button kind="primary" className="wide" command="sessions.approve" onClick={replace}>
              Do this instead
            </Button>
          )}
          <Button command="sessions.edit" onClick={() => onEdit(edited === null ? action : null)}>
            {edited === null ? "Edit" : "Leave"}
          </Button>
          <Button kind="danger" command="sessions.refuse" onClick={() => setRefusing(true)}>
            Refuse
          </Button>
        </div>
      )}
      <p className="t11 dim">An edit or a refusal is kept as a preference pair and, if you act, as an SFT step.</p>
    </section>
  );
}

function wordsOf(action: Action, target: string, sentence: string): string {
  const text = target === "" ? sentence.replace(/ at \((.*)\)$/, "  $1") : `${action.kind} “${actionTarget(action, target)}”`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Arrows move the mark by 1 px, with Shift by 10; text and keys are retyped. */
function EditFields({
  action,
  onEdit,
  onDone,
}: {
  readonly action: Action;
  readonly onEdit: (action: Action) => void;
  readonly onDone: () => void;
}): ReactNode {
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const enter = (event: React.KeyboardEvent): void => {
    if (event.key === "Enter") onDone();
  };
  if (action.kind === "type") {
    return (
      <label className="field">
        <span>Type instead</span>
        <input ref={first} value={action.text} onChange={(event) => onEdit({ ...action, text: event.target.value })} onKeyDown={enter} />
      </label>
    );
  }
  if (action.kind === "key") {
    return (
      <label className="field">
        <span>Key, like Enter or Control+A</span>
        <input ref={first} value={action.chord} onChange={(event) => onEdit({ ...action, chord: event.target.value })} onKeyDown={enter} />
      </label>
    );
  }
  if (!("at" in action)) return <p className="t12 dim">Choose one of the others, or take over.</p>;
  const move = (event: React.KeyboardEvent): void => {
    const by = event.shiftKey ? 10 : 1;
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-by, 0],
      ArrowRight: [by, 0],
      ArrowUp: [0, -by],
      ArrowDown: [0, by],
    };
    const step = steps[event.key];
    if (step === undefined) return enter(event);
    event.preventDefault();
    onEdit({ ...action, at: { x: Math.max(0, action.at.x + step[0]), y: Math.max(0, action.at.y + step[1]) } });
  };
  return (
    <label className="field">
      <span>Drag the violet mark, or use the arrows here (Shift: ten)</span>
      <input ref={first} readOnly value={at(action.at)} onKeyDown={move} className="mono" />
    </label>
  );
}

function RefuseForm({ onCancel, onRefuse }: { readonly onCancel: () => void; readonly onRefuse: (reason: string) => void }): ReactNode {
  const [reason, setReason] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        onRefuse(reason.trim());
      }}
    >
      <input
        ref={field}
        className="text grow"
        aria-label="Why not (may be left empty)"
        placeholder="Why not? Enter refuses"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onCancel()}
      />
      <Button kind="danger" type="submit">
        Refuse
      </Button>
    </form>
  );
}

function Countdown({ until, onMore }: { readonly until: number; readonly onMore: () => void }): ReactNode {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="row t12">
      {duration(Math.max(0, Math.round((until - now) / 1000)))} left
      <Button small kind="quiet" onClick={onMore}>
        More time
      </Button>
    </span>
  );
}
