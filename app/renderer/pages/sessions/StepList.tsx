/** The steps of a session so far, and the thought before the newest. In: the stream of a session. Out: lines; a person's last step can be explained. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import type { SessionView } from "../../../api/sessions.ts";
import { duration, plural } from "../../../report/words.ts";
import { core } from "../../core/connection.ts";
import { invoke } from "../../core/useCall.ts";
import { useStream } from "../../core/useStream.ts";
import { ActionGlyph, actionTarget } from "../../parts/ActionGlyph.tsx";
import { cost, tokens } from "../../parts/calls.ts";
import { attempt } from "../../shell/attempt.ts";

type Line = Outputs["sessions"]["steps"] extends AsyncIterable<infer One> ? One : never;

export function StepList({ session }: { readonly session: SessionView }): ReactNode {
  const { id, steps, maxSteps, pending, state } = session;
  const [lines, setLines] = useState<readonly Line[]>([]);
  const end = useRef<HTMLLIElement>(null);
  useStream<Line>(
    `steps ${id}`,
    (options) => core.sessions.steps({ id }, options),
    (line) => setLines((before) => [...before.filter(({ index }) => index < line.index), line]),
  );
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [lines.length, pending?.number]);
  const last = lines.at(-1);
  const seconds = lines.reduce((sum, line) => sum + line.seconds, 0);
  const thought = pending?.thought ?? last?.thought ?? null;
  return (
    <>
      {thought !== null && (
        <section>
          <h2>{pending?.thought != null ? "Thought before this action" : "Thought before the last action"}</h2>
          <p>{thought}</p>
        </section>
      )}
      <section className="step-list">
        <header className="row between">
          <h2>Steps</h2>
          <span className="t12 dim">
            {steps} of {maxSteps}
            {seconds > 0 && `, ${duration(seconds)}`}
          </span>
        </header>
        <ol>
          {lines.map((line) => (
            <li key={line.index}>
              <span className="num faint">{line.index + 1}</span>
              <ActionGlyph of={line.action} size={13} />
              <span className="cut" title={line.sentence}>
                {actionTarget(line.action, line.target)}
              </span>
              <span className="num dim">{duration(line.seconds)}</span>
              {line.call !== null && <span className="t11 dim wanted-line">{callWords(line.call)}</span>}
              {line.proposed !== null && <span className="t11 dim wanted-line">edited by you, it wanted to {line.proposed}</span>}
              {line.actor === "person" && line.proposed === null && <span className="t11 dim wanted-line">by you</span>}
            </li>
          ))}
          {pending !== null && (
            <li className="waits-line">
              <span className="num">{steps + 1}</span>
              <ActionGlyph of={pending.action} size={13} />
              <span className="cut">{actionTarget(pending.action, pending.target)}</span>
              <span>waits for you</span>
            </li>
          )}
          <li ref={end} aria-hidden="true" />
        </ol>
        {state === "yours" && last?.actor === "person" && last.thought === null && <Why key={last.index} id={id} step={last.index} />}
      </section>
    </>
  );
}

/** "tokens 1 204 in, 61 out, 1.4 s, $0.0042; 1 unreadable answer before it". */
function callWords(call: NonNullable<Line["call"]>): string {
  const { latencyMs, costUsd, retries, unreadable } = call;
  const facts = [`tokens ${tokens(call)}`, duration(latencyMs / 1000), ...(costUsd === null ? [] : [cost(costUsd)])];
  const before = [
    ...(unreadable.length > 0 ? [`${plural(unreadable.length, "unreadable answer")} before it`] : []),
    ...(retries > 0 ? [plural(retries, "retry", "retries")] : []),
  ];
  return [facts.join(", "), ...before].join("; ");
}

/** Asks for a thought per step; may be skipped. */
function Why({ id, step }: { readonly id: string; readonly step: number }): ReactNode {
  const [text, setText] = useState("");
  const [told, setTold] = useState(false);
  if (told) return null;
  return (
    <form
      className="field"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === "") return;
        setTold(true);
        void attempt(
          () => invoke("sessions", "thought", { id, step, text: text.trim() }),
          () => "Kept as the thought of this step.",
        );
      }}
    >
      <span>Why step {step + 1}? (may be skipped)</span>
      <input maxLength={2000} aria-label={`Why step ${step + 1}`} value={text} onChange={(event) => setText(event.target.value)} />
    </form>
  );
}
