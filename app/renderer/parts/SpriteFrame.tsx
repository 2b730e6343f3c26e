/** One frame of an episode's film strip, cut out of the sprite that holds 32 of them. In: episode, step. Out: a picture `width` px wide. */
import type { ReactNode } from "react";
import { SPRITE, spriteUrl } from "../../api/urls.ts";
import { Picture } from "./Picture.tsx";

/** The film strip moves five times a second while one scrubs, and a sprite takes the core longer to make than any other picture. */
const PASSED_BY = 250;

interface Props {
  readonly episode: string;
  /** From 0. */
  readonly step: number;
  readonly width: number;
}

export function SpriteFrame({ episode, step, width }: Props): ReactNode {
  return (
    <Picture
      className="sprite-frame"
      url={spriteUrl(episode, Math.floor(step / SPRITE.frames))}
      crop={{ x: (step % SPRITE.frames) * SPRITE.width, y: 0, width: SPRITE.width, height: SPRITE.height }}
      width={width}
      delay={PASSED_BY}
      style={{ width, height: (SPRITE.height * width) / SPRITE.width }}
      alt=""
    />
  );
}
