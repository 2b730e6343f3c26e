/** All keys, by place, from the same table that binds them; searchable. */
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { COMMANDS, SCOPES, type Command, type CommandId } from "../commands/table.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Keys } from "../parts/Keys.tsx";

export function ShortcutSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState("");
  const matches = (Object.entries(COMMANDS) as [CommandId, Command][]).filter(
    ([, { label, keys }]) => keys.length > 0 && label.toLowerCase().includes(text.toLowerCase()),
  );
  const groups = Object.entries(SCOPES).map(([scope, name]) => ({ name, commands: matches.filter(([, command]) => command.scope === scope) }));
  return (
    <Dialog open={open} onClose={onClose} title="Keys" wide>
      <input
        className="text"
        type="search"
        placeholder="Search keys"
        aria-label="Search keys"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="sheet" tabIndex={0} role="region" aria-label="Keys by place">
        {groups
          .filter(({ commands }) => commands.length > 0)
          .map(({ name, commands }) => (
            <section key={name}>
              <h3>{name}</h3>
              <dl>
                {commands.map(([id, { label }]) => (
                  <div key={id}>
                    <dt>{label}</dt>
                    <dd>
                      <Keys of={id} all />
                      <span className="unseen">{COMMANDS[id].keys.join(" or ")}</span>
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
      <p className="dim t12">
        Keys can be changed, and single letters switched off, in{" "}
        <Link to="/settings/$section" params={{ section: "shortcuts" }} onClick={onClose}>
          Settings
        </Link>
        .
      </p>
    </Dialog>
  );
}
