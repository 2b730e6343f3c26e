/** The whole way from pixels to a perception: read, detect, name signs, find bare patches. A pure function of its input. */
import { WheelError } from "../../env/errors.ts";
import type { Observation, Pixels } from "../../env/observation.ts";
import type { SignNamer } from "../signs/signNamer.ts";
import { readSignManifest } from "../signs/signWeights.ts";
import { DETECTOR_VERSION, findElements } from "./elements.ts";
import { mayBeIcon } from "./iconShape.ts";
import { findPatches } from "./patches.ts";
import type { Perception, Word } from "./perception.ts";
import type { Reader } from "./reader.ts";

/** What perceiving needs of an observation, its pixels decoded when they are needed. */
export type Sight = Pick<Observation, "pixels" | "screenHash" | "viewport" | "deviceScaleFactor">;

/** A sight with its pixels. */
export type Screen = Omit<Sight, "pixels"> & { readonly pixels: Pixels };

/** Version of the perceptions that a reader of this version leads to, with the signs that come with the project or others. */
export function perceptionVersion(readerVersion: string, signsVersion = readSignManifest().version): string {
  return `${readerVersion}+${DETECTOR_VERSION}+${signsVersion}`;
}

/** What perceives: opened by its owner, and closed. */
export interface Senses {
  readonly reader: Reader;
  readonly signs: SignNamer;
}

/** Perceives a screen; `given` words replace the reader's. Throws WheelError `internal` when the pixels are not as many as their size says. */
export async function perceive(
  { reader, signs }: Senses,
  { pixels, screenHash, viewport, deviceScaleFactor }: Screen,
  given?: readonly Word[],
): Promise<Perception> {
  requireWhole(pixels);
  const words = given ?? (await reader.read(pixels, deviceScaleFactor));
  const boxes = words.map((word) => word.box);
  const text = words.filter((word) => !mayBeIcon(word)).map((word) => word.box);
  const elements = await signs.name(pixels, deviceScaleFactor, findElements(pixels, deviceScaleFactor, text), text);
  const patches = findPatches(pixels, deviceScaleFactor, [...boxes, ...elements.map((element) => element.box)]);
  const { width, height } = viewport;
  const version = perceptionVersion(reader.version, signs.version);
  return { version, screenHash, viewport: { width, height }, words, elements, patches };
}

function requireWhole({ data, width, height }: Pixels): void {
  if (width > 0 && height > 0 && data.length === width * height * 4) return;
  throw new WheelError("internal", `a screen of ${width} × ${height} px has ${data.length} bytes`, "Pixels are RGBA, 4 bytes each.");
}
