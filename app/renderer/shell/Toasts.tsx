/** The messages at the lower edge. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../parts/Button.tsx";
import { dismiss, useToasts } from "./toasts.ts";

export function Toasts(): ReactNode {
  return (
    <div className="toasts" role="status">
      {useToasts().map(({ id, text, kind, action }) => (
        <div key={id} className={`toast ${kind}`}>
          <span>{text}</span>
          {action !== undefined && (
            <Button
              small
              onClick={() => {
                action.run();
                dismiss(id);
              }}
            >
              {action.name}
            </Button>
          )}
          <button type="button" className="button quiet small" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <X size={12} aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}
