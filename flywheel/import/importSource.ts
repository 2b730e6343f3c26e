/**
 * What an importer makes of a folder: episodes as records, and the pictures they name, all of it checked before a workspace is touched.
 * In: somebody else's files. Out: an `ImportSource`, or one clear error.
 */
import { readFileSync, statSync } from "node:fs";
import sharp from "sharp";
import { isWheelError } from "../../env/errors.ts";
import { screenHash } from "../../env/pixels.ts";
import { corruptExport, fileInside, LARGEST_PICTURE } from "../export/verifyExport.ts";
import type { EpisodeRecord, RunRecord } from "../export/episodeRecord.ts";
import type { Screen } from "../store/blobs.ts";

export interface ImportSource {
  readonly kind: "flywheel" | "atif" | "ui-tars";
  readonly runs: readonly RunRecord[];
  /** Reads the episodes anew each time it is called. */
  readonly episodes: () => Iterable<EpisodeRecord>;
  readonly screens: Pictures;
}

/** Largest picture when unpacked. */
const LARGEST_PIXELS = 8192 * 8192;

interface Picture {
  readonly screenHash: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** Pictures of a folder by the hash of their pixels; their bytes are read again when they are stored. */
export class Pictures {
  readonly #dir: string;
  readonly #byFile = new Map<string, Picture>();
  readonly #byHash = new Map<string, Picture>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Decodes a picture once and remembers it. Throws `export-corrupt` for what is missing, outside the folder, too large, or no picture. */
  async look(path: string): Promise<Picture> {
    const place = fileInside(this.#dir, path);
    if (place === null) throw corruptExport(path, "the picture is missing, or lies outside the folder");
    const { size, dev, ino } = statSync(place);
    const file = `${dev}/${ino}`;
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    if (size > LARGEST_PICTURE) throw corruptExport(path, `the picture has ${size} bytes`);
    const picture = { path, ...(await measure(place, path)) };
    this.#byFile.set(file, picture);
    if (!this.#byHash.has(picture.screenHash)) this.#byHash.set(picture.screenHash, picture);
    return picture;
  }

  has(hash: string): boolean {
    return this.#byHash.has(hash);
  }

  /** The screen to be stored. */
  screen(hash: string): Screen {
    const { path, ...size } = this.#byHash.get(hash)!;
    return { ...size, png: readFileSync(fileInside(this.#dir, path)!) };
  }
}

async function measure(place: string, path: string): Promise<Omit<Picture, "path">> {
  try {
    const image = sharp(readFileSync(place), { limitInputPixels: LARGEST_PIXELS, failOn: "warning" });
    if ((await image.metadata()).format !== "png") throw corruptExport(path, "the picture is no PNG");
    const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return { width, height, screenHash: screenHash({ data, width, height }) };
  } catch (error) {
    throw isWheelError(error) ? error : corruptExport(path, "it is no picture that can be shown", error);
  }
}
