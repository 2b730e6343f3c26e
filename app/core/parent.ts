/**
 * What whoever started the core tells it, one JSON object a line on its input: keys of model servers. In: a stream. Out: keys for the ring; the
 * end of the stream is the end of the parent. A line that cannot be read is passed over without a word, as a key may be in it.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";
import type { KeyRing } from "./keyRing.ts";

const message = z.object({ keys: z.record(z.url({ protocol: /^https?$/ }), z.string().min(1)) });

export function listenToParent(input: Readable, keys: KeyRing, onEnd: () => void): void {
  createInterface({ input })
    .on("line", (line) => {
      const told = message.safeParse(parse(line));
      if (told.success) keys.take(new Map(Object.entries(told.data.keys)));
    })
    .on("close", onEnd);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
