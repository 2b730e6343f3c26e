/**
 * A job's own process: work that would keep the core from answering runs here, as a guest of the workspace that the core holds.
 * In (IPC): one order, then pause, resume, stop. Out (IPC): progress, then a result or an error. It ends with its order, and with the core.
 */
import { getPriority, setPriority } from "node:os";
import { WheelError } from "../../../env/errors.ts";
import type { Json } from "../../../env/json.ts";
import { openWorkspace } from "../../../flywheel/store/workspace.ts";
import { interrupted, toWheelError } from "../../reportError.ts";
import { carryOut } from "./carryOut.ts";
import type { FromJob, JobOrder, JobSetting, ToJob } from "./orders.ts";
import { makePause } from "./pause.ts";

const abort = new AbortController();
const pause = makePause((holding) => tell({ kind: "holding", holding }));
let turning: Extract<ToJob, { kind: "turning" }>["turning"] = "keep turning";

process.on("message", (message: ToJob) => {
  switch (message.kind) {
    case "order":
      if (message.order.kind === "run") turning = message.order.turning;
      // Browsers and trainer inherit it.
      if (message.setting.stepBack) setPriority(Math.min(19, getPriority() + 10));
      void work(message.order, message.setting);
      return;
    case "pause":
      return pause.pause();
    case "resume":
      return pause.resume();
    case "stop":
      return stop();
    case "turning":
      turning = message.turning;
      return;
  }
});
process.on("disconnect", stop);
// Ctrl-C in a terminal reaches every process of the group: the core decides what stops.
for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
process.on("SIGTERM", stop);

function stop(): void {
  abort.abort(interrupted());
  pause.resume();
}

async function work(order: JobOrder, setting: JobSetting): Promise<void> {
  let last: FromJob;
  try {
    await using workspace = await openWorkspace(setting.workspace, { guest: true });
    const onProgress = (event: Extract<FromJob, { kind: "event" }>["event"]): void => tell({ kind: "event", event });
    const tellDetail = (detail: Json): void => tell({ kind: "detail", detail });
    const means = { workspace, setting, signal: abort.signal, onProgress, tellDetail, hold: pause.hold, turning: () => turning };
    const result: Json = await carryOut(order, means);
    last = { kind: "done", result };
  } catch (error) {
    const { code, message, hint } = failure(error);
    last = { kind: "failed", code, message, hint };
  }
  if (!process.connected) process.exit(0);
  process.send!(last, () => process.exit(0));
}

function failure(error: unknown): WheelError {
  return toWheelError(error, abort.signal.aborted);
}

function tell(message: FromJob): void {
  // A core that is gone needs to know nothing more.
  if (process.connected) process.send!(message, () => undefined);
}
