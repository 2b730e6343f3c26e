/** The line at the bottom: the core's state, running jobs, the keys that matter here. */
import { useSyncExternalStore, type ReactNode } from "react";
import { runCommand } from "../commands/keys.ts";
import { COMMANDS, type Command } from "../commands/table.ts";
import { connection } from "../core/connection.ts";
import { useCall } from "../core/useCall.ts";
import { bytes } from "../parts/format.ts";
import { Keys } from "../parts/Keys.tsx";
import { useShownHints } from "./hints.ts";
import { JobsTray } from "./JobsTray.tsx";

export function StatusBar(): ReactNode {
  const { kind } = useSyncExternalStore(connection.subscribe, connection.state);
  const { data: status } = useCall("workspace", "status", undefined);
  const hints = useShownHints();
  const core = status === undefined ? "" : `Version ${status.version}, process ${status.core.pid}, ${bytes(status.core.memoryBytes)} of memory`;
  return (
    <footer className="status">
      <span className={`core ${kind}`} title={core}>
        {kind === "open" ? "core" : kind === "lost" ? "no core" : "connecting"}
      </span>
      <JobsTray />
      <span className="spring" />
      {hints.map((id) => (
        <span key={id} className="hint">
          <Keys of={id} all /> {nameOf(COMMANDS[id])}
        </span>
      ))}
      <button type="button" className="hint" onClick={() => runCommand("keys")}>
        <Keys of="keys" /> all keys
      </button>
    </footer>
  );
}

function nameOf({ label, short }: Command): string {
  return short ?? label.toLowerCase();
}
