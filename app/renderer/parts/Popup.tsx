/** A small panel at a button: label fields, choices, lists. Opens by the button or its command's key. */
import { Popover } from "@base-ui/react/popover";
import { useState, type ReactNode } from "react";
import { useCommand } from "../commands/keys.ts";
import type { CommandId } from "../commands/table.ts";
import { Keys } from "./Keys.tsx";

interface Props {
  readonly button: ReactNode;
  readonly title: string;
  readonly command?: CommandId;
  readonly kind?: "plain" | "quiet" | "primary" | "danger";
  readonly small?: boolean;
  readonly side?: "top" | "bottom";
  readonly align?: "start" | "end";
  /** Gets what closes the panel. */
  readonly children: (close: () => void) => ReactNode;
}

export function Popup({ button, title, command, kind = "plain", small = false, side = "bottom", align = "start", children }: Props): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={`button ${kind}${small ? " small" : ""}`}>
        {button}
        {command !== undefined && <Keys of={command} />}
      </Popover.Trigger>
      {command !== undefined && <Opener id={command} open={() => setOpen(true)} />}
      <Popover.Portal>
        <Popover.Positioner side={side} align={align} sideOffset={6} className="floating">
          <Popover.Popup className="popup" aria-label={title}>
            {children(() => setOpen(false))}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Opener({ id, open }: { readonly id: CommandId; readonly open: () => void }): null {
  useCommand(id, open);
  return null;
}
