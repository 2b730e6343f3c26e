/** The part of a URL after "?": plain text parameters, each its own, so that people can read and change them. Unknown ones are kept. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type Search = Readonly<Record<string, string>>;

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(search).flatMap(([name, value]): [string, string][] => (typeof value === "string" ? [[name, value]] : []));
  // Signs that mean nothing in a query stay readable.
  const text = new URLSearchParams(given).toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
  return text === "" ? "" : `?${text}`;
}

/** Changes some parameters; null takes one away. `push` makes a step in the history. */
export type ChangeSearch = (changes: Readonly<Record<string, string | null>>, how?: "push" | "replace") => void;

/** The parameters of this URL, and how to change some of them. */
export function useUrlSearch(): [Search, ChangeSearch] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback<ChangeSearch>(
    (changes, how = "push") => {
      void navigate({
        to: ".",
        search: (before: Search) => Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null)) as Search,
        replace: how === "replace",
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [search, change];
}
