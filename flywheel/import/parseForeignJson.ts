/**
 * JSON of somebody else. In: text. Out: a value that is nested so little that nothing which walks through it can run out of stack; it throws
 * for everything else, as `JSON.parse` does.
 */
const DEEPEST = 200;

/** Parses. Throws `SyntaxError`, or `RangeError` for what is nested more than 200 deep. */
export function parseForeignJson(text: string): unknown {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i += 1;
    else if (code === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (code === BRACKET || code === BRACE) depth += 1;
    else if (code === BRACKET + 2 || code === BRACE + 2) depth -= 1;
    if (depth > DEEPEST) throw new RangeError(`It is nested more than ${DEEPEST} deep.`);
  }
  return JSON.parse(text);
}

const [QUOTE, BACKSLASH, BRACKET, BRACE] = ['"', "\\", "[", "{"].map((character) => character.charCodeAt(0)) as [number, number, number, number];
