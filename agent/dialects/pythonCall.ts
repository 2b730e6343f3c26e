/**
 * Reads one call as Python writes it, `name(key='text', …)`, the way UI-TARS answers. In: text. Out: name and arguments, or a parse error.
 * Nothing is evaluated; arguments are text literals only.
 */
import { parseError, type ParseError } from "./dialect.ts";

export interface PythonCall {
  readonly kind: "call";
  readonly name: string;
  readonly args: ReadonlyMap<string, string>;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"' };

/** Reads the only call in `text`; a second one, or anything else behind it, is an error. */
export function readCall(text: string): PythonCall | ParseError {
  const given = text.trim();
  const head = /^([A-Za-z_]\w*)\s*\(\s*/.exec(given);
  if (head === null) return parseError("malformed", "This is no call.", given);
  const args = new Map<string, string>();
  let at = head[0].length;
  while (given[at] !== ")") {
    const key = /^([A-Za-z_]\w*)\s*=\s*(?=['"])/.exec(given.slice(at, at + 100));
    if (key === null) return parseError("malformed", "An argument is not name='text'.", given);
    const literal = readLiteral(given, at + key[0].length);
    if (literal === null) return parseError("malformed", "A text has no end.", given);
    if (args.has(key[1]!)) return parseError("bad-argument", `The argument ${key[1]} is given twice.`, given);
    args.set(key[1]!, literal.value);
    const between = /^\s*(?:,\s*|(?=\)))/.exec(given.slice(literal.end, literal.end + 100));
    if (between === null) return parseError("malformed", "There is neither a comma nor an end after an argument.", given);
    at = literal.end + between[0].length;
  }
  const rest = given.slice(at + 1).trim();
  if (/^[A-Za-z_]\w*\s*\(/.test(rest)) return parseError("several-actions", "There is more than one action.", given);
  if (rest !== "") return parseError("malformed", "There is something behind the action.", given);
  return { kind: "call", name: head[1]!, args };
}

/** The text literal whose quote stands at `from`, and where it ends. Unknown escapes stay as they are, as in Python. */
function readLiteral(text: string, from: number): { readonly value: string; readonly end: number } | null {
  const quote = text[from]!;
  let value = "";
  for (let i = from + 1; i < text.length; i++) {
    const sign = text[i]!;
    if (sign === quote) return { value, end: i + 1 };
    if (sign !== "\\") {
      value += sign;
      continue;
    }
    const code = /^(?:x([\da-f]{2})|u([\da-f]{4}))/i.exec(text.slice(i + 1, i + 6));
    if (code !== null) {
      value += String.fromCharCode(Number.parseInt(code[1] ?? code[2]!, 16));
      i += code[0].length;
    } else {
      i++;
      value += ESCAPES[text[i] ?? ""] ?? `\\${text[i] ?? ""}`;
    }
  }
  return null;
}

/** A text as a literal in single quotes that `readCall` reads back, on one line and without the signs that chat templates read. */
export function literalOf(value: string): string {
  const escaped = value
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll("\r", "\\r")
    .replaceAll(/<(?=\||\/?\w+>)/g, "\\x3c");
  return `'${escaped}'`;
}
