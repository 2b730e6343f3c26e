/** A wait that can be called off. In: milliseconds, a signal. Out: nothing; throws the signal's own reason. */
import { setTimeout as sleep } from "node:timers/promises";

export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
