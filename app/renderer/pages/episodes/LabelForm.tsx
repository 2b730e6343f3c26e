/** Labels a selection: a word of one's own, or one that is in use. */
import { useState, type ReactNode } from "react";
import type { Selection } from "../../../api/query.ts";
import { count, plural } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { attempt } from "../../shell/attempt.ts";

export function LabelForm({ selection, onDone }: { readonly selection: Selection; readonly onDone: () => void }): ReactNode {
  const [text, setText] = useState("");
  const label = text.trim();
  const { data: known = [] } = useCall("episodes", "values", { field: "label", limit: 12 });
  const { data: preview } = useCall("episodes", "preview", { selection, change: { kind: "label", label: label || "?", note: "" } }, { keep: true });
  const give = async (name: string): Promise<void> => {
    onDone();
    await attempt(
      () => invoke("episodes", "change", { selection, change: { kind: "label", label: name, note: "" } }),
      ({ done }) => `${plural(done, "episode")} labelled “${name}”.`,
    );
  };
  return (
    <form
      className="bulk-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (label !== "") void give(label);
      }}
    >
      <div className="row">
        <input
          className="text grow"
          aria-label="Label"
          placeholder="Label"
          maxLength={60}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button kind="primary" type="submit" off={label === "" ? "Type a label first." : null}>
          Label {count(preview?.done ?? 0)}
        </Button>
      </div>
      {known
        .filter(({ value }) => value.includes(label))
        .map(({ value, count: n }) => (
          <button key={value} type="button" className="menu-item" onClick={() => void give(value)}>
            <span className="label-tag">{value}</span>
            <span className="num dim">{count(n)}</span>
          </button>
        ))}
    </form>
  );
}
