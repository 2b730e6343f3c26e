/**
 * A Python environment with given packages, made once and kept in the user's cache folder. In: its name, packages in groups, installed in this order.
 * Out: its Python, or why there is none; it is not an error where PyPI cannot be reached.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../env/json.ts";

export function pythonEnvironment(
  name: string,
  packages: readonly (readonly string[])[],
  say: (line: string) => void,
): { readonly python: string } | { readonly why: string } {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gui-flywheel", name);
  const python = join(cache, "venv", "bin", "python");
  const stamp = join(cache, "installed");
  const wanted = sha256(JSON.stringify(packages));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return { python };
  mkdirSync(cache, { recursive: true });
  if (!existsSync(python) && spawnSync("python3", ["-m", "venv", join(cache, "venv")], { stdio: "inherit" }).status !== 0) {
    return { why: "python3 with venv is missing" };
  }
  for (const group of packages) {
    say(`installing ${group.join(" ")}`);
    const { status, stderr } = spawnSync(python, ["-m", "pip", "install", "-q", ...group], { encoding: "utf8" });
    if (status === 0) continue;
    if (/Could not fetch|Connection|Temporary failure|NewConnectionError|No route/.test(stderr)) return { why: "PyPI cannot be reached" };
    throw new Error(`pip install ${group.join(" ")} failed:\n${stderr}`);
  }
  writeFileSync(stamp, wanted);
  return { python };
}
