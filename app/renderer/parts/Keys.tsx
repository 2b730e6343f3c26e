/** Key caps of a command, as they are bound now. */
import { Fragment, type ReactNode } from "react";
import { keyLabels } from "../commands/keyLabels.ts";
import { keysOf } from "../commands/keys.ts";
import type { CommandId } from "../commands/table.ts";

interface Props {
  readonly of: CommandId;
  /** Every alternative; of many, those that say the rest. */
  readonly all?: boolean;
  /** One of the alternatives. */
  readonly which?: number;
}

export function Keys({ of, all = false, which = 0 }: Props): ReactNode {
  const keys = keysOf(of);
  const shown = all ? summary(keys) : keys.slice(which, which + 1);
  return (
    <span className="keys" aria-hidden="true">
      {shown.map((one) => (one === "…" ? <span key={one}>…</span> : <KeyCaps key={one} keys={one} />))}
    </span>
  );
}

/** "1 … 5" for a row of digits; the first two of others, whose rest are the arrows. */
function summary(keys: readonly string[]): readonly string[] {
  if (keys.length <= 3) return keys;
  return /\d$/.test(keys[0]!) ? [keys[0]!, "…", keys.at(-1)!] : keys.slice(0, 2);
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
