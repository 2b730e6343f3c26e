/** One episode, step by step. In: an id, and how to look at it, from the URL. Out: stage, film strip, timeline, inspector, and what can be done. */
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowDown, ArrowUp, Link as LinkIcon, PanelRight, Pause, Play } from "lucide-react";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { useCommand } from "../../commands/keys.ts";
import { count } from "../../../report/words.ts";
import { useCall } from "../../core/useCall.ts";
import { screenUrl, thumbnailUrl } from "../../../api/urls.ts";
import { Button } from "../../parts/Button.tsx";
import { Check } from "../../parts/Check.tsx";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { CopyId } from "../../parts/CopyId.tsx";
import { episodeName } from "../../parts/format.ts";
import { Keys } from "../../parts/Keys.tsx";
import { hold, prefetch } from "../../parts/pictures.ts";
import { Problem } from "../../parts/Problem.tsx";
import { Segments, Toggles } from "../../parts/Segments.tsx";
import { StageTag } from "../../parts/StageTag.tsx";
import { Verdict } from "../../parts/Verdict.tsx";
import { Page } from "../../shell/Page.tsx";
import { toast } from "../../shell/toasts.ts";
import { parseSearch, useUrlSearch } from "../../urlSearch.ts";
import { readQuery } from "../episodes/query.ts";
import { ExportMenu } from "./ExportMenu.tsx";
import { FilmStrip, marksOf } from "./FilmStrip.tsx";
import { Inspector } from "./Inspector.tsx";
import { Labels } from "./Labels.tsx";
import "./replay.css";
import { Stage } from "./Stage.tsx";
import { TimelineBar } from "./TimelineBar.tsx";
import { SPEEDS, usePlayhead } from "./usePlayhead.ts";
import { useRested } from "./useRested.ts";
import { FRAMES, OVERLAYS, readView, showToSearch, type Overlay } from "./view.ts";

type Episode = Outputs["episode"]["get"];

/** How far the film strip may be behind a playhead that is dragged, ms. */
const FILM_MS = 200;

export function ReplayPage(): ReactNode {
  const { id = "" } = useParams({ strict: false });
  const { data, error, refetch } = useCall("episode", "get", { id }, { keep: true });
  if (error !== null) {
    return (
      <Page title="Episode" trail={[{ name: "Episodes", to: "/episodes" }]} hints={[]}>
        <Problem title="This episode could not be opened" error={error} retry={() => void refetch()} />
      </Page>
    );
  }
  if (data === undefined)
    return (
      <Page title={episodeName(id)} trail={[{ name: "Episodes", to: "/episodes" }]} hints={[]}>
        {null}
      </Page>
    );
  return <Replay episode={data} />;
}

function Replay({ episode }: { readonly episode: Episode }): ReactNode {
  const [search, change] = useUrlSearch();
  const [fold, setFold] = useState(true);
  const [drawer, setDrawer] = useState(false);
  const { row, steps } = episode;
  const view = readView(search, steps.length);
  const head = usePlayhead(steps, view.step, fold, (to) => change({ step: to === 0 ? null : String(to + 1) }, "replace"));
  const { step: at, player } = head;
  const step = steps[at] ?? null;
  const lastDrift = episode.reruns.at(-1)?.firstDrift ?? null;
  const marks = useMemo(() => marksOf(steps, episode.labels, lastDrift), [steps, episode.labels, lastDrift]);
  useEffect(() => hold(steps.flatMap(({ screen, nextScreen }) => [thumbnailUrl(screen), thumbnailUrl(nextScreen)])), [steps]);
  const rested = useRested(at);
  // Moving the strip takes longer than a frame where the computer is slow.
  const inFilm = useRested(at, FILM_MS);
  useEffect(
    () => prefetch(steps.slice(Math.max(0, rested - 2), rested + 4).flatMap(({ screen, nextScreen }) => [screenUrl(screen), screenUrl(nextScreen)])),
    [steps, rested],
  );

  const move = (to: number): void => {
    player.pause();
    head.show(to);
  };
  const show = (next: ReadonlySet<Overlay>): void => change({ show: showToSearch(next) }, "replace");
  const nextMark = (direction: 1 | -1): void => {
    const marked = [...marks.keys()].toSorted((a, b) => a - b);
    const to = direction === 1 ? marked.find((index) => index > at) : marked.findLast((index) => index < at);
    if (to !== undefined) move(to);
  };
  useCommand("replay.step", (which) => move(at + (which === 0 ? -1 : 1)));
  useCommand("replay.ten", (which) => move(at + (which === 0 ? -10 : 10)));
  useCommand("replay.first", () => move(0));
  useCommand("replay.last", () => move(steps.length - 1));
  useCommand("replay.play", () => (head.playing ? player.pause() : player.play()));
  useCommand("replay.speed", (which) => head.setSpeed(SPEEDS[which]!));
  useCommand("replay.idle", () => setFold(!fold));
  useCommand("replay.frame", () => change({ frame: FRAMES[(FRAMES.indexOf(view.frame) + 1) % FRAMES.length]! }, "replace"));
  useCommand("replay.overlays", () => show(view.show.size > 0 ? new Set() : new Set(["action", "pointer"])));
  useCommand("replay.overlay", (which) => show(view.show.symmetricDifference(new Set([OVERLAYS[which]!]))));
  useCommand("replay.mark", marks.size === 0 ? null : (which) => nextMark(which === 0 ? -1 : 1));
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    toast(`Link to step ${at + 1} copied.`);
  };

  return (
    <Page
      title={episodeName(row.id)}
      trail={[
        { name: "Episodes", to: "/episodes", search: listSearch(search["in"]) },
        { name: row.task, to: `/tasks/${encodeURIComponent(row.task)}` },
      ]}
      counts={<InList id={row.id} list={search["in"]} />}
      actions={
        <>
          <Button small command="replay.link" onClick={() => void copyLink()}>
            <LinkIcon size={13} aria-hidden="true" /> Copy link to step {at + 1}
          </Button>
          <ExportMenu id={row.id} />
          <button
            type="button"
            className="button small quiet drawer-button"
            aria-pressed={drawer}
            aria-label="Inspector"
            onClick={() => setDrawer(!drawer)}
          >
            <PanelRight size={14} aria-hidden="true" />
          </button>
        </>
      }
      hints={["replay.step", "replay.play", "replay.overlays", "replay.frame", "replay.verdict", "replay.fork"]}
      className={`replay${drawer ? " drawer" : ""}`}
    >
      <Statement episode={episode} step={step === null ? null : at} />
      <div className="player">
        <div className="row controls">
          <Button small onClick={() => (head.playing ? player.pause() : player.play())}>
            {head.playing ? <Pause size={12} aria-hidden="true" /> : <Play size={12} aria-hidden="true" />}
            {head.playing ? "Pause" : "Play"} <Keys of="replay.play" />
          </Button>
          <Segments
            label="Speed"
            value={String(head.speed)}
            options={SPEEDS.map((speed) => ({ value: String(speed), name: speed === 0.5 ? "½×" : `${speed}×` }))}
            onChange={(speed) => head.setSpeed(Number(speed))}
          />
          <label className="row t12">
            <Check checked={fold} label="Skip idle" onChange={setFold} /> <span aria-hidden="true">skip idle</span>
          </label>
          <span className="grow" />
          <Segments
            label="Side of the action"
            value={view.frame}
            options={FRAMES.map((frame) => ({ value: frame, name: frame.charAt(0).toUpperCase() + frame.slice(1) }))}
            onChange={(frame) => change({ frame: frame === "before" ? null : frame }, "replace")}
          />
          <Toggles
            label="Overlays"
            values={view.show}
            options={OVERLAYS.map((name, i) => ({ value: name, name: name.charAt(0).toUpperCase() + name.slice(1), title: `Shift ${i + 1}` }))}
            onChange={show}
          />
        </div>
        <Stage key={row.id} episode={episode} step={step} view={view} after={head.after} />
        {steps.length === 0 ? (
          <p className="dim no-steps">It ended before its first step{episode.terminatedBy === null ? "" : `, by the ${episode.terminatedBy}`}.</p>
        ) : (
          <div className="below">
            <FilmStrip episode={row.id} steps={steps} current={inFilm} marks={marks} onStep={move} />
            <TimelineBar timeline={head.timeline} player={player} steps={steps} current={at} onSeek={player.pause} />
          </div>
        )}
      </div>
      <Inspector episode={episode} step={step} mark={marks.get(at) ?? null} />
      <p className="unseen" role="status">
        {step !== null && !head.playing && `Step ${at + 1} of ${steps.length}: ${step.sentence}`}
      </p>
    </Page>
  );
}

function Statement({ episode, step }: { readonly episode: Episode; readonly step: number | null }): ReactNode {
  const { row } = episode;
  return (
    <div className="statement row">
      <h2 className="cut" title={row.instruction}>
        {row.instruction}
      </h2>
      <span className="grow" />
      <Verdict of={row.verdict} byPerson={row.judgedByPerson} title={row.reason} />
      <StageTag of={row.route} byPerson={row.routedByPerson} />
      {row.checkpoint === null ? <span className="dim">{row.policy}</span> : <CheckpointMark of={row.checkpoint} link />}
      <span className="dim t12">
        <Link to="/episodes" search={{ cycle: String(row.cycle), task: row.task }} className="plain-link">
          cycle {row.cycle}
        </Link>
        , seed {count(row.seed)}
        {episode.maxSteps !== null && `, ${row.steps} of ${episode.maxSteps} steps`}
        {!episode.feasible && ", cannot be done"}
        {episode.heldOut && ", held-out wording"}
        {episode.status !== "ended" && `, ${episode.status}`}
      </span>
      <CopyId id={row.id} name={episodeName(row.id)} />
      <Labels episode={episode} step={step} />
    </div>
  );
}

/** "3 of 41 in this list", and the way to its neighbours. `list`: the list's own parameters. */
function InList({ id, list }: { readonly id: string; readonly list: string | undefined }): ReactNode {
  const navigate = useNavigate();
  const { filter, sort } = readQuery(listSearch(list));
  const { data } = useCall("episodes", "neighbours", { filter, sort, id }, { enabled: list !== undefined, keep: true });
  const go = (to: string | null | undefined): (() => void) | null =>
    to === null || to === undefined ? null : () => void navigate({ to: "/episodes/$id", params: { id: to }, search: { in: list! } });
  const [previous, next] = [go(data?.previous), go(data?.next)];
  useCommand("replay.episode", list === undefined ? null : (which) => (which === 0 ? previous : next)?.());
  if (data === undefined || list === undefined) return null;
  return (
    <span className="row in-list">
      <span>
        {data.position === null
          ? `not in this list of ${count(data.count)} any more`
          : `${count(data.position + 1)} of ${count(data.count)} in this list`}
      </span>
      <Button
        small
        kind="quiet"
        aria-label="Episode before"
        off={previous === null ? "It is the first of the list." : null}
        onClick={previous ?? (() => {})}
      >
        <ArrowUp size={13} aria-hidden="true" /> <Keys of="replay.episode" which={0} />
      </Button>
      <Button small kind="quiet" aria-label="Next episode" off={next === null ? "It is the last of the list." : null} onClick={next ?? (() => {})}>
        <ArrowDown size={13} aria-hidden="true" /> <Keys of="replay.episode" which={1} />
      </Button>
    </span>
  );
}

function listSearch(list: string | undefined): Record<string, string> {
  return list === undefined || list === "all" ? {} : { ...parseSearch(list) };
}
