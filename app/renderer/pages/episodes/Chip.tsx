/** One filter of the query: field, operator (pressed: the other way round), value, remove. Broken ones keep their text and say why. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { useCall } from "../../core/useCall.ts";
import type { ChangeSearch } from "../../urlSearch.ts";
import { StageTag } from "../../parts/StageTag.tsx";
import { Verdict, type VerdictName } from "../../parts/Verdict.tsx";
import { isRange } from "./suggestions.ts";

interface Props {
  /** URL parameter: `task`, `not.task`. */
  readonly name: string;
  readonly text: string;
  /** Why it cannot be read; null: it can. */
  readonly why: string | null;
  readonly change: ChangeSearch;
}

export function Chip({ name, text, why, change }: Props): ReactNode {
  const not = name.startsWith("not.");
  const field = name.replace("not.", "");
  const ranged = isRange(field as "steps") || field === "started";
  const values = ranged ? [rangeWords(text)] : text.split(/(?<!\\),/).map((value) => value.replaceAll("\\,", ","));
  return (
    <span className={`chip${why === null ? "" : " broken"}`} title={why ?? undefined}>
      <span className="field">{field}</span>
      {!ranged && (not || why === null) && (
        <button
          type="button"
          className="operator"
          title="The other way round"
          onClick={() => change({ [name]: null, [not ? field : `not.${field}`]: text })}
        >
          {not ? "is not" : "is"}
        </button>
      )}
      <span className="cut">
        {why === null
          ? values.map((value, i) => <Value key={value} field={field} value={value} last={i === values.length - 1} />)
          : `“${text}” is no ${ranged ? `range like 3..16` : field}`}
      </span>
      <button type="button" aria-label={`Remove ${field}`} onClick={() => change({ [name]: null })}>
        <X size={11} aria-hidden="true" />
      </button>
    </span>
  );
}

function Value({ field, value, last }: { readonly field: string; readonly value: string; readonly last: boolean }): ReactNode {
  if (field === "verdict") return <Verdict of={value as VerdictName} />;
  if (field === "route") return <StageTag of={value as "SFT"} />;
  if (field === "checkpoint") return <CheckpointChip id={value} />;
  return (
    <>
      {value}
      {!last && ", "}
    </>
  );
}

function CheckpointChip({ id }: { readonly id: string }): ReactNode {
  const { data } = useCall("checkpoints", "list", { onTheWay: true });
  const known = data?.find((checkpoint) => checkpoint.id === id);
  return <CheckpointMark of={known ?? { id, name: id }} {...(known === undefined ? {} : { status: known.status })} />;
}

/** "3–16", "≥ 3", "≤ 16". */
function rangeWords(text: string): string {
  const [from = "", to = ""] = text.split("..");
  if (from === to) return from;
  if (from === "") return `≤ ${to}`;
  return to === "" ? `≥ ${from}` : `${from}–${to}`;
}
