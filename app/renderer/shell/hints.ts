/** The keys of the status bar: what the page that is shown thinks matters most. */
import { useEffect, useSyncExternalStore } from "react";
import type { CommandId } from "../commands/table.ts";

let hints: readonly CommandId[] = [];
const listeners = new Set<() => void>();

/** Sets them while mounted. */
export function useHints(own: readonly CommandId[]): void {
  const key = own.join(" ");
  useEffect(() => {
    hints = own;
    for (const listener of listeners) listener();
    // The list's content is its identity.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
}

export function useShownHints(): readonly CommandId[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => hints,
  );
}
