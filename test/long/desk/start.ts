/** How soon the app can be used, and how much it loads for it. In: a workspace. Out: ms from the start of `flywheel serve`, kB of its pages. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launchBrowser } from "../../../env/launch.ts";
import { print, type Meter } from "./meter.ts";
import { closed, noted, ServedApp, waitNoted } from "./servedApp.ts";

const [START, ALL, FIRST] = [2000, 700, 350];
const PAGES = fileURLToPath(new URL("../../../dist/renderer", import.meta.url));

/** Once to fill the cache of compiled code, as the first start on a computer does, then `starts` times. */
export async function measureStart(dir: string, meter: Meter, starts: number): Promise<void> {
  await using browser = await launchBrowser({ resolveNames: true });
  const runs: { readonly usable: number; readonly core: number; readonly page: number; readonly click: number }[] = [];
  for (let i = 0; i <= starts; i++) {
    await using app = await ServedApp.open(dir);
    const page = await app.page(browser, "/");
    const homeAt = await waitNoted(page, "homeAt");
    const usable = (await page.evaluate(() => performance.timeOrigin)) + homeAt - app.startedAt;
    await page.getByRole("link", { name: /^Episodes/ }).click();
    await page.waitForFunction(() => (globalThis as unknown as { desk: { title: string } }).desk.title === "Episodes");
    const { actedAt, titledAt } = await noted(page);
    const once = { usable, core: app.startMs, page: homeAt, click: titledAt - actedAt };
    if (i === 0) print({ what: "very first start, nothing compiled yet", unit: "ms", ...once });
    else runs.push(once);
    await closed(page);
  }
  const of = (part: keyof (typeof runs)[number]): number[] => runs.map((one) => one[part]);
  meter.take("start of flywheel serve until Home can be used", "ms", of("usable"), { atMost: START, of: "median" });
  meter.take("of it, until the core says where it serves", "ms", of("core"));
  meter.take("of it, in the page", "ms", of("page"));
  meter.take("first click answered", "ms", of("click"));
}

/** Sizes of the built pages, gzipped, without fonts. */
export function measureSizes(meter: Meter): void {
  const index = readFileSync(join(PAGES, "index.html"), "utf8");
  const first = [...index.matchAll(/(?:src|href)="\/(?<file>assets\/[^"]+\.(?:js|css))"/g)].map(({ groups }) => groups!["file"]!);
  const all = readdirSync(join(PAGES, "assets"))
    .filter((name) => /\.(?:js|css)$/.test(name))
    .map((name) => `assets/${name}`);
  const withImports = [...new Set(first.flatMap((file) => [file, ...importsOf(file)]))];
  meter.take("scripts and styles of all pages", "kB gzipped", [kilobytes(all)], { atMost: ALL, of: "worst" }, { files: all.length });
  meter.take(
    "first chunk with what it loads at once",
    "kB gzipped",
    [kilobytes(withImports)],
    { atMost: FIRST, of: "worst" },
    { files: withImports.length },
  );
}

function kilobytes(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(PAGES, file)), { level: 9 }).length, 0) / 1000;
}

/** Files that a script imports before it runs, and theirs. */
function importsOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file) || !file.endsWith(".js")) return [];
  seen.add(file);
  const text = readFileSync(join(PAGES, file), "utf8");
  const own = [...text.matchAll(/(?:^|[;}\s])import\s*(?:[\w$*{][^"';]*from\s*)?["']\.\/(?<name>[^"']+\.js)["']/g)].map(
    ({ groups }) => `assets/${groups!["name"]!}`,
  );
  return own.flatMap((one) => [one, ...importsOf(one, seen)]);
}
