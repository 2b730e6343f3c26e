/**
 * Lines of a file of somebody else's, one at a time, with a limit on their length. In: a path. Out: text; a line beyond the limit is an error,
 * so a file cannot fill the memory.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** Longest line, characters. */
const LONGEST = 32 * 2 ** 20;

/** Yields the lines that are not empty. `tooLong` makes the error that is thrown for one beyond the limit. */
export function* readLines(path: string, tooLong: () => Error): Generator<string> {
  const file = openSync(path, "r");
  try {
    const chunk = Buffer.alloc(2 ** 20);
    const decoder = new StringDecoder("utf8");
    let rest = "";
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, read))).split("\n");
      rest = lines.pop()!;
      if (rest.length > LONGEST) throw tooLong();
      for (const line of lines) if (line.trim() !== "") yield line;
    }
    rest += decoder.end();
    if (rest.trim() !== "") yield rest;
  } finally {
    closeSync(file);
  }
}
