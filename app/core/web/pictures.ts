/**
 * Screens, thumbnails and film strip sprites. In: hashes and ids. Out: bytes with their type; small pictures are made once and kept beside the
 * screens. Equal addresses always give equal bytes.
 */
import sharp from "sharp";
import type { Action } from "../../../env/action.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { SPRITE } from "../../api/urls.ts";
import { placeOf } from "../sessions/targets.ts";

// Every picture is made once; what libvips would remember of it, and threads within one small picture, only cost memory.
sharp.cache(false);
sharp.concurrency(1);

export interface Picture {
  readonly body: Uint8Array;
  readonly type: "image/png" | "image/webp";
}

/** Widest thumbnail, px. */
const THUMBNAIL = 240;
const SPRITES_KEPT = 48;
const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 };
const FITTED = { width: SPRITE.width, height: SPRITE.height, fit: "contain", background: CLEAR } as const;

export type Pictures = ReturnType<typeof pictures>;

/** Pictures of a workspace. Null: there is none, or it was deleted to make room. */
export function pictures(workspace: Workspace) {
  const sprites = new Map<string, Promise<Picture | null>>();
  const screen = (hash: string): Uint8Array | null => {
    const png = workspace.blobs.get(hash)?.png;
    return png === undefined || png.length === 0 ? null : png;
  };
  return {
    screen(hash: string): Picture | null {
      const png = screen(hash);
      return png === null ? null : { body: png, type: "image/png" };
    },

    async thumbnail(hash: string): Promise<Picture | null> {
      const known = workspace.blobs.thumbnail(hash);
      if (known !== null) return { body: known.png, type: "image/webp" };
      const png = screen(hash);
      if (png === null) return null;
      const { data, info } = await sharp(png)
        .resize({ width: THUMBNAIL, withoutEnlargement: true })
        .webp({ quality: 72, effort: 2 })
        .toBuffer({ resolveWithObject: true });
      workspace.blobs.putThumbnail({ screenHash: hash, png: data, width: info.width, height: info.height });
      return { body: data, type: "image/webp" };
    },

    sprite(episode: string, part: number): Promise<Picture | null> {
      const key = `${episode}/${part}`;
      const known = sprites.get(key) ?? makeSprite(workspace, screen, episode, part);
      sprites.delete(key);
      sprites.set(key, known);
      known.catch(() => sprites.delete(key));
      if (sprites.size > SPRITES_KEPT) sprites.delete(sprites.keys().next().value!);
      return known;
    },
  };
}

async function makeSprite(workspace: Workspace, screen: (hash: string) => Uint8Array | null, episode: string, part: number): Promise<Picture | null> {
  const { status } = workspace.episodes.get(episode);
  const steps = workspace.steps.of(episode).slice(part * SPRITE.frames, (part + 1) * SPRITE.frames);
  if (steps.length === 0 || status === "running") return null;
  const frames = await Promise.all(
    steps.map(async ({ screenHash, deviceScaleFactor, action }, i) => {
      const png = screen(screenHash);
      const input = png === null ? null : await cropped(png, action, deviceScaleFactor);
      return input === null ? [] : [{ input, left: i * SPRITE.width, top: 0 }];
    }),
  );
  const strip = sharp({ create: { width: SPRITE.width * steps.length, height: SPRITE.height, channels: 4, background: CLEAR } });
  return { body: await strip.composite(frames.flat()).webp({ quality: 74, effort: 1 }).toBuffer(), type: "image/webp" };
}

/** What lies around the action, at one pixel per CSS px; the whole screen, fitted in, where the action has no place or all of it fits anyway. */
async function cropped(png: Uint8Array, action: Action, scale: number): Promise<Buffer> {
  const image = sharp(png);
  const { width, height } = await image.metadata();
  const [wide, high] = [SPRITE.width * scale, SPRITE.height * scale];
  const place = placeOf(action);
  if (place === null || (width <= wide && height <= high))
    return image
      .resize({ ...SPRITE, fit: "contain", background: { r: 0, g: 0, b: 0, alpha: 0 } })
      .png()
      .toBuffer();
  const [w, h] = [Math.min(wide, width), Math.min(high, height)];
  const left = Math.round(Math.min(Math.max(0, place.x * scale - w / 2), width - w));
  const top = Math.round(Math.min(Math.max(0, place.y * scale - h / 2), height - h));
  return image.extract({ left, top, width: w, height: h }).resize(FITTED).png().toBuffer();
}
