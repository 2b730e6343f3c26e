/** Pictures made ready before they are looked at. In: hashes. Out: nothing; while the browser holds them, an `img` with their address shows them at once. */
import { screenUrl, thumbnailUrl } from "../../../api/urls.ts";

const READY = 24;
const ready = new Map<string, HTMLImageElement>();
/** Of the episode that is looked at. */
let thumbnails: ReadonlyMap<string, HTMLImageElement> = new Map();

/** Whole screens around the one that is shown. */
export function prefetch(hashes: readonly string[]): void {
  for (const hash of hashes) {
    const known = ready.get(hash);
    ready.delete(hash);
    ready.set(hash, known ?? decoded(load(screenUrl(hash))));
    if (ready.size > READY) ready.delete(ready.keys().next().value!);
  }
}

/** Whether the whole screen would be shown without being waited for. */
export function isReady(hash: string): boolean {
  return ready.get(hash)?.complete === true;
}

/** Small pictures of all screens of an episode: what scrubbing shows at once. They are held until another episode is looked at. */
export function holdThumbnails(hashes: readonly string[]): void {
  const known = thumbnails;
  thumbnails = new Map([...new Set(hashes)].map((hash) => [hash, known.get(hash) ?? load(thumbnailUrl(hash))]));
}

/** Off the main thread, so that showing it takes no time there. */
function decoded(image: HTMLImageElement): HTMLImageElement {
  // A picture that cannot be had is told where it is shown.
  image.decode().catch(() => {});
  return image;
}

function load(url: string): HTMLImageElement {
  const image = new Image();
  image.src = url;
  return image;
}
