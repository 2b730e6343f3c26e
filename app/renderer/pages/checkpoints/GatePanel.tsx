/** The decision about a checkpoint and the evidence below it: difference, the rule's points, tasks. In: two checkpoints. Out: promote, hold, roll back. */
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { CheckpointView } from "../../../api/checkpoints.ts";
import type { Inputs, Outputs } from "../../../api/index.ts";
import { pValue, signed } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { clock } from "../../parts/format.ts";
import { Problem } from "../../parts/Problem.tsx";
import { VerdictGlyph } from "../../parts/Verdict.tsx";
import { attempt } from "../../shell/attempt.ts";
import { Forest } from "./Forest.tsx";

type Comparison = Outputs["checkpoints"]["compare"];
type Action = Inputs["checkpoints"]["decide"]["action"];

interface Props {
  readonly checkpoint: CheckpointView;
  readonly against: CheckpointView | null;
  readonly all: readonly CheckpointView[];
  readonly onAgainst: (id: string) => void;
}

export function GatePanel({ checkpoint, against, all, onAgainst }: Props): ReactNode {
  const on = checkpoint.final !== null && against?.final != null ? "final" : "gate";
  const { data, error, refetch } = useCall(
    "checkpoints",
    "compare",
    { a: checkpoint.id, b: against?.id ?? checkpoint.id, on },
    { enabled: against !== null, keep: true },
  );
  return (
    <aside className="gate-panel" aria-label="Decision">
      <section>
        <h2 className="row wrap">
          Gate: <CheckpointMark of={checkpoint} status={checkpoint.waits ? "candidate" : checkpoint.status} />
          {against !== null && (
            <>
              against
              <select aria-label="Against" className="run-picker" value={against.id} onChange={(event) => onAgainst(event.target.value)}>
                {all
                  .filter(({ id, onTheWay }) => id !== checkpoint.id && !onTheWay)
                  .map(({ id, name, status }) => (
                    <option key={id} value={id}>
                      {name} {status}
                    </option>
                  ))}
              </select>
            </>
          )}
        </h2>
        {against === null && <p className="dim t12">It is the first one: there was nobody to compare it with.</p>}
        {error !== null && <Problem title="The comparison could not be read" error={error} retry={() => void refetch()} />}
        {data !== undefined && against !== null && <Evidence comparison={data} on={on} />}
        <Decide checkpoint={checkpoint} />
        {data?.decision != null && against !== null && (
          <p className="t12 dim">
            {data.decision.author === "gate" ? "The gate" : data.decision.author} chose to {WORDS[data.decision.action]}, {clock(data.decision.at)}:{" "}
            {data.decision.why}
          </p>
        )}
      </section>
      {data !== undefined && against !== null && data.tasks.length > 0 && <Forest comparison={data} on={on} />}
    </aside>
  );
}

const WORDS: Readonly<Record<Action, string>> = { promote: "promote it", hold: "hold it", discard: "discard it", rollback: "roll back" };
const MOST_IDS = 60;

function Evidence({ comparison, on }: { readonly comparison: Comparison; readonly on: string }): ReactNode {
  const { overall, checklist, onlyA, onlyB, a, b } = comparison;
  if (overall === null || overall.estimate === null) return <p className="dim t12">They were not played on the same {on} seeds.</p>;
  const { estimate, low, high, n, p, counts } = overall;
  const sure = low > 0 ? "up" : high < 0 ? "down" : "flat";
  const winners = (pairs: Comparison["onlyA"]): Record<string, string> => ({
    id: pairs
      .slice(0, MOST_IDS)
      .map(([id]) => id)
      .join(","),
  });
  return (
    <>
      <p className="row baseline">
        <b className={`gain ${sure}`}>{signed(estimate, n)}</b>
        <span className="dim t12">
          95 % {signed(low, n)} to {signed(high, n)}, p {pValue(p)}
          {sure === "flat" && ", no evidence of a difference"}
        </span>
      </p>
      <ul className="checklist">
        {checklist.map(({ name, passed, detail }) => (
          <li key={name}>
            <VerdictGlyph of={passed ? "pass" : "fail"} />
            <span>{name}</span>
            <span className="dim">{detail}</span>
          </li>
        ))}
        <li>
          <VerdictGlyph of="unverified" />
          <span>pairs</span>
          <span className="dim">
            both {counts.both}, only {b.name.split("-")[0]}{" "}
            <Link to="/episodes" search={winners(onlyB)} className="link">
              {counts.onlyB}
            </Link>
            , only {a.name.split("-")[0]}{" "}
            <Link to="/episodes" search={winners(onlyA)} className="link">
              {counts.onlyA}
            </Link>
            , neither {counts.neither}
          </span>
        </li>
      </ul>
    </>
  );
}

function Decide({ checkpoint }: { readonly checkpoint: CheckpointView }): ReactNode {
  const { id, name, status } = checkpoint;
  const [asking, setAsking] = useState<Exclude<Action, "promote"> | null>(null);
  const { data: settings } = useCall("settings", "get", undefined);
  const { data: sessions = [] } = useCall("sessions", "list", undefined);
  const using = sessions.filter(({ state, agent }) => state !== "ended" && agent.kind === "checkpoint").length;
  const decide = (action: Action, reason = ""): void =>
    void attempt(
      () => invoke("checkpoints", "decide", { id, action, reason }),
      ({ summary }) => `${summary}.`,
    );
  const acts = status === "acting";
  const asked = asking === null ? null : QUESTIONS[asking](name);
  return (
    <>
      <div className="row">
        <Button
          kind={checkpoint.waits ? "primary" : "plain"}
          className="wide"
          command="checkpoints.promote"
          off={acts ? "It acts already." : checkpoint.onTheWay ? "It is a step on the way; its cycle's candidate can be promoted." : null}
          onClick={() => decide("promote")}
        >
          Promote, reload agents
        </Button>
        <Button command="checkpoints.hold" off={acts ? "It acts; roll back instead." : null} onClick={() => setAsking("hold")}>
          Hold…
        </Button>
        {acts ? (
          <Button command="checkpoints.rollback" onClick={() => setAsking("rollback")}>
            Roll back…
          </Button>
        ) : (
          <Button onClick={() => setAsking("discard")}>Discard…</Button>
        )}
      </div>
      <p className="t12 dim">
        Promote:{" "}
        {using === 0
          ? "new sessions and rollouts use it"
          : using === 1
            ? "the acting session finishes its step, then uses it"
            : `${using} acting sessions finish their step, then use it`}
        . Undo for {settings?.gate.undoHours ?? 24} h.
      </p>
      {asked !== null && asking !== null && (
        <Confirm
          open
          onClose={() => setAsking(null)}
          question={asked.question}
          consequences={asked.consequences}
          note="One line of reason is kept in the lineage. It can be undone."
          verb={asked.verb}
          reason="Why"
          onConfirm={(reason) => decide(asking, reason)}
        />
      )}
    </>
  );
}

interface Question {
  readonly question: string;
  readonly verb: string;
  readonly consequences: readonly (readonly [string, string])[];
}

const QUESTIONS: Readonly<Record<Exclude<Action, "promote">, (name: string) => Question>> = {
  hold: (name) => ({
    question: `Hold ${name}?`,
    verb: "Hold",
    consequences: [
      ["acts", "who acts now"],
      ["next training starts from", name],
    ],
  }),
  discard: (name) => ({
    question: `Discard ${name}?`,
    verb: "Discard",
    consequences: [
      ["acts", "who acts now"],
      ["next training starts from", "who acts now"],
    ],
  }),
  rollback: (name) => ({
    question: `Roll back ${name}?`,
    verb: "Roll back",
    consequences: [
      ["acts", "whoever it replaced"],
      ["episodes it recorded", "stay"],
    ],
  }),
};
