/** Which program made something: numbers are only worth what can be traced. In: nothing. Out: a commit where this is a checkout, else the package's version. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

let known: string | undefined;

/** For example `3c28243f1a09`, `3c28243f1a09-dirty` with changes that are not committed, or `0.1.0` where it was installed as a package. */
export function programVersion(): string {
  known ??= commit() ?? (JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")) as { version: string }).version;
  return known;
}

function commit(): string | null {
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", ROOT, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    // A package inside somebody else's checkout has no commit of its own.
    return git("rev-parse", "--show-prefix") === "" ? git("describe", "--always", "--dirty", "--abbrev=12", "--exclude=*") : null;
  } catch {
    return null;
  }
}
