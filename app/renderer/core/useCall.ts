/** Calls as React values. In: group, call, input. Out: a query that is asked for again when the core says so. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
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

interface Options<Input> {
  readonly enabled?: boolean;
  /** Shows the answer to the input before until the new one is there; a function says after which inputs that makes sense. */
  readonly keep?: boolean | ((before: Input | undefined) => boolean);
}

/** The value of a reading call. */
export function useCall<G extends Group, C extends Call<G>>(
  group: G,
  call: C,
  input: Inputs[G][C],
  { enabled = true, keep = false }: Options<Inputs[G][C]> = {},
): UseQueryResult<Outputs[G][C]> {
  return useQuery({
    queryKey: [group, call, input],
    queryFn: ({ signal }) => invoke<G, C>(group, call, input, signal),
    enabled,
    placeholderData: <T>(before: T | undefined, query: { readonly queryKey: readonly unknown[] } | undefined) =>
      keep === true || (keep !== false && keep(query?.queryKey[2] as Inputs[G][C] | undefined)) ? before : undefined,
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
