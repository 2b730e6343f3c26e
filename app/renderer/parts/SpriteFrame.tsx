/** One frame of an episode's film strip, cut out of the sprite that holds 32 of them. In: episode, step. Out: a picture `width` px wide. */
import type { ReactNode } from "react";
import { SPRITE, spriteUrl } from "../../api/urls.ts";

interface Props {
  readonly episode: string;
  /** From 0. */
  readonly step: number;
  readonly width: number;
}

export function SpriteFrame({ episode, step, width }: Props): ReactNode {
  const scale = width / SPRITE.width;
  return (
    <span
      className="sprite-frame"
      style={{
        width,
        height: SPRITE.height * scale,
        backgroundImage: `url("${spriteUrl(episode, Math.floor(step / SPRITE.frames))}")`,
        backgroundPositionX: -(step % SPRITE.frames) * width,
        backgroundSize: `auto ${SPRITE.height * scale}px`,
      }}
    />
  );
}
