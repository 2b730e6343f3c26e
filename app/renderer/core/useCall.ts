/** Calls as React values. In: group, call, input. Out: a query that is asked for again when the core says so. */
import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { QueryClient } from "@tanstack/react-query";
import type { Inputs, Outputs } from "../../api/index.ts";
import { ConnectionLost, core } from "./connection.ts";

type Group = keyof Outputs;
type Call<G extends Group> = keyof Outputs[G] & keyof Inputs[G] & string;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // Everything else is an answer.
      retry: (_, error) => error instanceof ConnectionLost,
      retryDelay: 100,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

interface Options {
  readonly enabled?: boolean;
  /** Shows the answer to the input before until the new one is there. */
  readonly keep?: boolean;
}

/** The value of a reading call. */
export function useCall<G extends Group, C extends Call<G>>(
  group: G,
  call: C,
  input: Inputs[G][C],
  { enabled = true, keep = false }: Options = {},
): UseQueryResult<Outputs[G][C]> {
  return useQuery({
    queryKey: [group, call, input],
    queryFn: ({ signal }) => invoke<G, C>(group, call, input, signal),
    enabled,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** One call by its names. */
export async function invoke<G extends Group, C extends Call<G>>(
  group: G,
  call: C,
  input: Inputs[G][C],
  signal?: AbortSignal,
): Promise<Outputs[G][C]> {
  const calls = core[group] as unknown as Record<string, (input: unknown, options: { signal?: AbortSignal }) => Promise<unknown>>;
  return (await calls[call]!(input, signal === undefined ? {} : { signal })) as Outputs[G][C];
}
