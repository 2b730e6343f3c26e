import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright";
import { afterEach, beforeEach, expect, test } from "vitest";
import { requireBrowser } from "../../env/findBrowser.ts";
import { launchBrowser } from "../../env/launch.ts";

const given = process.env["FLYWHEEL_BROWSER"];
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "launch-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
  if (given === undefined) delete process.env["FLYWHEEL_BROWSER"];
  else process.env["FLYWHEEL_BROWSER"] = given;
});

/** From now on the browser is one that falls so many times while it starts; returns how often it was started. */
function fallingBrowser(times: number): () => number {
  const { executablePath } = requireBrowser();
  const [script, starts] = [join(folder, "browser"), join(folder, "starts")];
  writeFileSync(starts, "");
  writeFileSync(script, `#!/bin/sh\necho >>'${starts}'\n[ $(wc -l <'${starts}') -le ${times} ] && exit 139\nexec '${executablePath}' "$@"\n`, {
    mode: 0o755,
  });
  process.env["FLYWHEEL_BROWSER"] = script;
  return () => readFileSync(starts, "utf8").length;
}

test("a browser that falls while it starts is started again", async () => {
  const starts = fallingBrowser(1);
  const browser = await launchBrowser();
  expect(browser.isConnected()).toBe(true);
  await browser.close();
  expect(starts()).toBe(2);
});

test("one that falls again is an error that says what to do", async () => {
  const starts = fallingBrowser(2);
  await expect(launchBrowser()).rejects.toMatchObject({ code: "browser-failed", hint: expect.stringContaining("flywheel doctor") });
  expect(starts()).toBe(2);
});

test("our browser has all that Playwright turns on and off, and more", async () => {
  const { executablePath } = requireBrowser();
  const [script, asked] = [join(folder, "browser"), join(folder, "asked")];
  writeFileSync(script, `#!/bin/sh\nprintf '%s\\n' "$@" >'${asked}'\nexec '${executablePath}' "$@"\n`, { mode: 0o755 });
  process.env["FLYWHEEL_BROWSER"] = script;
  const featuresOf = async (launched: Promise<Browser>): Promise<string[]> => {
    await (await launched).close();
    const switches = readFileSync(asked, "utf8").split("\n");
    return ["enable", "disable"].flatMap((kind) => {
      const [, ...features] = switches.findLast((one) => one.startsWith(`--${kind}-features=`))!.split(/[=,]/);
      return features.map((feature) => `${kind} ${feature}`);
    });
  };
  const theirs = await featuresOf(chromium.launch({ executablePath: script, chromiumSandbox: process.getuid?.() !== 0 }));
  expect(theirs.length).toBeGreaterThan(10);
  expect(await featuresOf(launchBrowser())).toEqual(expect.arrayContaining(theirs));
});
