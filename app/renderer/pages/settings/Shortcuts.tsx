/** Keys of every command, from the table that binds them; changed by pressing others. A clash is refused with the name of the other command. */
import { useEffect, useState, type ReactNode } from "react";
import { keysOf } from "../../commands/keys.ts";
import { clashes, COMMANDS, SCOPES, type Command, type CommandId } from "../../commands/table.ts";
import { Button } from "../../parts/Button.tsx";
import { Keys } from "../../parts/Keys.tsx";
import { toast } from "../../shell/toasts.ts";

interface Props {
  readonly changed: Readonly<Record<string, string>>;
  readonly onChange: (shortcuts: Record<string, string>) => void;
}

export function Shortcuts({ changed, onChange }: Props): ReactNode {
  const [listening, setListening] = useState<CommandId | null>(null);
  const all = Object.entries(COMMANDS) as [CommandId, Command][];
  const take = (id: CommandId, key: string): void => {
    setListening(null);
    const clash = clashes((other) => (other === id ? [key] : keysOf(other))).find(({ ids }) => ids.includes(id));
    if (clash !== undefined) {
      const other = clash.ids.find((one) => one !== id)!;
      toast(`These keys belong to “${COMMANDS[other].label}”. Nothing was changed.`, { kind: "failed" });
      return;
    }
    onChange({ ...changed, [id]: key });
  };
  return (
    <>
      {Object.entries(SCOPES).map(([scope, name]) => (
        <section key={scope} className="shortcut-group">
          <h3>{name}</h3>
          <ul>
            {all
              .filter(([, command]) => command.scope === scope)
              .map(([id, { label, keys }]) => (
                <li key={id} className="row">
                  <span className="grow">{label}</span>
                  {listening === id ? <Listener onKey={(key) => take(id, key)} onLeave={() => setListening(null)} /> : <Keys of={id} all />}
                  <Button
                    small
                    kind="quiet"
                    off={keys.length > 1 ? "It has several keys, which belong together." : null}
                    onClick={() => setListening(id)}
                  >
                    Change
                  </Button>
                  {changed[id] !== undefined && (
                    <Button
                      small
                      kind="quiet"
                      onClick={() => {
                        const { [id]: _, ...rest } = changed;
                        onChange(rest);
                      }}
                    >
                      Reset
                    </Button>
                  )}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** The next keys that are pressed. */
function Listener({ onKey, onLeave }: { readonly onKey: (key: string) => void; readonly onLeave: () => void }): ReactNode {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      if (event.key === "Escape") return onLeave();
      const held = [...(event.ctrlKey || event.metaKey ? ["$mod"] : []), ...(event.altKey ? ["Alt"] : []), ...(event.shiftKey ? ["Shift"] : [])];
      const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
      onKey([...held, key].join("+"));
    };
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, [onKey, onLeave]);
  return (
    <span className="t12" role="status">
      Press keys; Esc leaves it
    </span>
  );
}
