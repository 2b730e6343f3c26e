/** Buttons to the row before and the next one. In: how to move. Out: a number of rows to move by. */
import { ArrowLeft, ArrowRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../parts/Button.tsx";

export function RowSwitch({ move }: { readonly move: (by: number) => void }): ReactNode {
  return (
    <span className="row">
      <Button small aria-label="Row before" onClick={() => move(-1)}>
        <ArrowLeft size={12} aria-hidden="true" />
      </Button>
      <Button small aria-label="Next row" onClick={() => move(1)}>
        <ArrowRight size={12} aria-hidden="true" />
      </Button>
    </span>
  );
}
