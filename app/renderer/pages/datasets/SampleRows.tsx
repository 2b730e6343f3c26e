/** Some of the rows that trainers get, as conversations: pictures, words, and the answer that is learned. In: rows of a dry run. */
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { SampleRow } from "../../../api/datasets.ts";
import { thumbnailUrl } from "../../../api/urls.ts";
import { useCommand } from "../../commands/keys.ts";
import { episodeName } from "../../parts/format.ts";
import { RowSwitch } from "./RowSwitch.tsx";

const KINDS: Readonly<Record<SampleRow["kind"], string>> = { sft: "SFT", kto: "KTO", dpo: "DPO", ct: "CT, a question", ct_text: "CT, text" };
const ANSWERS: Readonly<Record<SampleRow["answers"][number]["is"], string>> = {
  imitated: "answer, imitated",
  good: "answer, called good",
  bad: "answer, called bad",
  chosen: "the better answer",
  rejected: "the worse answer",
};

export function SampleRows({ rows }: { readonly rows: readonly SampleRow[] }): ReactNode {
  const [at, setAt] = useState(0);
  const move = (by: number): void => setAt((before) => Math.max(0, Math.min(rows.length - 1, before + by)));
  useCommand("datasets.row", rows.length > 1 ? (which) => move(which === 0 ? -1 : 1) : null);
  const row = rows[at];
  if (row === undefined) return <p className="t12 dim">Nothing in it is a row of a conversation.</p>;
  const pictures = row.messages.flatMap(({ parts }) => parts).flatMap((part) => (part.kind === "picture" ? [part.screen] : []));
  return (
    <section className="row-preview">
      <header className="row between">
        <h3>
          {KINDS[row.kind]}: row {at + 1} of {rows.length} shown
        </h3>
        <RowSwitch move={move} />
      </header>
      <p className="row t12">
        <Link to="/episodes/$id" params={{ id: row.episode }} search={row.step === null ? {} : { step: String(row.step + 1) }} className="link mono">
          {episodeName(row.episode)}
        </Link>
        <span className="dim">
          {row.step === null ? "whole episode" : `step ${row.step + 1}`}, {row.split}
        </span>
      </p>
      {pictures.length > 0 && (
        <div className="sample-pictures">
          {pictures.map((screen, i) => (
            <img key={`${screen} ${i}`} className="shot" src={thumbnailUrl(screen)} alt={`Screenshot ${i + 1} of the row`} />
          ))}
        </div>
      )}
      <pre className="jsonl" tabIndex={0} aria-label="The row as a conversation">
        {linesOf(row).map(({ text, kind }, i) => (
          <span key={i} className={kind}>
            {text}
            {"\n"}
          </span>
        ))}
      </pre>
      <p className="t11 faint">Long texts are shortened here; every trainer gets the same rows in its own spelling.</p>
    </section>
  );
}

interface Line {
  readonly text: string;
  readonly kind: "" | "imitated" | "avoided";
}

function linesOf({ messages, answers }: SampleRow): Line[] {
  let picture = 0;
  const asked = messages.map(({ role, parts }): Line => {
    const text = parts.map((part) => (part.kind === "text" ? part.text : `[screenshot ${++picture}]`)).join("");
    return { text: `${role}: ${text}`, kind: "" };
  });
  const answered = answers.map(({ text, is }): Line => ({
    text: `${ANSWERS[is]}: ${text}`,
    kind: is === "bad" || is === "rejected" ? "avoided" : "imitated",
  }));
  return [...asked, ...answered];
}
