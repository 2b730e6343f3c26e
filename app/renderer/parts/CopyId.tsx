/** An id by its short name; a press copies the whole. */
import type { ReactNode } from "react";
import { toast } from "../shell/toasts.ts";

export function CopyId({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(id);
    toast(`${id} copied.`);
  };
  return (
    <button type="button" className="mono copy-id" title={`${id}, press to copy`} onClick={() => void copy()}>
      {name}
    </button>
  );
}
