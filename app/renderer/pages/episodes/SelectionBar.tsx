/**
 * What can be done to the selection. In: the selection. Out: acts that undo as one. Each button carries the count that will be done; what cannot
 * be done is counted and named beside it.
 */
import { useState, type ReactNode } from "react";
import type { Selection } from "../../../api/query.ts";
import { count, plural } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Check } from "../../parts/Check.tsx";
import { bytes, clock } from "../../parts/format.ts";
import { Popup } from "../../parts/Popup.tsx";
import { ExportForm } from "./ExportForm.tsx";
import { LabelForm } from "./LabelForm.tsx";
import { Retract } from "./Retract.tsx";
import { RouteMenu } from "./RouteMenu.tsx";

interface Props {
  readonly selection: Selection;
  readonly selected: number;
  readonly newer: number;
  readonly frozenAt: number;
  readonly onClear: () => void;
  readonly onTakeInNewer: () => void;
}

export function SelectionBar({ selection, selected, newer, frozenAt, onClear, onTakeInNewer }: Props): ReactNode {
  const [retracting, setRetracting] = useState(false);
  const exported = useCall("episodes", "preview", { selection, change: { kind: "export" } }, { keep: true });
  const routed = useCall("episodes", "preview", { selection, change: { kind: "route", route: "CT", reason: "" } }, { keep: true });
  useCommand("episodes.clear", onClear);
  const whole = selection.kind === "query";
  return (
    <section className="selection-bar" aria-label="Selection">
      <div className="row">
        <Check checked={whole && selection.except.length === 0 ? true : "mixed"} label="Clear the selection" onChange={onClear} />
        <b>
          {whole
            ? `${whole && selection.except.length === 0 ? "All " : ""}${count(selected)} that match are selected`
            : `${count(selected)} selected`}
        </b>
        {whole && <span className="dim cut">{whatIsIn(selection.except.length, newer, frozenAt)}</span>}
        {whole && newer > 0 && (
          <Button small kind="quiet" onClick={onTakeInNewer}>
            Take them in
          </Button>
        )}
        <span className="grow" />
        <Button small kind="quiet" command="episodes.clear" onClick={onClear}>
          Clear
        </Button>
      </div>
      <div className="row wrap">
        <Popup side="top" title="Label" command="episodes.label" button={`Label ${count(selected)}`}>
          {(close) => <LabelForm selection={selection} onDone={close} />}
        </Popup>
        <Popup
          side="top"
          title="Move to a stage"
          command="episodes.route"
          button={routed.data === undefined ? "Route" : `Route ${count(routed.data.done)}`}
        >
          {(close) => <RouteMenu selection={selection} onDone={close} />}
        </Popup>
        {routed.data?.refused.map(({ reason, count: n }) => (
          <span key={reason} className="t11 dim">
            {count(n)}: {reason}
          </span>
        ))}
        <Popup
          side="top"
          title="Export"
          command="episodes.export"
          button={exported.data === undefined ? "Export" : `Export ${count(exported.data.done)}, about ${bytes(exported.data.bytes)}`}
        >
          {(close) => <ExportForm selection={selection} onDone={close} />}
        </Popup>
        <span className="grow" />
        <Button kind="danger" onClick={() => setRetracting(true)}>
          Retract {count(selected)}…
        </Button>
      </div>
      <Retract open={retracting} selection={selection} selected={selected} onClose={() => setRetracting(false)} />
    </section>
  );
}

function whatIsIn(except: number, newer: number, frozenAt: number): string {
  const parts = ["the selection is the query, not this page"];
  if (except > 0) parts.push(`${plural(except, "one is", "are")} taken out`);
  if (newer > 0) parts.push(`${count(newer)} new since ${clock(frozenAt)} ${newer === 1 ? "is" : "are"} left out`);
  return parts.join("; ");
}
