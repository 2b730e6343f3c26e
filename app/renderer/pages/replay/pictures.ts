/** Screens made ready before they are looked at, decoded off the main thread. In: hashes. Out: nothing; the browser's cache has them. */
import { screenUrl, thumbnailUrl } from "../../../api/urls.ts";

const READY = 24;
const ready = new Map<string, HTMLImageElement>();

/** Whole screens around the one that is shown. */
export function prefetch(hashes: readonly string[]): void {
  for (const hash of hashes) {
    const known = ready.get(hash);
    ready.delete(hash);
    ready.set(hash, known ?? load(screenUrl(hash)));
    if (ready.size > READY) ready.delete(ready.keys().next().value!);
  }
}

/** Small pictures of all screens of an episode: what scrubbing shows at once. */
export function prefetchThumbnails(hashes: readonly string[]): void {
  for (const hash of new Set(hashes)) load(thumbnailUrl(hash));
}

function load(url: string): HTMLImageElement {
  const image = new Image();
  image.src = url;
  // A picture that cannot be had is told where it is shown.
  image.decode().catch(() => {});
  return image;
}
