/** Which of several runs a page shows; nothing where there is only one. */
import type { ReactNode } from "react";
import type { useRun } from "../core/useRun.ts";

export function RunPicker({ run, runs, choose }: Pick<ReturnType<typeof useRun>, "run" | "runs" | "choose">): ReactNode {
  if (runs.length < 2) return null;
  return (
    <select aria-label="Run" className="run-picker" value={run?.id ?? ""} onChange={(event) => choose(event.target.value)}>
      {runs.map(({ id, state }) => (
        <option key={id} value={id}>
          {id}, {state}
        </option>
      ))}
    </select>
  );
}
