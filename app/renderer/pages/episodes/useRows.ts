/**
 * Rows of a list, by position, as they are looked at. In: filter, sort, the positions on the screen. Out: rows that are there, exact counts.
 * The list is frozen at `asOf` until the person takes in what arrived since, also on the way back from an episode.
 */
import { useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Outputs } from "../../../api/index.ts";
import type { EpisodeRow } from "../../../api/episodes.ts";
import type { EpisodeFilter, EpisodeSort } from "../../../api/query.ts";
import { core } from "../../core/connection.ts";
import { invoke, queries, useCall } from "../../core/useCall.ts";
import { useStream } from "../../core/useStream.ts";

const PAGE = 100;

type List = Outputs["episodes"]["list"];

/** Kept outside of the page, so that leaving and coming back shows the same list. */
let frozen: { readonly asOf: number; readonly at: number } | null = null;

interface Rows {
  /** Undefined: not here yet. */
  readonly row: (position: number) => EpisodeRow | undefined;
  readonly list: List | undefined;
  readonly error: Error | null;
  /** The answer to the query before is still shown. */
  readonly stale: boolean;
  readonly newer: number;
  /** When the list was frozen, Unix ms. */
  readonly frozenAt: number;
  readonly takeInNewer: () => void;
  readonly retry: () => void;
}

export function useRows(filter: EpisodeFilter, sort: EpisodeSort, first: number, last: number): Rows {
  const [asOf, setAsOf] = useState(frozen?.asOf);
  const [newer, setNewer] = useState(0);
  const input = { filter, sort, ...(asOf === undefined ? {} : { asOf }) };
  const head = useCall("episodes", "list", { ...input, from: 0, limit: PAGE }, { keep: true });
  const list = head.data;
  useEffect(() => {
    if (asOf !== undefined || list === undefined) return;
    // The same answer under the name it has from now on.
    queries.setQueryData(["episodes", "list", { filter, sort, asOf: list.asOf, from: 0, limit: PAGE }], list);
    frozen = { asOf: list.asOf, at: Date.now() };
    setAsOf(list.asOf);
  }, [asOf, list, filter, sort]);
  const [from, to] = [Math.max(1, Math.floor(first / PAGE)), Math.floor(last / PAGE)];
  const wanted = asOf === undefined || head.isPlaceholderData ? [] : Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  const pages = useQueries({
    queries: wanted.map((page) => {
      const at = { ...input, from: page * PAGE, limit: PAGE };
      return { queryKey: ["episodes", "list", at], queryFn: ({ signal }: { signal: AbortSignal }) => invoke("episodes", "list", at, signal) };
    }),
  });
  useStream(
    JSON.stringify(["newer", filter]),
    (options) => core.episodes.follow({ filter }, options),
    (message) => setNewer(message.newer),
  );
  return {
    row: (position) => {
      const page = Math.floor(position / PAGE);
      return (page === 0 ? list : pages[wanted.indexOf(page)]?.data)?.rows[position % PAGE];
    },
    list,
    error: head.error,
    stale: head.isPlaceholderData,
    newer: Math.max(newer, list?.newer ?? 0),
    frozenAt: frozen?.at ?? Date.now(),
    takeInNewer: () => {
      frozen = null;
      setNewer(0);
      setAsOf(undefined);
      queries.removeQueries({ queryKey: ["episodes", "list"] });
    },
    retry: () => void head.refetch(),
  };
}
