/**
 * An episode as one HTML page that needs nothing else: every screen with the action drawn on it, thoughts, verdict with evidence. No script, so
 * it can be read anywhere, printed, and mailed. In: an id. Out: the page. What pages and models said is text, never markup.
 */
import sharp from "sharp";
import { describeAction } from "../../../env/action.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { html, raw, type Markup } from "../../report/html.ts";
import { framesOf, type EpisodeFrame } from "./framesOf.ts";
import { marksSvg } from "./marks.ts";

/** Widest picture of one, in pixels. */
const WIDEST = 960;

export async function episodePage(workspace: Workspace, id: string): Promise<string> {
  const episode = workspace.episodes.get(id);
  const frames = framesOf(workspace, id);
  const pictures = await picturesOf(frames);
  const { instruction, task, seed, bucket, policy, checkpoint, verdict, verdictReason, route, startedAt, viewport } = episode;
  const facts: [string, string][] = [
    ["Verdict", `${verdict ?? "none"}: ${verdictReason ?? ""}`],
    ["Route", route ?? "none"],
    ["Task", `${task}, ${bucket}, seed ${seed}`],
    ["Who acted", checkpoint ?? policy],
    ["When", new Date(startedAt).toISOString()],
    ["Episode", id],
  ];
  const evidence = workspace.verdicts.of(id).find(({ routing }) => routing)?.evidence ?? null;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${instruction}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>${instruction}</h1>
        <dl>
          ${facts.map(
            ([name, value]) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
        ${
          evidence !== null &&
          html`<details>
            <summary>Evidence</summary>
            <pre>${JSON.stringify(evidence, null, 2)}</pre>
          </details>`
        }
        <ol>
          ${frames.map((frame) => frameItem(frame, pictures.get(frame.hash), viewport))}
        </ol>
      </body>
    </html>`;
  return page.markup;
}

function frameItem({ step, png }: EpisodeFrame, picture: string | undefined, viewport: { readonly width: number; readonly height: number }): Markup {
  const sentence = step === null ? "Last screen" : describeAction(step.action);
  const marks = raw(marksSvg(step?.action ?? null, viewport));
  const said = step?.thought ?? "";
  return html`<li>
    <p><b>${sentence}</b>${step !== null && step.target !== "" && html` “${step.target}”`}${step?.actor === "person" && html` <i>by a person</i>`}</p>
    ${said !== "" && html`<p class="thought">${said}</p>`}
    ${png === null ? html`<p class="gone">This picture was deleted to make room.</p>` : html`<div class="screen"><img src="${picture ?? ""}" alt="${sentence}" />${marks}</div>`}
  </li>`;
}

/** Data URIs by hash: a screen that was seen several times is encoded once, but stands wherever it was seen. */
async function picturesOf(frames: readonly EpisodeFrame[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map(frames.flatMap(({ hash, png }) => (png === null ? [] : [[hash, png] as const])));
  const made = await Promise.all(
    [...found].map(async ([hash, png]) => {
      const webp = await sharp(png).resize({ width: WIDEST, withoutEnlargement: true }).webp({ quality: 80, effort: 3 }).toBuffer();
      return [hash, `data:image/webp;base64,${webp.toString("base64")}`] as const;
    }),
  );
  return new Map(made);
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { opacity: .7; } dd { margin: 0; }
ol { padding-left: 1.5rem; } li { margin: 1.5rem 0; }
.screen { position: relative; border: 1px solid #8888; max-width: 100%; width: max-content; }
.screen img { display: block; max-width: 100%; height: auto; }
.screen svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.thought { opacity: .8; } .gone { opacity: .6; font-style: italic; }
pre { overflow-x: auto; }
`;
