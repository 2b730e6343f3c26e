/** An episode as an animated GIF: each screen with the action drawn on it and its caption below. In: an id. Out: bytes. */
import sharp from "sharp";
import { WheelError } from "../../../env/errors.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { framesOf, type EpisodeFrame } from "./framesOf.ts";
import { caption, marksSvg } from "./marks.ts";

/** Widest picture, and most frames: of longer episodes the beginning and the end are shown. */
const [WIDEST, MOST] = [800, 80];
const CAPTION = 26;

export async function episodeGif(workspace: Workspace, id: string): Promise<Uint8Array> {
  const { viewport, verdict } = workspace.episodes.get(id);
  const all = framesOf(workspace, id).filter(({ png }) => png !== null);
  if (all.length === 0) throw new WheelError("usage", "Its pictures were deleted to make room.", "Its actions can be exported as JSON.");
  const shown = all.length <= MOST ? all : [...all.slice(0, MOST / 2), ...all.slice(-MOST / 2)];
  const width = Math.min(WIDEST, Math.max(320, viewport.width));
  const height = Math.round((width * viewport.height) / viewport.width);
  const frames = await Promise.all(shown.map((frame) => drawn(frame, viewport, { width, height }, verdict ?? "")));
  const page = height + CAPTION;
  const raw = Buffer.concat(frames);
  const animation = sharp(raw, { raw: { width, height: page * frames.length, channels: 3, pageHeight: page } });
  return animation.gif({ delay: shown.map(({ ms }) => Math.round(ms)), loop: 0, effort: 4 }).toBuffer();
}

async function drawn(frame: EpisodeFrame, viewport: Size, { width, height }: Size, verdict: string): Promise<Buffer> {
  const { step } = frame;
  const text = step === null ? `end: ${verdict}` : caption(step.index, step.action, step.target);
  const marks = await sharp(Buffer.from(marksSvg(step?.action ?? null, viewport)))
    .resize(width, height)
    .png()
    .toBuffer();
  const label = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CAPTION}"><rect width="100%" height="100%" fill="#16191d"/><text x="8" y="18" font-family="DejaVu Sans, sans-serif" font-size="13" fill="#e9ecef">${escaped(text.slice(0, Math.floor(width / 7)))}</text></svg>`;
  return sharp({ create: { width, height: height + CAPTION, channels: 3, background: "#16191d" } })
    .composite([
      { input: await sharp(frame.png!).resize(width, height).png().toBuffer(), left: 0, top: 0 },
      { input: marks, left: 0, top: 0 },
      { input: Buffer.from(label), left: 0, top: height },
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
