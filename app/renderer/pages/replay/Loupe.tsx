/** What is around the action, enlarged, with the likeliest places and their probabilities. Shown when there was more than one to choose from. */
import type { ReactNode } from "react";
import type { StepView } from "../../../api/episode.ts";
import { screenUrl } from "../../../api/urls.ts";
import { rate } from "../../../report/words.ts";
import { placeOf } from "../../parts/ActionGlyph.tsx";
import { Picture } from "../../parts/Picture.tsx";
import { ActionMark, PointerMarks } from "./Marks.tsx";
import { weighed } from "./weighed.ts";

const SIZE = { width: 300, height: 132 };
const ZOOM = 3;
/** What is passed over is not loaded, ms. */
const PASSED_BY = 60;

interface Props {
  readonly step: StepView;
  readonly viewport: { readonly width: number; readonly height: number };
  /** Shown px per CSS px on the stage. */
  readonly k: number;
}

export function Loupe({ step, viewport, k }: Props): ReactNode {
  const place = placeOf(step.action);
  const places = weighed(step);
  if (place === null || places.length < 2) return null;
  const zoom = Math.max(ZOOM, 1.5 * k);
  const part = { width: SIZE.width / zoom, height: SIZE.height / zoom };
  const left = Math.max(0, Math.min(viewport.width - part.width, place.x - part.width / 2));
  const top = Math.max(0, Math.min(viewport.height - part.height, place.y - part.height / 2));
  const px = 1 / zoom;
  const { scale } = step;
  const crop = { x: left * scale, y: top * scale, width: part.width * scale, height: part.height * scale };
  const best = places.toSorted((a, b) => b.probability - a.probability).slice(0, 2);
  // In the corner away from the action.
  const corner = `${place.y > viewport.height / 2 ? "upper" : "lower"} ${place.x > viewport.width / 2 ? "left" : "right"}`;
  return (
    <figure className={`loupe ${corner}`} aria-hidden="true">
      <Picture key={step.screen} url={screenUrl(step.screen)} crop={crop} delay={PASSED_BY} alt="" style={SIZE} />
      <svg width={SIZE.width} height={SIZE.height} viewBox={`${left} ${top} ${part.width} ${part.height}`}>
        <PointerMarks id="pointer-loupe" places={places} px={px * 1.4} />
        <ActionMark action={step.action} px={px} person={step.actor === "person"} />
        {best.map(({ at, probability }) => (
          <text key={`${at.x} ${at.y}`} x={at.x} y={Math.min(at.y + 30 * px, top + part.height - 5 * px)} fontSize={12 * px} strokeWidth={3 * px}>
            {rate(probability)}
          </text>
        ))}
      </svg>
      <figcaption className="row between t11">
        <span>Pointer probability, {zoom.toFixed(zoom % 1 === 0 ? 0 : 1)}×</span>
        {step.entropy !== null && <span>entropy {step.entropy.toFixed(2)} nat</span>}
      </figcaption>
    </figure>
  );
}
