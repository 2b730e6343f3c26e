/**
 * Perceptions as compact bytes for a cache. Out: zlib (which notices damage) over a length, JSON, and the crops one after another.
 * What is decoded equals what was encoded, number by number.
 */
import { deflateSync, inflateSync } from "node:zlib";
import { WheelError } from "../../env/errors.ts";
import { CROP } from "./crop.ts";
import type { Perception, UiElement } from "./perception.ts";

const CROP_BYTES = CROP * CROP * 3;

/** The bytes of a perception. */
export function encodePerception(perception: Perception): Uint8Array {
  const bare = { ...perception, elements: perception.elements.map(({ crop: _, ...rest }) => rest) };
  const json = Buffer.from(JSON.stringify(bare));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return deflateSync(Buffer.concat([length, json, ...perception.elements.map((element) => element.crop)]), { level: 4 });
}

/** The perception in the bytes. Throws WheelError `workspace-corrupt` when they are damaged. */
export function decodePerception(bytes: Uint8Array): Perception {
  try {
    const data = inflateSync(bytes);
    const start = 4 + data.readUInt32LE(0);
    const bare = JSON.parse(data.toString("utf8", 4, start)) as Omit<Perception, "elements"> & { elements: Omit<UiElement, "crop">[] };
    if (data.length !== start + bare.elements.length * CROP_BYTES) throw new Error("crops are missing");
    const elements = bare.elements.map((element, at) => ({
      ...element,
      crop: Uint8Array.from(data.subarray(start + at * CROP_BYTES, start + (at + 1) * CROP_BYTES)),
    }));
    return { ...bare, elements };
  } catch (cause) {
    throw new WheelError(
      "workspace-corrupt",
      "A stored perception is damaged.",
      "Perceptions are a cache: delete the stored ones, they are made again.",
      { cause },
    );
  }
}
