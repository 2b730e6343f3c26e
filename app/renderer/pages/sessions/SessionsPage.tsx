/** Live sessions: all in small, one in large with what it wants and what it did. In: focus, view and what to start from the URL. */
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { LayoutGrid, Pause, Plus } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { SessionView } from "../../../api/sessions.ts";
import { count, duration } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { cost, tokens } from "../../parts/calls.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { episodeName } from "../../parts/format.ts";
import { Keys } from "../../parts/Keys.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Segments } from "../../parts/Segments.tsx";
import { Verdict } from "../../parts/Verdict.tsx";
import type { Action } from "../../parts/ActionGlyph.tsx";
import { attempt } from "../../shell/attempt.ts";
import { Page } from "../../shell/Page.tsx";
import { useUrlSearch } from "../../urlSearch.ts";
import { AskCard } from "./AskCard.tsx";
import { beep } from "./beep.ts";
import { Controls } from "./Controls.tsx";
import { LiveStage } from "./LiveStage.tsx";
import { NewSession } from "./NewSession.tsx";
import "./sessions.css";
import { StepList } from "./StepList.tsx";
import { Tile } from "./Tile.tsx";
import { useSessions } from "./useSessions.ts";

export function SessionsPage(): ReactNode {
  const { id } = useParams({ strict: false });
  const [search, change] = useUrlSearch();
  const sessions = useSessions();
  const navigate = useNavigate();
  const all = sessions ?? [];
  const live = all.filter(({ state }) => state !== "ended");
  const focus = id ?? search["focus"];
  const current =
    all.find((one) => one.id === focus) ??
    (focus === undefined ? (live.find(({ state }) => state === "asking") ?? live[0] ?? all.at(-1)) : undefined) ??
    null;
  const grid = search["view"] === "grid" && id === undefined;
  const alone = id !== undefined;
  const look = (to: string): void => change({ focus: to, view: null }, current === null ? "replace" : "push");
  const setView = (view: "grid" | "focus"): void => change({ view: view === "grid" ? "grid" : null });
  useAsking(all);
  useCommand("sessions.focus", all.length === 0 ? null : (which) => all[which] !== undefined && look(all[which].id));
  useCommand("sessions.grid", alone ? null : () => setView(grid ? "focus" : "grid"));
  useCommand("session.new", () => change({ new: "1" }));
  const acting = live.filter(({ state }) => state === "acting").length;
  return (
    <Page
      title={alone ? id : "Sessions"}
      {...(alone ? { trail: [{ name: "Sessions", to: "/sessions" }] } : {})}
      counts={sessions !== undefined && `${count(live.length)} live, ${count(acting)} acting`}
      actions={
        <>
          {!alone && (
            <Segments
              label="View"
              value={grid ? "grid" : "focus"}
              options={[
                {
                  value: "grid",
                  name: (
                    <>
                      <LayoutGrid size={12} aria-hidden="true" /> Grid
                    </>
                  ),
                },
                { value: "focus", name: "Focus" },
              ]}
              onChange={setView}
            />
          )}
          <Button
            small
            command="sessions.pauseAll"
            off={acting === 0 ? "None acts." : null}
            onClick={() =>
              void attempt(
                () => invoke("sessions", "pauseAll", undefined),
                ({ paused }) => `${paused} paused.`,
              )
            }
          >
            <Pause size={12} aria-hidden="true" /> Pause all
          </Button>
          <Button small kind="primary" onClick={() => change({ new: "1" })}>
            <Plus size={13} aria-hidden="true" /> New session <Keys of="session.new" />
          </Button>
        </>
      }
      hints={["sessions.approve", "sessions.edit", "sessions.refuse", "sessions.takeOver", "sessions.focus"]}
      className="sessions"
    >
      {sessions !== undefined && all.length === 0 && <NoSessions onNew={() => change({ new: "1" })} />}
      {sessions !== undefined && focus !== undefined && current === null && all.length > 0 && (
        <Problem
          title={`Session ${focus} is not here any more`}
          error={new Error("Ended sessions are kept until the core is started again; their episodes stay in Episodes.")}
        />
      )}
      {grid && all.length > 0 && (
        <div className="session-grid">
          {all.map((session) => (
            <Tile key={session.id} session={session} current={session.id === current?.id} live onLook={() => look(session.id)} />
          ))}
        </div>
      )}
      {!grid && all.length > 0 && (
        <>
          {!alone && (
            <div className="strip">
              {all.map((session) => (
                <Tile key={session.id} session={session} current={session.id === current?.id} live={false} onLook={() => look(session.id)} />
              ))}
            </div>
          )}
          {current !== null && <Focus key={current.id} session={current} />}
        </>
      )}
      <NewSession
        open={search["new"] !== undefined}
        given={search}
        onClose={() => change({ new: null, task: null, bucket: null, request: null, agent: null, seed: null, url: null }, "replace")}
        onStarted={(ids) => void navigate({ to: "/sessions", search: ids.length > 1 ? { view: "grid" } : { focus: ids[0]! } })}
      />
    </Page>
  );
}

function Focus({ session }: { readonly session: SessionView }): ReactNode {
  const [edited, setEdited] = useState<{ readonly number: number; readonly action: Action } | null>(null);
  const { pending, state } = session;
  // An edit belongs to one proposal.
  const action = edited !== null && edited.number === pending?.number ? edited.action : null;
  const edit = (next: Action | null): void => setEdited(next === null || pending === null ? null : { number: pending.number, action: next });
  return (
    <div className="session-focus">
      <div className="session-stage">
        <LiveStage session={session} edited={action} onEdit={edit} />
        {state === "ended" ? <EndedLine session={session} /> : <Controls session={session} />}
      </div>
      <aside className="session-side" aria-label={`Session ${session.id}`}>
        {pending !== null && <AskCard session={session} pending={pending} edited={action} onEdit={edit} />}
        {session.note !== "" && state !== "asking" && (
          <section className="session-note">
            <p>{session.note}</p>
          </section>
        )}
        <StepList session={session} />
        {session.asked !== null && <Asked asked={session.asked} />}
        <SessionFoot session={session} />
      </aside>
    </div>
  );
}

/** What the model on a server has taken so far. */
function Asked({ asked }: { readonly asked: NonNullable<SessionView["asked"]> }): ReactNode {
  const { answers, latencyMs, costUsd, unreadable, lastUnreadable, retries } = asked;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ["answers", answers === 0 ? "none yet" : `${count(answers)}, ${duration(latencyMs / answers / 1000)} each`],
    ["tokens", tokens(asked)],
    ["cost", cost(costUsd)],
    ["retries", count(retries)],
    ["unreadable", lastUnreadable === null ? count(unreadable) : `${count(unreadable)}; the last: ${lastUnreadable}`],
  ];
  return (
    <section aria-label="The model">
      <h2>The model</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function EndedLine({ session }: { readonly session: SessionView }): ReactNode {
  const navigate = useNavigate();
  const again: Record<string, string> = session.task === null ? { new: "1", url: session.url ?? "https://" } : { new: "1", task: session.task };
  return (
    <div className="row session-controls">
      <Verdict of={session.verdict} />
      <span className="dim cut">{session.note}</span>
      <span className="grow" />
      {session.episode !== null && (
        <Link to="/episodes/$id" params={{ id: session.episode }} className="button primary">
          Replay it
        </Link>
      )}
      <Button onClick={() => void navigate({ to: "/sessions", search: again })}>Another one</Button>
    </div>
  );
}

function SessionFoot({ session: { agent, seed, steps, episode } }: { readonly session: SessionView }): ReactNode {
  return (
    <footer className="session-foot row t12">
      {agent.kind === "checkpoint" ? <CheckpointMark of={agent.checkpoint} link /> : <span>{agent.kind === "person" ? "by hand" : agent.name}</span>}
      {seed !== null && <span className="dim">seed {count(seed)}</span>}
      <span className="dim">saved to step {steps}</span>
      <span className="grow" />
      {episode !== null && (
        <Link to="/episodes/$id" params={{ id: episode }} className="link mono">
          {episodeName(episode)}
        </Link>
      )}
    </footer>
  );
}

/** Tells, also those who do not look, that a session asks. */
function useAsking(sessions: readonly SessionView[]): void {
  const { data: settings } = useCall("settings", "get", undefined);
  const known = useRef(new Set<string>());
  const asking = sessions.flatMap(({ id, pending }) => (pending === null || pending.why === "single step" ? [] : [`${id} ${pending.number}`]));
  const key = asking.join(",");
  useEffect(() => {
    const fresh = asking.filter((one) => !known.current.has(one));
    for (const one of fresh) known.current.add(one);
    if (fresh.length > 0 && settings?.sessions.sound === true) beep();
    // The names are the identity.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key, settings]);
}

function NoSessions({ onNew }: { readonly onNew: () => void }): ReactNode {
  return (
    <Empty
      title="No sessions yet"
      action={
        <Button kind="primary" onClick={onNew}>
          New session <Keys of="session.new" />
        </Button>
      }
    >
      In a session an agent works in a real browser while you watch: its picture, what it wants to do and how sure it is. You can approve, change or
      refuse each action, or take mouse and keyboard yourself. Everything is recorded as an episode. Starting one takes about two seconds.
    </Empty>
  );
}
