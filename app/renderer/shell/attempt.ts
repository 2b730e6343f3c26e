/** Acts of a person: done, told, and undone again. In: a call that changes something. Out: a message either way. */
import { explain } from "../parts/Problem.tsx";
import { invoke, queries } from "../core/useCall.ts";
import { toast } from "./toasts.ts";

/** Runs `work`; a failure becomes a message and null. `done` says what was done. */
export async function attempt<T>(work: () => Promise<T>, done?: (result: T) => string | null): Promise<T | null> {
  try {
    const result = await work();
    const text = done?.(result) ?? null;
    if (text !== null) toast(text);
    return result;
  } catch (error) {
    const { message, hint } = explain(error);
    toast(hint === "" ? message : `${message} ${hint}`, { kind: "failed" });
    return null;
  }
}

/** Takes back the newest change, or the one with this id. */
export async function undo(id?: number): Promise<void> {
  await attempt(
    () => invoke("acts", "undo", id === undefined ? {} : { id }),
    ({ summary }) => `Undone: ${summary}`,
  );
  await queries.invalidateQueries({ queryKey: ["acts"] });
}
