/** A session in small: its newest screen, state by shape and word, steps. In: a session. Out: the way to look at it. */
import type { ReactNode } from "react";
import type { SessionView } from "../../../api/sessions.ts";
import { thumbnailUrl } from "../../../api/urls.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { STATE_WORDS, StateMark } from "./states.tsx";
import { useLive } from "./useLive.ts";

interface Props {
  readonly session: SessionView;
  readonly current: boolean;
  readonly live: boolean;
  readonly onLook: () => void;
}

export function Tile({ session, current, live, onLook }: Props): ReactNode {
  const { id, state, task, url, agent, steps, maxSteps, screen, viewport, instruction } = session;
  const { canvas, facts } = useLive(live && state !== "ended" ? id : null);
  const playing = facts.behindMs !== null;
  return (
    <button type="button" className={`tile ${state}`} aria-pressed={current} onClick={onLook} title={instruction}>
      <span className="tile-screen" style={{ aspectRatio: `${viewport.width} / ${viewport.height}` }}>
        {screen !== null && !playing && <img src={thumbnailUrl(screen)} alt="" />}
        {live && state !== "ended" && <canvas ref={canvas} aria-hidden="true" className={playing ? "" : "waiting-canvas"} />}
      </span>
      <span className="row tile-name">
        <StateMark session={session} /> <b>{id}</b> <span className="cut">{task ?? hostOf(url)}</span>
      </span>
      <span className="row between t11 dim">
        {agent.kind === "checkpoint" ? <CheckpointMark of={agent.checkpoint} /> : <span>{agent.kind === "person" ? "by hand" : agent.name}</span>}
        <span>
          {STATE_WORDS[state]}, {steps} / {maxSteps}
        </span>
      </span>
    </button>
  );
}

function hostOf(url: string | null): string {
  return url === null ? "free" : (URL.parse(url)?.host ?? url);
}
