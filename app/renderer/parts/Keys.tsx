/** Key caps of a command, as they are bound now. */
import { Fragment, type ReactNode } from "react";
import { keyLabels } from "../commands/keyLabels.ts";
import { keysOf } from "../commands/keys.ts";
import type { CommandId } from "../commands/table.ts";

/** `all`: every alternative instead of the first; many show their first and last. */
export function Keys({ of, all = false }: { readonly of: CommandId; readonly all?: boolean }): ReactNode {
  const keys = keysOf(of);
  const shown = !all ? keys.slice(0, 1) : keys.length > 3 ? [keys[0]!, "…", keys.at(-1)!] : keys;
  return (
    <span className="keys" aria-hidden="true">
      {shown.map((one) => (one === "…" ? <span key={one}>…</span> : <KeyCaps key={one} keys={one} />))}
    </span>
  );
}

export function KeyCaps({ keys }: { readonly keys: string }): ReactNode {
  return keyLabels(keys).map((press, i) => (
    <Fragment key={i}>
      {press.map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </Fragment>
  ));
}

/** For `aria-keyshortcuts`: "Control+K". Sequences have no such form. */
export function ariaKeys(id: CommandId): string | undefined {
  const [first] = keysOf(id);
  if (first === undefined || first.includes(" ")) return undefined;
  return first.replace("$mod", "Control").replace(/\[\w+\]\+/, "");
}
