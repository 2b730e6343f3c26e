/** Settings, and changing one of them: at once, without a restart. In: a section and what changed in it. Out: everything. */
import type { Settings } from "../../../api/settings.ts";
import { invoke, queries, useCall } from "../../core/useCall.ts";
import { attempt } from "../../shell/attempt.ts";

type Json = Parameters<typeof invoke<"settings", "set">>[2][string];

interface Changeable {
  readonly settings: Settings;
  readonly change: <Section extends keyof Settings>(section: Section, changed: Settings[Section] | Partial<Settings[Section]>) => void;
}

/** Undefined until they are read. */
export function useSettings(): Changeable | undefined {
  const { data: settings } = useCall("settings", "get", undefined);
  if (settings === undefined) return undefined;
  return {
    settings,
    change: (section, changed) => {
      void attempt(async () => {
        const all = await invoke("settings", "set", { [section]: changed as Json });
        queries.setQueryData(["settings", "get", undefined], all);
      });
    },
  };
}
