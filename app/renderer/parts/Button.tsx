/** A button that shows its key and says why it is off: a disabled one stays focusable. */
import type { ComponentProps, ReactNode } from "react";
import { useCommand } from "../commands/keys.ts";
import type { CommandId } from "../commands/table.ts";
import { ariaKeys, Keys } from "./Keys.tsx";

interface Props extends Omit<ComponentProps<"button">, "disabled" | "onClick"> {
  readonly kind?: "plain" | "primary" | "quiet" | "danger";
  readonly small?: boolean;
  /** Binds the command's keys while the button is there, and prints the first. */
  readonly command?: CommandId;
  /** A sentence: why nothing happens when it is pressed. */
  readonly off?: string | null | undefined;
  readonly onClick?: () => void;
  readonly children?: ReactNode;
}

export function Button({ kind = "plain", small = false, command, off = null, onClick, className = "", children, title, ...rest }: Props): ReactNode {
  return (
    <button
      type="button"
      className={`button ${kind}${small ? " small" : ""} ${className}`}
      aria-disabled={off === null ? undefined : true}
      aria-keyshortcuts={command === undefined ? undefined : ariaKeys(command)}
      title={off ?? title}
      onClick={() => off === null && onClick?.()}
      {...rest}
    >
      {children}
      {command !== undefined && (
        <>
          <Keys of={command} />
          <CommandKey id={command} run={off === null && onClick !== undefined ? onClick : null} />
        </>
      )}
    </button>
  );
}

function CommandKey({ id, run }: { readonly id: CommandId; readonly run: (() => void) | null }): null {
  useCommand(id, run);
  return null;
}
