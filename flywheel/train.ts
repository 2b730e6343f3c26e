/**
 * Training as a stage of the wheel: sends one order to a trainer process and waits. In: an order. Out: the training record.
 * A killed trainer leaves no checkpoint (its manifest is written last), so the stage is simply run again.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { WheelError, type WheelErrorCode } from "../env/errors.ts";
import type { Json } from "../env/json.ts";
import type { TrainMessage, TrainOrder } from "./trainProcess.ts";

type TrainProgress = Extract<TrainMessage, { readonly kind: "progress" }>;

/** Runs the order in a process of its own. Throws what the trainer reports, or `interrupted`. */
export function train(order: TrainOrder, signal: AbortSignal, onProgress: (progress: TrainProgress) => void): Promise<Json> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Json>();
  const child = fork(new URL("./trainProcess.ts", import.meta.url), { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "json" });
  const stop = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", stop);
  child.on("message", (message: TrainMessage) => {
    if (message.kind === "progress") onProgress(message);
    else if (message.kind === "done") resolve(message.result);
    else reject(new WheelError(message.code as WheelErrorCode, message.message, message.hint));
  });
  child.on("error", reject);
  // What it said last may arrive after its end, so nothing is concluded before the channel is empty too.
  void Promise.all([once(child, "exit"), once(child, "disconnect")]).then(([[code, exitSignal]]) => {
    signal.removeEventListener("abort", stop);
    if (signal.aborted) reject(new WheelError("interrupted", "Stopped.", "Run the same command again to go on where it stopped."));
    else
      reject(
        new WheelError(
          "internal",
          `The trainer ended with ${exitSignal ?? `exit code ${code}`}.`,
          "Run the same command again; if it happens again, look at free memory, and report it with the log.",
        ),
      );
  }, reject);
  child.send(order);
  return promise;
}
