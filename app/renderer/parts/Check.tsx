/** A tick box; `mixed` when only some of what it stands for are ticked. */
import { Check as Tick, Minus } from "lucide-react";
import type { ReactNode } from "react";

interface Props {
  readonly checked: boolean | "mixed";
  readonly label: string;
  readonly onChange: (checked: boolean) => void;
  /** Kept out of the tab order: rows are reached by the list's own keys. */
  readonly inRow?: boolean;
}

export function Check({ checked, label, onChange, inRow = false }: Props): ReactNode {
  return (
    <button
      type="button"
      role="checkbox"
      className="check"
      aria-checked={checked}
      aria-label={label}
      tabIndex={inRow ? -1 : 0}
      onClick={(event) => {
        event.stopPropagation();
        onChange(checked !== true);
      }}
    >
      {checked === true && <Tick size={11} strokeWidth={3} aria-hidden="true" />}
      {checked === "mixed" && <Minus size={11} strokeWidth={3} aria-hidden="true" />}
    </button>
  );
}
