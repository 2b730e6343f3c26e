/** Suites of tasks by others, as people call them. In: the name in the API. Out: words. */
const NAMES: Readonly<Record<string, string>> = { miniwob: "MiniWoB++" };

export function suiteName(suite: string): string {
  return NAMES[suite] ?? suite;
}
