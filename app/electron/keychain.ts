/**
 * Keys of model servers, kept for the person at this computer: encrypted with the operating system's keychain in one file of the app's own folder,
 * each for one server. In: a server's address, a key. Out: keys for the core, to no page. Where the system cannot encrypt, nothing is written: the
 * key is held in memory until the app is closed.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyKept } from "./shellApi.ts";

/** What the operating system does. */
export interface Cipher {
  /** Why it cannot encrypt, in a sentence; null: it can. */
  readonly problem: () => Promise<string | null>;
  readonly encrypt: (text: string) => Promise<Buffer>;
  readonly decrypt: (bytes: Buffer) => Promise<string>;
}

/** Longest key. */
const LONGEST = 4000;

export class Keychain {
  readonly #folder: string;
  readonly #cipher: Cipher;
  /** Keys that could not be written, by origin. */
  readonly #unwritten = new Map<string, string>();

  constructor(folder: string, cipher: Cipher) {
    [this.#folder, this.#cipher] = [folder, cipher];
  }

  /** Why keys cannot be kept here; null: they can. */
  problem(): Promise<string | null> {
    return this.#cipher.problem();
  }

  async keep(address: string, key: string): Promise<KeyKept> {
    const origin = originOf(address);
    if (origin === null) return { kind: "refused", words: "A key is kept for a server: its address begins with http:// or https://." };
    if (!/^[\x21-\x7e]+$/.test(key) || key.length >= LONGEST)
      return { kind: "refused", words: "This is no key: it is too long, or holds signs that no key has." };
    const problem = await this.#cipher.problem();
    if (problem !== null) {
      this.#unwritten.set(origin, key);
      return { kind: "until-closed", words: `The key for ${origin} is used until the app is closed. It was not written anywhere.` };
    }
    // The server is encrypted with it: an entry moved to another server's name is worth nothing.
    const sealed = await this.#cipher.encrypt(JSON.stringify({ origin, key }));
    this.#write({ ...this.#read(), [origin]: sealed.toString("base64") });
    this.#unwritten.delete(origin);
    return { kind: "kept", words: `The key for ${origin} is in this computer's keychain.` };
  }

  forget(address: string): void {
    const origin = originOf(address) ?? "";
    this.#unwritten.delete(origin);
    const { [origin]: gone, ...rest } = this.#read();
    if (gone !== undefined) this.#write(rest);
  }

  /** All keys by origin. What cannot be decrypted any more (another user, a new keychain) is left out. */
  async all(): Promise<Record<string, string>> {
    const keys = new Map(this.#unwritten);
    if ((await this.#cipher.problem()) === null) {
      for (const [origin, sealed] of Object.entries(this.#read())) {
        const key = await this.#opened(origin, sealed);
        if (key !== null && !keys.has(origin)) keys.set(origin, key);
      }
    }
    return Object.fromEntries(keys);
  }

  async #opened(origin: string, sealed: string): Promise<string | null> {
    try {
      const held = JSON.parse(await this.#cipher.decrypt(Buffer.from(sealed, "base64"))) as { origin?: unknown; key?: unknown };
      return held.origin === origin && typeof held.key === "string" ? held.key : null;
    } catch {
      return null;
    }
  }

  get #path(): string {
    return join(this.#folder, "keys.json");
  }

  #read(): Record<string, string> {
    try {
      const entries = Object.entries(JSON.parse(readFileSync(this.#path, "utf8")) as Record<string, unknown>);
      return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
    } catch {
      return {};
    }
  }

  /** Whole or not at all. */
  #write(entries: Readonly<Record<string, string>>): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(`${this.#path}.part`, JSON.stringify(entries), { mode: 0o600 });
    renameSync(`${this.#path}.part`, this.#path);
  }
}

function originOf(address: string): string | null {
  try {
    const { origin, protocol } = new URL(address);
    return protocol === "https:" || protocol === "http:" ? origin : null;
  } catch {
    return null;
  }
}
