/** Moves one episode to another stage: the same menu as for many. */
import { useMemo, type ReactNode } from "react";
import type { Selection } from "../../../api/query.ts";
import { RouteMenu } from "../episodes/RouteMenu.tsx";

export function MoveMenu({ id, onDone }: { readonly id: string; readonly onDone: () => void }): ReactNode {
  const selection = useMemo((): Selection => ({ kind: "ids", ids: [id] }), [id]);
  return <RouteMenu selection={selection} onDone={onDone} />;
}
