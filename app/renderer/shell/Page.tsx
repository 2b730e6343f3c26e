/** Frame of every page: top bar with trail, title, counts and actions; the page below. In: what the bar says. Out: header and main. */
import { Link } from "@tanstack/react-router";
import { Search, Undo2 } from "lucide-react";
import { Fragment, useEffect, type ReactNode } from "react";
import { runCommand, useCommand } from "../commands/keys.ts";
import type { CommandId } from "../commands/table.ts";
import { useCall } from "../core/useCall.ts";
import { Keys } from "../parts/Keys.tsx";
import { undo } from "./attempt.ts";
import { useHints } from "./hints.ts";

interface Props {
  readonly title: string;
  /** Pages above this one. */
  readonly trail?: readonly { readonly name: string; readonly to: string; readonly search?: Record<string, string> }[];
  readonly counts?: ReactNode;
  readonly actions?: ReactNode;
  /** Keys that matter here, for the status bar. */
  readonly hints: readonly CommandId[];
  readonly className?: string;
  readonly children: ReactNode;
}

export function Page({ title, trail = [], counts, actions, hints, className = "", children }: Props): ReactNode {
  useHints(hints);
  useEffect(() => {
    document.title = `${title} · GUI Flywheel`;
  }, [title]);
  return (
    <>
      <header className="top">
        {trail.map(({ name, to, search }) => (
          <Fragment key={to}>
            <Link to={to} search={search ?? {}} className="crumb">
              {name}
            </Link>
            <span className="slash" aria-hidden="true">
              /
            </span>
          </Fragment>
        ))}
        <h1>{title}</h1>
        <div className="counts">{counts}</div>
        <div className="actions">
          <UndoButton />
          {actions}
        </div>
        <button type="button" className="find" aria-keyshortcuts="Control+K" onClick={() => runCommand("palette")}>
          <Search size={13} aria-hidden="true" />
          <span className="cut">Search or run a command</span>
          <Keys of="palette" />
        </button>
      </header>
      <main className={className}>{children}</main>
    </>
  );
}

/** The newest change that can be taken back. */
function UndoButton(): ReactNode {
  const { data: acts } = useCall("acts", "list", { limit: 1 });
  const last = acts?.find(({ undoneAt, until }) => undoneAt === null && until > Date.now());
  useCommand("undo", () => void undo());
  if (last === undefined) return null;
  return (
    <button type="button" className="button small quiet undo" onClick={() => void undo(last.id)}>
      <Undo2 size={13} aria-hidden="true" />
      <span className="cut">Undo {last.summary}</span>
      <Keys of="undo" />
    </button>
  );
}
