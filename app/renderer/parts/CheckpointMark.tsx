/** A checkpoint: a diamond (filled: acting, violet: candidate, dotted: held, plain: older) and `k5-9e07`; its whole id on hover and in the clipboard. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface Props {
  readonly of: { readonly id: string; readonly name: string };
  readonly status?: string;
  /** Leads to its page. */
  readonly link?: boolean;
}

export function CheckpointMark({ of: { id, name }, status = "", link = false }: Props): ReactNode {
  const className = `checkpoint ${status}`;
  const title = status === "" ? id : `${id}, ${status}`;
  if (!link)
    return (
      <span className={className} title={title}>
        {name}
      </span>
    );
  return (
    <Link to="/checkpoints/$id" params={{ id }} className={className} title={title}>
      {name}
    </Link>
  );
}
