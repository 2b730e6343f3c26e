/** Short messages about what was just done; the way back stays in the top bar. In: text. Out: the messages shown now. */
import { useSyncExternalStore } from "react";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: "done" | "failed";
  /** What can be done about it, as a button. */
  readonly action?: { readonly name: string; readonly run: () => void };
}

const SHOWN_MS = 6000;

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function become(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function toast(text: string, more: Pick<Toast, "action"> & { readonly kind?: Toast["kind"] } = {}): void {
  const id = ++last;
  become([...toasts.slice(-2), { id, text, kind: "done", ...more }]);
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id: number): void {
  if (toasts.some((one) => one.id === id)) become(toasts.filter((one) => one.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
