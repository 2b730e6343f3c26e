/**
 * The screenshot, as large as there is room, with what was done drawn on it. In: a step and how to look at it. Out: a picture with layers; the
 * same is told in words by the inspector.
 */
import { useRef, useState, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import type { StepView } from "../../../api/episode.ts";
import { screenUrl, thumbnailUrl } from "../../../api/urls.ts";
import { rate } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { useCall } from "../../core/useCall.ts";
import { actionTarget, placeOf } from "../../parts/ActionGlyph.tsx";
import { Picture } from "../../parts/Picture.tsx";
import { isReady } from "../../parts/pictures.ts";
import { Loupe } from "./Loupe.tsx";
import { ActionMark, BoxMarks, NameMarks, PointerMarks } from "./Marks.tsx";
import { weighed } from "./weighed.ts";
import { useRested } from "./useRested.ts";
import { useZoom } from "./useZoom.ts";
import type { View } from "./view.ts";

type Episode = Outputs["episode"]["get"];

interface Props {
  readonly episode: Episode;
  /** Null: an episode without steps. */
  readonly step: StepView | null;
  readonly view: View;
  /** While playing: the action has been carried out. */
  readonly after: boolean;
}

export function Stage({ episode, step, view, after }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const { viewport } = episode;
  const { k, zoom, reset, zoomTo, handlers } = useZoom(box, viewport, step?.scale ?? 1);
  const [wipe, setWipe] = useState(0.5);
  const place = step === null ? null : placeOf(step.action);
  useCommand("replay.zoom", place === null ? null : () => zoomTo(place));
  useCommand("replay.fit", reset);
  const both = view.frame === "both" && step !== null;
  const isAfter = !both && (view.frame === "after" || after);
  const screen = step === null ? episode.startScreen : isAfter ? step.nextScreen : step.screen;
  const size = { width: viewport.width * k, height: viewport.height * k };
  return (
    <div ref={box} className={`stage${zoom.factor > 1 ? " zoomed" : ""}`} {...handlers}>
      {k > 0 && (
        <div
          className="screen"
          style={{ ...size, transform: `translate(${zoom.x}px, ${zoom.y}px)` }}
          onPointerMove={(event) => {
            const { left, width } = event.currentTarget.getBoundingClientRect();
            if (both) setWipe(Math.max(0, Math.min(1, (event.clientX - left) / width)));
          }}
        >
          <Screen hash={screen} alt={altOf(step, isAfter)} />
          {both && (
            <>
              <div className="wiped" style={{ clipPath: `inset(0 0 0 ${100 * wipe}%)` }}>
                <Screen hash={step.nextScreen} alt={altOf(step, true)} />
              </div>
              <div className="wipe-line" style={{ left: `${100 * wipe}%` }}>
                <span>before</span>
                <span>after</span>
              </div>
            </>
          )}
          {step !== null && (
            <Layers
              step={step}
              screen={screen}
              instruction={episode.instructionBoxes[screen] ?? null}
              viewport={viewport}
              view={view}
              k={k}
              dim={isAfter}
            />
          )}
        </div>
      )}
      {step !== null && view.show.has("pointer") && !isAfter && zoom.factor === 1 && <Loupe step={step} viewport={viewport} k={k} />}
      {step?.masked !== null && step !== null && view.show.has("masks") && (
        <p className="masked-note">Left out of imitation: {step.masked?.reason || "no reason was given"}</p>
      )}
    </div>
  );
}

/** The thumbnail at once; the whole picture where it is ready, or when one rests on it: what is passed over is not loaded. */
export function Screen({ hash, alt }: { readonly hash: string; readonly alt: string }): ReactNode {
  const [lost, setLost] = useState<string | null>(null);
  const isWhole = useRested(hash) === hash || isReady(screenUrl(hash));
  if (lost === hash) return <p className="lost">This screen is not in the workspace any more: retention has deleted it.</p>;
  return (
    <>
      <Picture className="picture" url={thumbnailUrl(hash)} alt={isWhole ? "" : alt} />
      <Picture className="picture" url={isWhole ? screenUrl(hash) : null} hides alt={isWhole ? alt : ""} onLost={() => setLost(hash)} />
    </>
  );
}

function altOf(step: StepView | null, after: boolean): string {
  if (step === null) return "First screen";
  return after ? `Screen after step ${step.index + 1}: ${step.sentence}` : `Screen before step ${step.index + 1}: ${step.sentence}`;
}

interface LayerProps {
  readonly step: StepView;
  readonly screen: string;
  /** Where the screen itself shows the instruction. */
  readonly instruction: Episode["instructionBoxes"][string] | null;
  readonly viewport: Episode["viewport"];
  readonly view: View;
  readonly k: number;
  /** After the action its mark is only a memory. */
  readonly dim: boolean;
}

function Layers({ step, screen, instruction, viewport, view: { show }, k, dim }: LayerProps): ReactNode {
  const seen = show.has("words") || show.has("candidates");
  const { data: perception } = useCall("episode", "perception", { screen, viewport }, { enabled: seen });
  const { action, proposed } = step;
  const px = 1 / k;
  return (
    <>
      <svg className="layers" viewBox={`0 0 ${viewport.width} ${viewport.height}`} aria-hidden="true">
        {instruction !== null && (show.has("masks") || show.has("candidates")) && <BoxMarks kind="instruction" px={px} boxes={[instruction]} />}
        {show.has("words") && perception !== undefined && <BoxMarks kind="words" px={px} boxes={perception.words.map(({ box }) => box)} />}
        {show.has("candidates") && perception !== undefined && (
          <>
            <BoxMarks kind="candidates" px={px} boxes={perception.elements.map(({ box }) => box)} />
            <NameMarks px={px} named={perception.elements.flatMap(({ box, names }) => names.slice(0, 1).map((name) => ({ box, name })))} />
          </>
        )}
        {show.has("pointer") && !dim && <PointerMarks id="pointer-stage" places={weighed(step)} px={px} />}
        {show.has("action") && (
          <g opacity={dim ? 0.45 : 1}>
            {proposed !== null && <ActionMark action={proposed} px={px} proposed />}
            <ActionMark action={action} px={px} person={step.actor === "person"} />
          </g>
        )}
      </svg>
      {show.has("action") && !dim && <ActionNote step={step} viewport={viewport} k={k} />}
    </>
  );
}

/** What it did in a few words, beside the place; for actions without one at the lower edge. */
function ActionNote({ step, viewport, k }: { readonly step: StepView; readonly viewport: Episode["viewport"]; readonly k: number }): ReactNode {
  const { action, target, probability } = step;
  const place = placeOf(action);
  const text = `${VERBS[action.kind]}${place === null || target !== "" ? ` ${actionTarget(action, target)}` : ""}${probability === null ? "" : `, p ${rate(probability)}`}`;
  // Above the ring; below it where the edge is near. Kept inside of the picture.
  const above = place !== null && place.y * k > 56;
  const style =
    place === null ? undefined : { top: place.y * k + (above ? -46 : 24), left: Math.max(4, Math.min(viewport.width * k - 150, place.x * k - 30)) };
  return (
    <span className={`action-note${place === null ? " placeless" : ""}${step.actor === "person" ? " person" : ""}`} style={style} aria-hidden="true">
      {text}
    </span>
  );
}

const VERBS: Readonly<Record<StepView["action"]["kind"], string>> = {
  click: "click",
  hover: "point at",
  drag: "drag",
  scroll: "scroll",
  type: "type",
  key: "press",
  wait: "",
  back: "go",
  done: "",
  fail: "",
  ask: "",
};
