/** Which columns the list shows. In: their ids. Out: changed ids, in the table's order. */
import { Columns3 } from "lucide-react";
import type { ReactNode } from "react";
import { Check } from "../../parts/Check.tsx";
import { Popup } from "../../parts/Popup.tsx";
import { COLUMNS, type ColumnId } from "./columns.tsx";

export function ColumnsMenu({
  shown,
  onChange,
}: {
  readonly shown: readonly ColumnId[];
  readonly onChange: (columns: readonly ColumnId[]) => void;
}): ReactNode {
  const ids = Object.keys(COLUMNS) as ColumnId[];
  const toggle = (id: ColumnId): void => {
    const next = new Set(shown).symmetricDifference(new Set([id]));
    onChange(ids.filter((one) => next.has(one)));
  };
  return (
    <Popup
      kind="quiet"
      small
      align="end"
      title="Columns"
      button={
        <>
          <Columns3 size={13} aria-hidden="true" /> Columns
        </>
      }
    >
      {() =>
        ids.map((id) => (
          <label key={id} className="menu-item">
            <Check checked={shown.includes(id)} label={COLUMNS[id].title} onChange={() => toggle(id)} />
            <span aria-hidden="true">{COLUMNS[id].title}</span>
          </label>
        ))
      }
    </Popup>
  );
}
