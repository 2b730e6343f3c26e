/** What may be deleted, how much it frees, and what is lost with it. Nothing that a snapshot or a checkpoint in use needs is in the list. */
import { useState, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { count, plural } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Check } from "../../parts/Check.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { bytes } from "../../parts/format.ts";
import { Problem } from "../../parts/Problem.tsx";
import { attempt } from "../../shell/attempt.ts";

type Item = Outputs["settings"]["retention"][number];

export function RetentionList(): ReactNode {
  const { data, error, refetch } = useCall("settings", "retention", undefined);
  const [picked, setPicked] = useState<ReadonlySet<Item["kind"]>>(new Set());
  const [asking, setAsking] = useState(false);
  if (error !== null) return <Problem title="What may be deleted could not be told" error={error} retry={() => void refetch()} />;
  if (data === undefined) return <p className="t12 dim">Counting…</p>;
  const items = data.filter(({ items: n }) => n > 0);
  if (items.length === 0) return <p className="t12 dim">Nothing: everything here is needed or was deleted already.</p>;
  const chosen = items.filter(({ kind }) => picked.has(kind));
  const size = chosen.reduce((sum, item) => sum + item.bytes, 0);
  const prune = async (): Promise<void> => {
    await attempt(
      () => invoke("settings", "prune", { kinds: chosen.map(({ kind }) => kind) }),
      () => `${bytes(size)} are being freed.`,
    );
    setPicked(new Set());
    await refetch();
  };
  return (
    <>
      <table className="retention">
        <tbody>
          {items.map(({ kind, what, consequence, items: n, bytes: own }) => (
            <tr key={kind}>
              <td>
                <Check checked={picked.has(kind)} label={what} onChange={() => setPicked(picked.symmetricDifference(new Set([kind])))} />
              </td>
              <th scope="row">
                {what}
                <p className="t12 dim">{consequence}</p>
              </th>
              <td className="num">{count(n)}</td>
              <td className="num">{bytes(own)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button kind="danger" off={chosen.length === 0 ? "Choose what may go." : null} onClick={() => setAsking(true)}>
        Delete{chosen.length > 0 && `, frees ${bytes(size)}`}…
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        question={`Delete ${plural(
          chosen.reduce((sum, item) => sum + item.items, 0),
          "item",
        )}, ${bytes(size)}?`}
        consequences={chosen.map(({ what, consequence }) => [what, consequence] as const)}
        note="This cannot be undone."
        verb={`Delete, frees ${bytes(size)}`}
        onConfirm={() => void prune()}
      />
    </>
  );
}
