/**
 * Screenshots of one page, decoded. In: PNG bytes. Out: pixels and the hash by which equal screens are known.
 * Most of what an agent tries changes nothing that can be seen: a picture that comes twice in a row is decoded once.
 */
import type { Pixels } from "./observation.ts";
import { decodePng, screenHash } from "./pixels.ts";

export interface Screen {
  readonly png: Uint8Array;
  /** Shared by all who see this screen: never to be written to. */
  readonly pixels: Pixels;
  readonly screenHash: string;
}

export class ScreenDecoder {
  #last: Screen | null = null;

  /** The screen of `png`. Rejects when it is no picture. */
  async decode(png: Uint8Array): Promise<Screen> {
    if (this.#last !== null && Buffer.compare(this.#last.png, png) === 0) return this.#last;
    const pixels = await decodePng(png);
    return (this.#last = { png, pixels, screenHash: screenHash(pixels) });
  }
}
