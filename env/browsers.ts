/**
 * Browsers by what they are for: one per physical scale and network, started when first asked for, replaced when lost.
 * In: a scale. Out: a running browser.
 */
import type { Browser } from "playwright";
import { launchBrowser } from "./launch.ts";

export type Scale = 1 | 2;

export class Browsers implements AsyncDisposable {
  readonly #resolveNames: boolean;
  readonly #browsers = new Map<Scale, Promise<Browser>>();

  /** `resolveNames`: the browser may look up names of the network (free sessions on real pages). */
  constructor({ resolveNames = false }: { readonly resolveNames?: boolean } = {}) {
    this.#resolveNames = resolveNames;
  }

  /** A connected browser of this scale; a crashed one is replaced. */
  readonly connected = async (scale: Scale): Promise<Browser> => {
    const opening = this.#browsers.get(scale);
    if (opening !== undefined) {
      const browser = await opening.catch(() => null);
      if (browser?.isConnected() === true) return browser;
      if (this.#browsers.get(scale) === opening) this.#browsers.delete(scale);
    }
    const fresh = this.#browsers.get(scale) ?? launchBrowser({ deviceScaleFactor: scale, resolveNames: this.#resolveNames });
    this.#browsers.set(scale, fresh);
    return fresh;
  };

  /** Closes them; they start again when asked for. */
  async close(): Promise<void> {
    const opening = [...this.#browsers.values()];
    this.#browsers.clear();
    for (const open of opening) await (await open.catch(() => null))?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
