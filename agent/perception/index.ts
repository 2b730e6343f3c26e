/** Stand-in perception service: whole-screen tesseract.js and plain regions. */
import { deflateSync, inflateSync } from "node:zlib";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import sharp from "sharp";
import { createScheduler, createWorker, PSM, type Scheduler } from "tesseract.js";
import type { Observation, Pixels } from "../../env/observation.ts";
import { classify, FRAME, REGION } from "./classify.ts";
import { findComponents } from "./components.ts";
import { findBlobs, inkMask } from "./inkBlobs.ts";
import type { Perception, UiElement, Word } from "./perception.ts";
export type { Perception } from "./perception.ts";

const VERSION = "standin-2";
export interface PerceptionCache { get(hash: string, version: string): Uint8Array | null; set(hash: string, version: string, bytes: Uint8Array): void }

export class PerceptionService {
  readonly version = VERSION;
  readonly #cache: PerceptionCache | null;
  readonly #memory = new Map<string, Promise<Perception>>();
  #scheduler: Promise<Scheduler> | null = null;
  counters = { read: 0, ms: 0, hits: 0 };
  constructor(options: { cache?: PerceptionCache; workers?: number } = {}) { this.#cache = options.cache ?? null; }
  perceive(o: Pick<Observation, "pixels" | "screenHash" | "viewport" | "deviceScaleFactor">): Promise<Perception> {
    const known = this.#memory.get(o.screenHash);
    if (known) { this.counters.hits++; return known; }
    const made = this.#make(o);
    this.#memory.set(o.screenHash, made);
    if (this.#memory.size > 3000) this.#memory.delete(this.#memory.keys().next().value!);
    return made;
  }
  async #make(o: Pick<Observation, "pixels" | "screenHash" | "viewport" | "deviceScaleFactor">): Promise<Perception> {
    const stored = this.#cache?.get(o.screenHash, VERSION);
    if (stored) return decodePerception(stored);
    const t = performance.now();
    const words = await this.#read(o.pixels, o.deviceScaleFactor);
    const elements = detect(o.pixels, o.deviceScaleFactor, words);
    this.counters.read++; this.counters.ms += performance.now() - t;
    const p: Perception = { version: VERSION, screenHash: o.screenHash, viewport: o.viewport, words, elements, patches: [] };
    this.#cache?.set(o.screenHash, VERSION, encodePerception(p));
    return p;
  }
  async #read(pixels: Pixels, dsf: number): Promise<Word[]> {
    this.#scheduler ??= open();
    const s = await this.#scheduler;
    const png = await sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: 4 } }).removeAlpha().greyscale().normalise().resize(pixels.width * 2).png({ compressionLevel: 0 }).toBuffer();
    const r = await s.addJob("recognize", png, {}, { blocks: true, text: false });
    const k = 2 * dsf;
    const words = (r.data.blocks ?? []).flatMap((b) => b.paragraphs.flatMap((p) => p.lines.flatMap((l) => l.words)));
    return words.map((w) => ({ text: w.text, box: { x: w.bbox.x0 / k, y: w.bbox.y0 / k, width: (w.bbox.x1 - w.bbox.x0) / k, height: (w.bbox.y1 - w.bbox.y0) / k }, confidence: w.confidence / 100, ink: [0, 0, 0] as [number, number, number], paper: [255, 255, 255] as [number, number, number] })).sort((a, b) => Math.round(a.box.y / 8) - Math.round(b.box.y / 8) || a.box.x - b.box.x);
  }
  async close(): Promise<void> { await (await this.#scheduler)?.terminate(); }
}
async function open(): Promise<Scheduler> {
  const langPath = dirname(createRequire(import.meta.url).resolve("@tesseract.js-data/eng/package.json")) + "/4.0.0_best_int";
  const s = createScheduler();
  for (let i = 0; i < 2; i++) { const w = await createWorker("eng", 1, { langPath, gzip: true, cacheMethod: "none", errorHandler: () => undefined }); await w.setParameters({ tessedit_pageseg_mode: PSM.SPARSE_TEXT, user_defined_dpi: "200" }); s.addWorker(w); }
  return s;
}
function detect(pixels: Pixels, s: number, words: readonly Word[]): UiElement[] {
  const c = findComponents(pixels, s);
  const cls = classify(c);
  const out: UiElement[] = [];
  const push = (l: number, t: number, r: number, b: number, source: UiElement["source"], colour: [number, number, number], fill: number): void => {
    const box = { x: l / s, y: t / s, width: (r - l) / s, height: (b - t) / s };
    const anchor = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    if (out.some((e) => Math.hypot(e.anchor.x - anchor.x, e.anchor.y - anchor.y) < 3 && Math.abs(e.box.width * e.box.height - box.width * box.height) < 0.6 * Math.max(e.box.width * e.box.height, box.width * box.height))) return;
    const area = box.width * box.height;
    const covered = words.reduce((sum, w) => { const ix = Math.max(0, Math.min(box.x + box.width, w.box.x + w.box.width) - Math.max(box.x, w.box.x)); const iy = Math.max(0, Math.min(box.y + box.height, w.box.y + w.box.height) - Math.max(box.y, w.box.y)); return sum + ix * iy; }, 0);
    if ((source === "blob" || area < 290) && covered >= 0.5 * area) return;
    out.push({ box, anchor, source, colour, fill, crop: crop(pixels, l, t, r, b, 3 * s) });
  };
  for (let i = 0; i < c.count; i++) {
    if (cls[i] !== FRAME && cls[i] !== REGION) continue;
    const [w, h] = [c.right[i]! - c.left[i]!, c.bottom[i]! - c.top[i]!];
    push(c.left[i]!, c.top[i]!, c.right[i]!, c.bottom[i]!, cls[i] === FRAME ? "frame" : "region", [c.red[i]!, c.green[i]!, c.blue[i]!], c.area[i]! / (w * h));
  }
  for (const b of findBlobs(c, cls, inkMask(c, cls))) {
    const [w, h] = [(b.right - b.left) / s, (b.bottom - b.top) / s];
    if (b.edge || Math.max(w, h) < 5 || h > 60 || Math.min(w, h) < 3) continue;
    push(b.left, b.top, b.right, b.bottom, "blob", [b.red / b.area, b.green / b.area, b.blue / b.area], b.area / (w * h * s * s));
  }
  return out.sort((a, b) => Math.round(a.anchor.y / 8) - Math.round(b.anchor.y / 8) || a.anchor.x - b.anchor.x).slice(0, 200);
}
function crop(p: Pixels, l: number, t: number, r: number, b: number, m: number): Uint8Array {
  const out = new Uint8Array(768);
  for (let j = 0; j < 16; j++) for (let i = 0; i < 16; i++) {
    let [R, G, B] = [0, 0, 0];
    for (let v = 0; v < 3; v++) for (let u = 0; u < 3; u++) {
      const x = Math.min(p.width - 1, Math.max(0, Math.floor(l - m + ((i + (u + 0.5) / 3) * (r - l + 2 * m)) / 16)));
      const y = Math.min(p.height - 1, Math.max(0, Math.floor(t - m + ((j + (v + 0.5) / 3) * (b - t + 2 * m)) / 16)));
      const k = 4 * (y * p.width + x); R += p.data[k]!; G += p.data[k + 1]!; B += p.data[k + 2]!;
    }
    out[3 * (16 * j + i)] = R / 9; out[3 * (16 * j + i) + 1] = G / 9; out[3 * (16 * j + i) + 2] = B / 9;
  }
  return out;
}
export function encodePerception(p: Perception): Uint8Array {
  return deflateSync(JSON.stringify({ ...p, elements: p.elements.map((e) => ({ ...e, crop: Buffer.from(e.crop).toString("base64") })) }), { level: 1 });
}
export function decodePerception(b: Uint8Array): Perception {
  const p = JSON.parse(inflateSync(b).toString());
  return { ...p, elements: p.elements.map((e: any) => ({ ...e, crop: new Uint8Array(Buffer.from(e.crop, "base64")) })) };
}
