/**
 * Screens, thumbnails and sprites, decoded for canvases. In: addresses. Out: bitmaps. An `img` leaves every picture it has ever shown decoded in the
 * browser's memory, up to half a gigabyte; here the newest stay, as many as fit.
 */
const MOST_BYTES = 32 * 2 ** 20;
/** By address, the one used last at the end. */
const decoded = new Map<string, ImageBitmap>();
const underWay = new Map<string, Promise<ImageBitmap | null>>();
let bytes = 0;

/** Files that are held although nobody looks at them; null: not there yet. */
let held: ReadonlyMap<string, { file: Blob | null }> = new Map();

/** To be drawn at once: it is closed when others need its room. Null: there is no such picture any more, or the core cannot be reached. */
export async function picture(url: string): Promise<ImageBitmap | null> {
  const known = decoded.get(url);
  if (known !== undefined) {
    decoded.delete(url);
    decoded.set(url, known);
    return known;
  }
  const loading = underWay.get(url) ?? load(url).finally(() => underWay.delete(url));
  underWay.set(url, loading);
  return loading;
}

/** Whether it can be drawn without being waited for. */
export function isReady(url: string): boolean {
  return decoded.has(url);
}

/** Makes pictures ready before they are looked at. */
export function prefetch(urls: readonly string[]): void {
  for (const url of urls) void picture(url);
}

/** Keeps the files of small pictures, a few kB each, until others are asked for: what scrubbing shows at once. */
export function hold(urls: readonly string[]): void {
  held = new Map([...new Set(urls)].map((url) => [url, held.get(url) ?? { file: null }]));
  // All at once: every file takes its turns on a thread that draws at the same time, one after the other they would take seconds.
  for (const [url, place] of held) if (place.file === null) void fetched(url, "low").then((file) => (place.file ??= file));
}

async function load(url: string): Promise<ImageBitmap | null> {
  const place = held.get(url);
  const file = place?.file ?? (await fetched(url, "high"));
  if (place !== undefined) place.file = file;
  const bitmap = file === null ? null : await createImageBitmap(file).catch(() => null);
  if (bitmap !== null) keep(url, bitmap);
  return bitmap;
}

function keep(url: string, bitmap: ImageBitmap): void {
  decoded.set(url, bitmap);
  bytes += sizeOf(bitmap);
  for (const [oldest, other] of decoded) {
    if (bytes <= MOST_BYTES || other === bitmap) break;
    decoded.delete(oldest);
    bytes -= sizeOf(other);
    other.close();
  }
}

function sizeOf({ width, height }: ImageBitmap): number {
  return width * height * 4;
}

async function fetched(url: string, priority: RequestPriority): Promise<Blob | null> {
  try {
    const answer = await fetch(url, { priority });
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}
