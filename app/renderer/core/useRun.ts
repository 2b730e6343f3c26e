/** The run a page speaks of: named in the URL, else the newest. In: nothing. Out: its view, all runs, and a way to another. */
import type { RunView } from "../../api/runs.ts";
import { useUrlSearch } from "../urlSearch.ts";
import { useCall } from "./useCall.ts";

interface ChosenRun {
  /** For inputs of calls: absent means the newest. */
  readonly input: { readonly run?: string };
  /** Null: there is no run yet. Undefined: not known yet. */
  readonly run: RunView | null | undefined;
  readonly runs: readonly RunView[];
  readonly choose: (id: string) => void;
}

export function useRun(): ChosenRun {
  const [search, change] = useUrlSearch();
  const { data } = useCall("runs", "list", undefined);
  const id = search["run"];
  return {
    input: id === undefined ? {} : { run: id },
    run: data === undefined ? undefined : ((id === undefined ? data[0] : data.find((one) => one.id === id)) ?? null),
    runs: data ?? [],
    choose: (next) => change({ run: next === data?.[0]?.id ? null : next }),
  };
}
