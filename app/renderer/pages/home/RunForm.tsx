/** Starts a new run: a preset, and what may be changed about it. The core says what it would be before anything begins. */
import { useDeferredValue, useState, type ReactNode } from "react";
import type { Inputs } from "../../../api/index.ts";
import { plural } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { explain } from "../../parts/Problem.tsx";
import { Segments } from "../../parts/Segments.tsx";
import { attempt } from "../../shell/attempt.ts";

type Options = Inputs["runs"]["configure"];

const PRESETS = {
  tour: "12 tasks over 5 cycles: demonstrations, rollouts, training in three stages, a gate after each cycle. Shows everything the wheel does.",
  smoke: "Two tasks and a tiny network: the whole wheel in a few minutes, to see that it turns.",
} as const;

const HOW = {
  turns: "Acts, learns from it, tests, and only then acts again: each cycle is played by the best checkpoint so far.",
  continuous: "Acts on while it learns from the cycle before and tests that: nobody waits, and it keeps turning until it is stopped.",
} as const;

export function RunForm({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const [preset, setPreset] = useState<keyof typeof PRESETS>("tour");
  const [fields, setFields] = useState({ seed: "", cycles: "", tasks: "", contexts: "" });
  const set = (name: keyof typeof fields) => (event: React.ChangeEvent<HTMLInputElement>) => setFields({ ...fields, [name]: event.target.value });
  const [continuous, setContinuous] = useState(false);
  const options = useDeferredValue({ ...optionsOf(preset, fields), continuous });
  const { data, error } = useCall("runs", "configure", options, { enabled: open, keep: true });
  const start = async (turning: "keep turning" | "one cycle"): Promise<void> => {
    onClose();
    await attempt(
      () => invoke("runs", "start", { ...options, turning }),
      ({ run }) => `Run ${run} turns.`,
    );
  };
  const problem = error === null ? null : explain(error);
  return (
    <Dialog open={open} onClose={onClose} title="Turn the wheel">
      <Segments
        label="Preset"
        value={preset}
        options={[
          { value: "tour", name: "Tour" },
          { value: "smoke", name: "Smoke test" },
        ]}
        onChange={setPreset}
      />
      <p className="dim t12">{PRESETS[preset]}</p>
      <Segments<"turns" | "continuous">
        label="How it turns"
        value={continuous ? "continuous" : "turns"}
        options={[
          { value: "turns", name: "Cycle by cycle" },
          { value: "continuous", name: "Without a break" },
        ]}
        onChange={(how) => setContinuous(how === "continuous")}
      />
      <p className="dim t12">{continuous ? HOW.continuous : HOW.turns}</p>
      <div className="fields">
        <label className="field">
          <span>Seed</span>
          <input inputMode="numeric" placeholder="as in the preset" value={fields.seed} onChange={set("seed")} />
        </label>
        <label className="field">
          <span>Cycles</span>
          <input inputMode="numeric" placeholder={continuous ? "until stopped" : "as in the preset"} value={fields.cycles} onChange={set("cycles")} />
        </label>
        <label className="field">
          <span>Browsers at once</span>
          <input inputMode="numeric" placeholder="as in the preset" value={fields.contexts} onChange={set("contexts")} />
        </label>
        <label className="field wide">
          <span>Tasks (names or patterns like click-*)</span>
          <input placeholder="those of the preset" value={fields.tasks} onChange={set("tasks")} />
        </label>
      </div>
      {problem !== null && (
        <p className="fail t12" role="alert">
          {problem.message} {problem.hint}
        </p>
      )}
      {data !== undefined && problem === null && (
        <p className="t12">
          Run <code>{data.run}</code> on {plural(data.tasks.length, "task")}
          {data.known ? "; it is there already and goes on where it stopped" : ""}.
        </p>
      )}
      <div className="row">
        <Button kind="primary" off={problem?.message ?? null} onClick={() => void start("keep turning")}>
          Keep turning
        </Button>
        <Button off={problem?.message ?? null} onClick={() => void start("one cycle")}>
          One cycle
        </Button>
      </div>
    </Dialog>
  );
}

function optionsOf(
  preset: keyof typeof PRESETS,
  { seed, cycles, tasks, contexts }: Record<"seed" | "cycles" | "tasks" | "contexts", string>,
): Options {
  const number = (name: string, text: string): object => (text.trim() === "" ? {} : { [name]: Number(text) });
  const names = tasks.split(/[\s,]+/).filter((name) => name !== "");
  return {
    preset,
    ...number("seed", seed),
    ...number("cycles", cycles),
    ...number("contexts", contexts),
    ...(names.length === 0 ? {} : { tasks: names }),
  };
}
