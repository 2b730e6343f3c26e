/**
 * Lines of a file of somebody else's, one at a time, with a limit on their length. In: a path. Out: text; a line beyond the limit is an error,
 * so a file cannot fill the memory.
 */
import { createReadStream } from "node:fs";

/** Longest line, characters. */
const LONGEST = 32 * 2 ** 20;

/** Yields the lines that are not empty. `tooLong` makes the error that is thrown for one beyond the limit. */
export async function* readLines(path: string, tooLong: () => Error): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 2 ** 20 }) as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    if (rest.length > LONGEST) throw tooLong();
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  if (rest.trim() !== "") yield rest;
}
