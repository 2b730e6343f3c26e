/**
 * Everything about the episode in words, always in the same order: step, verdict with evidence, route and reason, used by, siblings, re-runs,
 * history. It never says who was right before the evidence.
 */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import type { StepView } from "../../../api/episode.ts";
import { duration, plural, rate } from "../../../report/words.ts";
import { invoke } from "../../core/useCall.ts";
import { ActionGlyph, at } from "../../parts/ActionGlyph.tsx";
import { Button } from "../../parts/Button.tsx";
import { cost, tokens } from "../../parts/calls.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { clock, episodeName, fullTime } from "../../parts/format.ts";
import { Popup } from "../../parts/Popup.tsx";
import { StageTag } from "../../parts/StageTag.tsx";
import { Verdict, VerdictGlyph } from "../../parts/Verdict.tsx";
import { attempt } from "../../shell/attempt.ts";
import { Evidence } from "./Evidence.tsx";
import { ForkMenu } from "./ForkMenu.tsx";
import { JudgeForm } from "./JudgeForm.tsx";
import { MoveMenu } from "./MoveMenu.tsx";
import { Reruns } from "./Reruns.tsx";

type Episode = Outputs["episode"]["get"];

interface Props {
  readonly episode: Episode;
  readonly step: StepView | null;
  readonly mark: string | null;
}

export function Inspector({ episode, step, mark }: Props): ReactNode {
  return (
    <aside className="inspector" aria-label="Inspector">
      {step !== null && <StepSection episode={episode} step={step} mark={mark} />}
      <VerdictSection episode={episode} />
      <RouteSection episode={episode} />
      <UsedBySection episode={episode} />
      <SiblingsSection episode={episode} />
      <Reruns episode={episode} />
      <HistorySection episode={episode} />
    </aside>
  );
}

function StepSection({ episode, step, mark }: Props & { readonly step: StepView }): ReactNode {
  const { action, masked } = step;
  const facts = stepFacts(step);
  const setMask = (): void =>
    void attempt(
      () => invoke("episode", "mask", { id: episode.row.id, step: step.index, masked: masked === null, reason: "" }),
      () => (masked === null ? `Step ${step.index + 1} is left out of imitation.` : `Step ${step.index + 1} is imitated again.`),
    );
  return (
    <section>
      <header className="row between">
        <h2>
          Step {step.index + 1} of {episode.steps.length}
        </h2>
        {mark !== null && <span className="t12 env-error">{mark}</span>}
      </header>
      <p className="row does">
        <ActionGlyph of={action} /> <b>{sentenceOf(step)}</b>
      </p>
      {step.actor !== "agent" && <p className="t12 dim">{step.actor === "person" ? "Done by a person." : "Carried out again for a fork."}</p>}
      <dl className="facts">
        {facts.map(([name, value], i) => (
          <div key={`${name} ${i}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {step.thought !== null && (
        <p className="t12">
          <span className="faint">Thought</span> {step.thought}
        </p>
      )}
      <Alternatives step={step} />
      {step.incidents.map(({ kind, detail }) => (
        <p key={`${kind} ${detail}`} className="t12 env-error row">
          <VerdictGlyph of="env-error" /> {kind}: {detail}
        </p>
      ))}
      {masked !== null && (
        <p className="t12 dim">
          Left out of imitation by {masked.author}: {masked.reason || "no reason was given"}
        </p>
      )}
      <div className="row wrap">
        <ForkMenu episode={episode} step={step.index} />
        <Button small kind="quiet" command="replay.mask" onClick={setMask}>
          {masked === null ? "Leave out" : "Let in"}
        </Button>
      </div>
    </section>
  );
}

/** "Click “Send”": what it did to what, where that was read. */
function sentenceOf({ sentence, action, target }: StepView): string {
  const text = target === "" || !("at" in action) ? sentence : sentence.replace(/ at \(.*\)$/, ` “${target}”`);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function stepFacts({
  action,
  probability,
  alternatives,
  value,
  explored,
  call,
  thinkMs,
  actMs,
  url,
  screen,
  nextScreen,
}: StepView): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [];
  if (action.kind === "drag") facts.push(["from, to", <code key="at">{action.path.map(at).join(" → ")}</code>]);
  else if ("at" in action) facts.push(["at", <code key="at">{at(action.at)}</code>]);
  const next = alternatives.find((one) => JSON.stringify(one.action) !== JSON.stringify(action));
  if (probability !== null)
    facts.push(["p of what it did", `${rate(probability)}${next?.probability == null ? "" : `, next ${rate(next.probability)}`}`]);
  if (value !== null) facts.push(["expects to pass", rate(value)]);
  if (explored) facts.push(["drawn by", "exploration, not by the policy"]);
  if (thinkMs !== null) facts.push(["think, act", `${duration(thinkMs / 1000)}, ${duration((actMs ?? 0) / 1000)}`]);
  if (call !== null) facts.push(...callFacts(call));
  if (screen === nextScreen) facts.push(["changed", "nothing on the screen"]);
  if (url !== null)
    facts.push([
      "page",
      <span key="url" className="breaks">
        {url}
      </span>,
    ]);
  return facts;
}

/** What asking the model on a server took. */
function callFacts(call: NonNullable<StepView["call"]>): [string, ReactNode][] {
  const { model, latencyMs, costUsd, retries, unreadable } = call;
  return [
    ["answered by", `${model} in ${duration(latencyMs / 1000)}`],
    ["tokens, cost", `${tokens(call)}; ${cost(costUsd)}`],
    ...(retries > 0 ? [["retries", String(retries)] as [string, ReactNode]] : []),
    ...unreadable.map((why): [string, ReactNode] => ["not readable", why]),
  ];
}

const SHOWN_ALTERNATIVES = 4;

function Alternatives({ step: { alternatives, action } }: { readonly step: StepView }): ReactNode {
  const known = alternatives.filter(({ probability }) => probability !== null && probability >= 0.005);
  if (known.length < 2) return null;
  return (
    <ul className="alternatives" aria-label="What it weighed">
      {known.slice(0, SHOWN_ALTERNATIVES).map((one) => (
        <li key={one.sentence} className={JSON.stringify(one.action) === JSON.stringify(action) ? "done" : ""}>
          <ActionGlyph of={one.action} size={12} />
          <span className="cut">{one.sentence}</span>
          <meter min={0} max={1} value={one.probability ?? 0} aria-hidden="true" />
          <span className="num">{rate(one.probability)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The two readings of a reward differ, or it is neither all nor nothing. */
function isGraded({ verdict, reward }: Episode["verdicts"][number]): boolean {
  return (verdict === "pass") !== reward > 0 || !Number.isInteger(reward);
}

function VerdictSection({ episode }: { readonly episode: Episode }): ReactNode {
  const { row, verdicts } = episode;
  const routing = verdicts.find((one) => one.routing) ?? null;
  const others = verdicts.filter((one) => !one.routing);
  return (
    <section>
      <header className="row between">
        <h2>Verdict</h2>
        <span className="row">
          <Verdict of={routing?.verdict ?? null} byPerson={row.judgedByPerson} />
          <span className="t12 dim">{routing?.verifier}</span>
        </span>
      </header>
      {routing !== null && (
        <>
          <p className="t12">{routing.reason}</p>
          {isGraded(routing) && (
            <p className="t12">
              Reward {rate(routing.reward)}: {routing.reward > 0 ? "rewarded" : "not rewarded"},{" "}
              {routing.verdict === "pass" ? "passed" : "not passed"}.{" "}
              <span className="dim">Passing needs the whole reward; some benchmarks count any.</span>
            </p>
          )}
          <Evidence value={routing.evidence} />
          {routing.triage !== null && <p className="t12 dim">First guess at whose fault: {routing.triage}</p>}
        </>
      )}
      {others.map((one) => (
        <p key={one.id} className="t12 row wrap">
          <span className={one.withdrawn === null ? "dim" : "dim withdrawn"}>{one.verifier} said</span>{" "}
          <Verdict of={one.verdict} byPerson={one.source === "human"} />
          {one.verdict !== routing?.verdict && one.withdrawn === null && <span className="label-tag">disagrees</span>}
          {one.withdrawn !== null && <span className="faint">withdrawn: {one.withdrawn}</span>}
        </p>
      ))}
      <Popup small title="Your verdict" command="replay.verdict" button="Your verdict">
        {(close) => <JudgeForm id={row.id} onDone={close} />}
      </Popup>
    </section>
  );
}

function RouteSection({ episode: { row, routes, checks } }: { readonly episode: Episode }): ReactNode {
  const current = routes.at(-1) ?? null;
  const failed = checks.filter(({ passed }) => !passed);
  return (
    <section>
      <header className="row between">
        <h2>{row.route === null ? "Not routed" : `Routed to ${row.route}`}</h2>
        {row.route !== null && (
          <Popup small kind="quiet" title="Move to a stage" align="end" command="replay.route" button="Move">
            {(close) => <MoveMenu id={row.id} onDone={close} />}
          </Popup>
        )}
      </header>
      {current !== null && <p className="t12 dim">{current.reason || "No reason was given."}</p>}
      {row.route === null && (
        <p className="t12 dim">
          {row.purpose === "train" || row.purpose === "human"
            ? "The router has not looked at it yet."
            : `Episodes on ${row.purpose} seeds are never learned from.`}
        </p>
      )}
      {row.retracted && <p className="t12 fail">Retracted: no snapshot takes it.</p>}
      {failed.map(({ check, reason }) => (
        <p key={check} className="t12 row">
          <VerdictGlyph of="fail" /> <code>{check}</code> <span className="dim">{reason}</span>
        </p>
      ))}
    </section>
  );
}

function UsedBySection({ episode: { usedBy } }: { readonly episode: Episode }): ReactNode {
  if (usedBy.length === 0) return null;
  return (
    <section>
      <h2>Used by</h2>
      {usedBy.map(({ snapshot, pool, cycle, checkpoints }) => (
        <div key={`${snapshot} ${pool}`} className="row wrap lineage">
          <Link to="/datasets/$pool/$snapshot" params={{ pool, snapshot }} className="link-chip" title={snapshot}>
            <StageTag of={pool === "ct" ? "CT" : pool === "sft" ? "SFT" : "RL"} /> cycle {cycle}
          </Link>
          {checkpoints.length > 0 && <span aria-hidden="true">→</span>}
          {checkpoints.map((checkpoint) => (
            <span key={checkpoint.id} className="link-chip">
              <CheckpointMark of={checkpoint} status={checkpoint.status} link />
            </span>
          ))}
        </div>
      ))}
    </section>
  );
}

function SiblingsSection({ episode: { row, siblings, forkOf, forks } }: { readonly episode: Episode }): ReactNode {
  return (
    <>
      {siblings.length > 0 && (
        <section>
          <h2>Siblings, seed {row.seed}</h2>
          <ul className="siblings">
            {siblings.map(({ id, checkpoint, policy, verdict, steps }) => (
              <li key={id}>
                <Link to="/episodes/$id" params={{ id }}>
                  <Verdict of={verdict} word={null} /> {checkpoint === null ? policy : <CheckpointMark of={checkpoint} />}, {plural(steps, "step")}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {(forkOf !== null || forks.length > 0) && (
        <section>
          <h2>Forks</h2>
          {forkOf !== null && (
            <p className="t12">
              Forked from{" "}
              <Link to="/episodes/$id" params={{ id: forkOf.id }} search={{ step: String(forkOf.step + 1) }} className="link">
                {episodeName(forkOf.id)} at step {forkOf.step + 1}
              </Link>
            </p>
          )}
          {forks.map(({ id, step, verdict }) => (
            <p key={id} className="t12">
              <Link to="/episodes/$id" params={{ id }} className="link">
                {episodeName(id)}
              </Link>{" "}
              from step {step + 1} <Verdict of={verdict} />
            </p>
          ))}
        </section>
      )}
    </>
  );
}

function HistorySection({ episode: { history } }: { readonly episode: Episode }): ReactNode {
  return (
    <section>
      <h2>History</h2>
      <ol className="history">
        {history.toReversed().map(({ at: time, who, what }) => (
          <li key={`${time} ${what}`}>
            <time className="num faint" title={fullTime(time)}>
              {clock(time)}
            </time>
            <span>
              {what} <span className="faint">{who}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
