/**
 * Keys of model servers that this core may use: those that the desktop app took from the operating system's keychain, by the server they are for;
 * else those of the environment. In: keys from whoever started the core. Out: a key source. They are held in memory and go nowhere else.
 */
import { environmentKey, type Endpoint, type KeySource } from "../../agent/remote/endpoint.ts";
import { Signal } from "./signal.ts";

/** Where an agent's key is; `none`: it needs none. */
type KeyPlace = "none" | "keychain" | "environment" | "missing";

export class KeyRing {
  /** Fires when other keys were handed over. */
  readonly changed = new Signal();
  #keys: ReadonlyMap<string, string> = new Map();

  /** Takes all keys there are, by origin, in place of those before. */
  take(keys: ReadonlyMap<string, string>): void {
    this.#keys = keys;
    this.changed.fire();
  }

  /** A key is for the server it was given for: an agent with another address does not get it. */
  readonly keyOf: KeySource = (endpoint) => this.#kept(endpoint) ?? environmentKey(endpoint);

  placeOf(endpoint: Endpoint): KeyPlace {
    if (this.#kept(endpoint) !== null) return "keychain";
    if (endpoint.keyVariable === null) return "none";
    return environmentKey(endpoint) === null ? "missing" : "environment";
  }

  #kept({ baseUrl }: Endpoint): string | null {
    return this.#keys.get(new URL(baseUrl).origin) ?? null;
  }
}
