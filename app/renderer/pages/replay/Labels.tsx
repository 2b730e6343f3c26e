/** Labels of an episode and of the step that is shown; given, and taken away again. */
import { X } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Popup } from "../../parts/Popup.tsx";
import { attempt } from "../../shell/attempt.ts";

type Episode = Outputs["episode"]["get"];

export function Labels({ episode, step }: { readonly episode: Episode; readonly step: number | null }): ReactNode {
  const { id } = episode.row;
  const remove = (label: Episode["labels"][number]): void =>
    void attempt(
      () => invoke("episode", "unlabel", { id, label: label.id }),
      () => `Label “${label.label}” removed.`,
    );
  return (
    <>
      {episode.labels.map((label) => (
        <span key={label.id} className="label-tag" title={[label.author, label.note].filter(Boolean).join(": ")}>
          {label.label}
          {label.step !== null && ` · ${label.step + 1}`}
          <button type="button" aria-label={`Remove label ${label.label}`} onClick={() => remove(label)}>
            <X size={10} aria-hidden="true" />
          </button>
        </span>
      ))}
      <Popup small kind="quiet" align="end" title="Label" command="replay.label" button="+ label">
        {(close) => <Form id={id} step={step} onDone={close} />}
      </Popup>
    </>
  );
}

function Form({ id, step, onDone }: { readonly id: string; readonly step: number | null; readonly onDone: () => void }): ReactNode {
  const [text, setText] = useState("");
  const [onStep, setOnStep] = useState(false);
  const { data: known = [] } = useCall("episodes", "values", { field: "label", limit: 8 });
  const give = async (label: string): Promise<void> => {
    onDone();
    await attempt(
      () => invoke("episode", "label", { id, step: onStep ? step : null, label, note: "" }),
      () => `Labelled “${label}”.`,
    );
  };
  return (
    <form
      className="bulk-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") void give(text.trim());
      }}
    >
      <input
        className="text"
        aria-label="Label"
        placeholder="Label, then Enter"
        maxLength={60}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {step !== null && (
        <label className="row t12">
          <input type="checkbox" checked={onStep} onChange={(event) => setOnStep(event.target.checked)} /> of step {step + 1} only
        </label>
      )}
      {known
        .filter(({ value }) => value.includes(text.trim()))
        .map(({ value }) => (
          <button key={value} type="button" className="menu-item" onClick={() => void give(value)}>
            <span className="label-tag">{value}</span>
          </button>
        ))}
    </form>
  );
}
