/** Small pictures of the screens in a report. In: PNGs in base64 by hash. Out: WebP data URIs by hash, within a budget of bytes. */
import sharp from "sharp";

/** Tried in turn until all pictures together stay below the budget; widths in pixels. */
const SETTINGS = [
  { width: 400, quality: 74 },
  { width: 280, quality: 60 },
  { width: 200, quality: 40 },
] as const;

/** Text of a page with all pictures stays small enough to be mailed. */
const BUDGET = 4_000_000;

/** Data URIs of all screens. */
export async function thumbnails(screens: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  for (const setting of SETTINGS) {
    const made = await encode(screens, setting);
    const bytes = made.values().reduce((sum, uri) => sum + uri.length, 0);
    if (bytes <= BUDGET || setting === SETTINGS.at(-1)) return made;
  }
  return new Map();
}

async function encode(screens: Readonly<Record<string, string>>, { width, quality }: (typeof SETTINGS)[number]): Promise<Map<string, string>> {
  const entries = await Promise.all(
    Object.entries(screens).map(async ([hash, png]) => {
      const webp = await sharp(Buffer.from(png, "base64")).resize({ width, withoutEnlargement: true }).webp({ quality, effort: 5 }).toBuffer();
      return [hash, `data:image/webp;base64,${webp.toString("base64")}`] as const;
    }),
  );
  return new Map(entries);
}
