/** A person's verdict: it routes from then on. Undone like any other change. */
import { useState, type ReactNode } from "react";
import { invoke } from "../../core/useCall.ts";
import { Verdict, type VerdictName } from "../../parts/Verdict.tsx";
import { attempt } from "../../shell/attempt.ts";

const CHOICES: readonly VerdictName[] = ["pass", "fail", "truncated", "env-error", "unverified"];

export function JudgeForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }): ReactNode {
  const [reason, setReason] = useState("");
  const judge = async (verdict: VerdictName): Promise<void> => {
    onDone();
    await attempt(
      () => invoke("episode", "judge", { id, verdict, reason: reason.trim() }),
      () => `Your verdict: ${verdict.replace("-", " ")}.`,
    );
  };
  return (
    <>
      <label className="field">
        <span>Why (kept with it)</span>
        <input maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      {CHOICES.map((verdict) => (
        <button key={verdict} type="button" className="menu-item" onClick={() => void judge(verdict)}>
          <Verdict of={verdict} />
        </button>
      ))}
    </>
  );
}
