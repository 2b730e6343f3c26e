/** Starts a packaged app and looks whether its window shows the core's page. In: electron-builder's output folder. Out: nothing, or an error. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where electron-builder leaves what it packs, by system. */
const UNPACKED: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: "linux-unpacked/gui-flywheel",
  win32: "win-unpacked/GUI Flywheel.exe",
  darwin: "mac/GUI Flywheel.app/Contents/MacOS/GUI Flywheel",
};

const PATIENCE = 60_000;

export async function smokeTest(output: string): Promise<void> {
  const binary = join(output, UNPACKED[process.platform] ?? "");
  if (!existsSync(binary)) throw new Error(`There is no packaged app at ${binary}.`);
  const folder = mkdtempSync(join(tmpdir(), "flywheel-package-"));
  const port = await freePort();
  const flags = [`--remote-debugging-port=${port}`, `--user-data-dir=${join(folder, "user")}`, "--workspace", join(folder, "workspace")];
  const app = spawn(binary, [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), ...flags], { stdio: "ignore" });
  try {
    const title = await titleShown(port);
    process.stdout.write(`The packaged app starts: its window shows "${title}".\n`);
  } finally {
    const ended = new Promise((resolve) => app.once("exit", resolve));
    app.kill();
    await Promise.race([ended, sleep(30_000)]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Waits for a window on the core's origin. Asks Chromium's own list of pages, which every version has. */
async function titleShown(port: number): Promise<string> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; await sleep(500)) {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => null);
    const pages = answer === null ? [] : ((await answer.json()) as { url: string; title: string }[]);
    const page = pages.find(({ url, title }) => url.startsWith("http://127.0.0.1") && title !== "" && !title.startsWith("127."));
    if (page !== undefined) return page.title;
  }
  throw new Error("The packaged app showed no page of the core in a minute.");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
