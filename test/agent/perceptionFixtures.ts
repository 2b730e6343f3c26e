/** Screens for tests of perception: drawings, where every pixel is known, and real pages, where Chromium draws text. */
import sharp from "sharp";
import type { Screen, Sight } from "../../agent/perception/perceive.ts";
import type { PageWord } from "../../agent/perception/pageWords.ts";
import { pageWords } from "../../agent/perception/pageWords.ts";
import type { Observation, Pixels, Viewport } from "../../env/observation.ts";
import { screenHash } from "../../env/pixels.ts";
import type { EnvironmentPool } from "../../env/pool.ts";
import type { Task } from "../../env/task.ts";
import { resourcesOf } from "../../tasks/resources.ts";

const SCALE = 2;

/** Pixels of an SVG drawing on white; coordinates are CSS px of a 240 × 160 viewport, drawn at device scale factor 2. */
export async function draw(svg: string): Promise<Pixels> {
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="320" viewBox="0 0 240 160"><rect width="240" height="160" fill="#fff"/>${svg}</svg>`;
  const { data, info } = await sharp(Buffer.from(source)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** A drawing as a screen. */
export async function drawScreen(svg: string): Promise<Sight> {
  const pixels = await draw(svg);
  return { pixels: async () => pixels, screenHash: screenHash(pixels), viewport: { width: 240, height: 160 }, deviceScaleFactor: SCALE };
}

/** An observation with its pixels decoded. */
export async function screenOf(observation: Observation): Promise<Screen> {
  return { ...observation, pixels: await observation.pixels() };
}

/** A real page with this body, in one of the themes' fonts, and the words a person can see on it. */
export async function openPage(
  pool: EnvironmentPool,
  body: string,
  viewport: Viewport = { width: 300, height: 200 },
): Promise<{ observation: Observation; truth: PageWord[] }> {
  const html = `<!doctype html><link rel="stylesheet" href="/fonts.css"><body style="margin:8px;background:#fff;color:#222;font:15px Inter">${body}`;
  const [opened] = await pool.run([page(html, viewport)], async (environment, task) => {
    const { observation } = await environment.reset(task, 34);
    return { observation, truth: await environment.readPage(pageWords) };
  });
  return opened!;
}

function page(html: string, viewport: Viewport): Task {
  const fonts = resourcesOf("", "");
  return {
    id: "page",
    version: 1,
    family: "test",
    summary: "",
    viewport,
    maxSteps: 1,
    buckets: ["only"],
    startPath: "/",
    instance: (seed) => ({ seed, split: "train", bucket: "only", template: 0, heldOut: false, instruction: "", feasible: true, params: {} }),
    resource: (path) => (path === "/" ? { body: html, contentType: "text/html; charset=utf-8" } : fonts(path)),
    setup: () => "document.fonts.ready.then(() => null)",
    probe: async () => ({ ended: false, state: null }),
    verify: () => ({ pass: false, reason: "nothing to do", evidence: null }),
    nearMisses: [],
  };
}
