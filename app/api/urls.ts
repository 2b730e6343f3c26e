/**
 * What the core serves besides calls. All of it needs the token (a cookie after the first page), answers only to its own host and origin, and
 * nothing outside the workspace and the program's own pages can be reached. In: ids. Out: paths on the core's origin.
 */
import type { EXPORT_FORMATS } from "./episode.ts";

/** A whole screen as PNG, exactly as recorded. Cached for ever: the hash names its pixels. */
export const screenUrl = (hash: string): string => `/screens/${hash}.png`;

/** The screen at most 240 px wide, WebP; for list rows, tiles and hovering. Cached for ever. */
export const thumbnailUrl = (hash: string): string => `/thumbnails/${hash}.webp`;

/** Frames of a film strip sprite, each `SPRITE.width` × `SPRITE.height` px, side by side. */
export const SPRITE = { frames: 32, width: 230, height: 144 } as const;

/**
 * Sprite `part` (from 0) of an ended episode: step `SPRITE.frames × part + i` at x = `i × SPRITE.width`; each is its screen cropped around the
 * action (the whole screen, fitted, where the action has no place). WebP, cached for ever.
 */
export const spriteUrl = (episode: string, part: number): string => `/sprites/${episode}/${part}.webp`;

/** An episode as one file to keep or send: page, animation, script, data. Secrets are masked as they were recorded. */
export const episodeFileUrl = (episode: string, format: (typeof EXPORT_FORMATS)[number]): string => `/files/episodes/${episode}.${format}`;

/** WebSocket of a session's live picture. */
export const liveUrl = (session: string): string => `/live/${session}`;

/** WebSocket of all calls. */
export const RPC_PATH = "/rpc";
