/** One real row of a snapshot's file: its picture, its text as it is written, the steps that the loss looks at marked. In: snapshot, stage. */
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { thumbnailUrl } from "../../../api/urls.ts";
import { count } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { useCall } from "../../core/useCall.ts";
import { episodeName } from "../../parts/format.ts";
import { Verdict } from "../../parts/Verdict.tsx";
import { RowSwitch } from "./RowSwitch.tsx";

type Row = Outputs["datasets"]["rows"]["rows"][number];

export function RowPreview({ snapshot, stage }: { readonly snapshot: string; readonly stage: "ct" | "sft" | "rl" }): ReactNode {
  const [at, setAt] = useState(0);
  const [stepAt, setStepAt] = useState(0);
  const { data } = useCall("datasets", "rows", { snapshot, stage, from: at, limit: 1 }, { keep: true });
  const total = data?.total ?? 0;
  const move = (by: number): void => {
    setAt(Math.max(0, Math.min(total - 1, at + by)));
    setStepAt(0);
  };
  useCommand("datasets.row", total > 1 ? (which) => move(which === 0 ? -1 : 1) : null);
  const row = data?.rows[0];
  if (data !== undefined && row === undefined) return <p className="t12 dim">No {stage.toUpperCase()} rows in it.</p>;
  if (row === undefined) return <div className="skeleton row-skeleton" />;
  const step = row.steps[Math.min(stepAt, row.steps.length - 1)];
  return (
    <section className="row-preview">
      <header className="row between">
        <h3>
          {stage.toUpperCase()} row {count(at + 1)} of {count(total)}
        </h3>
        <RowSwitch move={move} />
      </header>
      <div className="row-face">
        {step !== undefined && <img className="shot" src={thumbnailUrl(step.screen)} alt={`Screen of step ${stepAt + 1}: ${step.sentence}`} />}
        <div>
          <p className="row">
            {row.episode !== null && (
              <Link to="/episodes/$id" params={{ id: row.episode }} search={{ step: String(stepAt + 1) }} className="link mono">
                {episodeName(row.episode)}
              </Link>
            )}
            <Verdict of={row.verdict} word={null} />
            <span className="t12 dim">
              step {Math.min(stepAt + 1, row.steps.length)} of {row.steps.length}
            </span>
          </p>
          <p className="t12">{row.instruction}</p>
          <p className="t12 dim">
            {stage === "ct"
              ? "its pages are learned, its actions are not"
              : `${row.steps.filter(({ imitated }) => imitated).length} of ${row.steps.length} steps in the loss`}
          </p>
        </div>
      </div>
      <pre className="jsonl" tabIndex={0} aria-label="The row as it is written">
        {linesOf(row).map(({ text, stepIndex }, i) => (
          <span
            key={i}
            className={stage !== "ct" && stepIndex !== null && row.steps[stepIndex]?.imitated === true ? "imitated" : ""}
            onMouseEnter={() => stepIndex !== null && setStepAt(stepIndex)}
          >
            {text}
            {"\n"}
          </span>
        ))}
      </pre>
      {stage !== "ct" && <p className="t11 faint">green: the loss looks at this step</p>}
    </section>
  );
}

interface Line {
  readonly text: string;
  readonly stepIndex: number | null;
}

/** Its short values in one line, longer ones and each step on a line of their own. */
function linesOf({ row }: Row): Line[] {
  if (row === null || typeof row !== "object" || Array.isArray(row)) return [{ text: JSON.stringify(row), stepIndex: null }];
  const lines: { text: string; stepIndex: number | null }[] = [];
  let short: string[] = [];
  const flush = (): void => {
    if (short.length > 0) lines.push({ text: ` ${short.join(", ")},`, stepIndex: null });
    short = [];
  };
  for (const [key, value] of Object.entries(row)) {
    if (key === "steps" && Array.isArray(value)) {
      flush();
      lines.push({ text: ' "steps": [', stepIndex: null }, ...value.map((one, stepIndex) => ({ text: `  ${stepText(one)},`, stepIndex })), {
        text: " ]",
        stepIndex: null,
      });
    } else short.push(`${JSON.stringify(key)}: ${shorten(JSON.stringify(value))}`);
  }
  flush();
  return [{ text: "{", stepIndex: null }, ...lines, { text: "}", stepIndex: null }];
}

function stepText(step: unknown): string {
  return JSON.stringify(step, (_, value: unknown) => (typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 6)}…` : value));
}

function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
