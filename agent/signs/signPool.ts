/** Pictures of signs with their classes, as bytes: what a training learns from, in memory and in a file. A record: class, kind, picture. */
import { WheelError } from "../../env/errors.ts";
import { SIGN_BYTES } from "./signCrop.ts";
import { SIGNS } from "./signNames.ts";

/** What was drawn: a form, an icon, or neither. */
const SIGN_KINDS = ["form", "icon", "other"] as const;
export type SignKind = (typeof SIGN_KINDS)[number];

const RECORD = SIGN_BYTES + 2;

export interface LabelledCrop {
  readonly sign: number;
  readonly kind: SignKind;
  /** SIGN_BYTES long. */
  readonly crop: Uint8Array;
}

/** A pool in these bytes. Throws `workspace-corrupt` when they are none. */
export class SignPool {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    const damaged = bytes.length % RECORD !== 0 || !bytes.every((value, at) => at % RECORD !== 0 || value < SIGNS.length);
    if (damaged) throw new WheelError("workspace-corrupt", "A pool of signs cannot be read.", "Delete it; it is made again.");
    this.bytes = bytes;
  }

  static of(crops: readonly LabelledCrop[]): SignPool {
    const bytes = new Uint8Array(crops.length * RECORD);
    for (const [at, { sign, kind, crop }] of crops.entries()) {
      bytes[at * RECORD] = sign;
      bytes[at * RECORD + 1] = SIGN_KINDS.indexOf(kind);
      bytes.set(crop, at * RECORD + 2);
    }
    return new SignPool(bytes);
  }

  get size(): number {
    return this.bytes.length / RECORD;
  }

  get(index: number): LabelledCrop {
    const at = index * RECORD;
    return { sign: this.bytes[at]!, kind: SIGN_KINDS[this.bytes[at + 1]!]!, crop: this.bytes.subarray(at + 2, at + RECORD) };
  }
}
