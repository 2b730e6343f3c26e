/**
 * `npm run package`: an installable app for this system, and a look whether it starts. In: the project's files, its production packages.
 * Out: `dist/package`. Arguments go to electron-builder (`--dir`: only the unpacked folder). Uses the Electron of ELECTRON_OVERRIDE_DIST_PATH.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "electron-builder";
import { buildPages } from "../renderer/build.ts";
import { buildShell } from "./build.ts";
import { smokeTest } from "./smokeTest.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const STAGE = join(ROOT, "dist/stage");
const SOURCES = ["env", "tasks", "agent", "flywheel", "app", "package.json", "LICENSE", "dist/renderer"];

await Promise.all([buildPages(), buildShell()]);
stage();
const electronDist = process.env["ELECTRON_OVERRIDE_DIST_PATH"];
await build({
  projectDir: ROOT,
  config: {
    extends: "electron-builder.yml",
    // Old Electrons do not have this fuse yet; there, file pages are not loaded at all.
    ...(electronDist === undefined
      ? { electronFuses: { grantFileProtocolExtraPrivileges: false } }
      : { electronDist, electronVersion: versionOf(electronDist) }),
  },
  ...(process.argv.includes("--dir") ? { dir: true } : {}),
});
await smokeTest(join(ROOT, "dist/package"));

/** The core's files: sources as they are (its Node runs them), and the packages that are not for development only. */
function stage(): void {
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });
  for (const name of SOURCES) if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(STAGE, name), { recursive: true });
  const listed = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  for (const folder of listed.split("\n").filter((path) => path.includes(`${sep}node_modules${sep}`)))
    cpSync(folder, join(STAGE, relative(ROOT, folder)), { recursive: true, dereference: true, filter: isForHere });
}

/** onnxruntime-node brings the libraries of every system; packages inside of packages are listed themselves. */
function isForHere(path: string): boolean {
  const library = /onnxruntime-node[/\\]bin[/\\]napi-v\d+[/\\](?<system>\w+)(?:[/\\](?<processor>\w+))?/.exec(path)?.groups;
  if (library === undefined) return true;
  return library["system"] === process.platform && (library["processor"] === undefined || library["processor"] === process.arch);
}

/** Version of an unpacked Electron. */
function versionOf(dist: string): string {
  const file = join(dist, "version");
  if (existsSync(file)) return readFileSync(file, "utf8").trim().replace(/^v/, "");
  return (createRequire(import.meta.url)("electron/package.json") as { version: string }).version;
}
