/**
 * How the core and exports spare memory on Linux, in the environment of their process: threads share two of glibc's arenas, and what they free goes back
 * to the system. Only heard when a process begins. Processes that train do without: it would cost them time.
 */
export const LITTLE_MEMORY = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072", MALLOC_MMAP_THRESHOLD_: "131072" } as const;

/** An environment without it. */
export function withoutLittleMemory(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !(name in LITTLE_MEMORY)));
}
