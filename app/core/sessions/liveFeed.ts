/**
 * The live picture of one session for any number of viewers: captured only while somebody looks, the newest frame only, none queued.
 * In: an environment with an open page. Out: frames to each viewer, as fast as that viewer takes them.
 */
import type { Environment } from "../../../env/environment.ts";
import { encodeFrame, type Frame } from "../../api/frames.ts";

/** Sends bytes and resolves when they are on their way. */
export type SendFrame = (bytes: Uint8Array) => Promise<void>;

interface Viewer {
  readonly send: SendFrame;
  busy: boolean;
  seen: number;
}

export interface FeedOptions {
  readonly environment: Environment;
  readonly size: { readonly width: number; readonly height: number };
  readonly steps: () => number;
  readonly framesPerSecond: () => number;
}

export class LiveFeed {
  readonly #options: FeedOptions;
  readonly #viewers = new Set<Viewer>();
  #frame: Frame | null = null;
  /** Stops the capture; null inside: there was no page yet. */
  #capture: Promise<(() => Promise<void>) | null> | null = null;
  #number = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Sends frames until the returned function is called. */
  watch(send: SendFrame): () => void {
    const viewer: Viewer = { send, busy: false, seen: 0 };
    this.#viewers.add(viewer);
    this.#begin();
    this.#offer(viewer);
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) this.#end();
    };
  }

  /** The page may be open now. */
  retry(): void {
    if (this.#viewers.size > 0) this.#begin();
  }

  close(): void {
    this.#viewers.clear();
    this.#end();
  }

  #begin(): void {
    if (this.#capture !== null) return;
    const capture = this.#start();
    this.#capture = capture;
    void capture.then((stop) => {
      // Whoever looks next, and every change of the session, tries again.
      if (stop === null && this.#capture === capture) this.#capture = null;
    });
  }

  async #start(): Promise<(() => Promise<void>) | null> {
    const { environment, framesPerSecond } = this.#options;
    try {
      return await environment.screencast((jpeg) => this.#take(jpeg), framesPerSecond());
    } catch {
      // The page is not open yet, or gone.
      return null;
    }
  }

  #end(): void {
    const capture = this.#capture;
    this.#capture = null;
    void capture?.then((stop) => stop?.());
  }

  #take(jpeg: Uint8Array): void {
    const { size, steps } = this.#options;
    this.#frame = { number: ++this.#number, captured: Date.now(), ...size, step: steps(), jpeg };
    for (const viewer of this.#viewers) this.#offer(viewer);
  }

  #offer(viewer: Viewer): void {
    const frame = this.#frame;
    if (frame === null || viewer.busy || viewer.seen === frame.number) return;
    viewer.busy = true;
    viewer.seen = frame.number;
    viewer
      .send(encodeFrame(frame))
      .catch(() => this.#viewers.delete(viewer))
      .finally(() => {
        viewer.busy = false;
        if (this.#viewers.has(viewer)) this.#offer(viewer);
      });
  }
}
