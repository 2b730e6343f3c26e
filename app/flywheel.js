#!/usr/bin/env node
/** The `flywheel` command on any Node: the program itself runs on the Node 24 that `npm ci` installs. In: argv. Out: the program's exit status. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CLI = new URL("./cli.ts", import.meta.url);

if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import(CLI.href);
} else {
  const child = spawn(bundledNode(), [fileURLToPath(CLI), ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends Ctrl-C to both; the child decides when it has stopped.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => signal === "SIGINT" || child.kill(signal));
  child.on("error", () => fail());
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

function bundledNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    return join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return fail();
  }
}

function fail() {
  process.stderr.write(
    `error (usage): This needs Node 24, and this is ${process.versions.node}.\nRun \`npm ci\` in the project's folder: it brings its own Node 24.\n`,
  );
  process.exit(2);
}
