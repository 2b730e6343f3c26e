/**
 * A snapshot in the formats of trainers: what is written how, counted exactly by a dry run before it can be written, with some of the rows.
 * In: a snapshot. Out: jobs.
 */
import { useState, type ReactNode } from "react";
import type { Inputs, Outputs } from "../../../api/index.ts";
import { count } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Check } from "../../parts/Check.tsx";
import { DialectField } from "../../parts/DialectField.tsx";
import { FolderField } from "../../parts/FolderField.tsx";
import { bytes } from "../../parts/format.ts";
import { attempt } from "../../shell/attempt.ts";
import { isActive, useJob } from "../../shell/jobs.ts";
import { JobLine } from "../../shell/JobsTray.tsx";
import { SampleRows } from "./SampleRows.tsx";
import { TrainerCounts } from "./TrainerCounts.tsx";

type Snapshot = Outputs["datasets"]["snapshots"][number];
type Choice = Inputs["datasets"]["countForTrainers"];
type Format = Choice["formats"][number];

const FORMATS: Readonly<Record<Format, readonly [name: string, what: string]>> = {
  "llama-factory": ["LLaMA-Factory", "JSONL and pictures: SFT, KTO, DPO, CT"],
  "ms-swift": ["ms-swift", "the same rows, its own form of DPO"],
  trl: ["TRL", "parquet with pictures inside: SFT, KTO, DPO, CT"],
  verl: ["verl", "RL parquet with an agent loop"],
  rl: ["RL pool", "tasks with verifiers, pass rates, rollout groups"],
  atif: ["ATIF", "trajectories"],
  tables: ["Tables", "steps and episodes as parquet"],
  records: ["Records", "everything, to be imported again"],
};
const ALL = Object.keys(FORMATS) as Format[];

const SPLITS: Readonly<Record<Choice["splitBy"], string>> = { template: "whole templates", task: "whole tasks", none: "nothing" };

export function TrainerExport({ snapshot }: { readonly snapshot: Snapshot }): ReactNode {
  const [choice, setChoice] = useState<Omit<Choice, "snapshot">>({
    formats: ["llama-factory"],
    dialect: "qwen3-vl",
    pictures: 3,
    splitBy: "template",
    validation: 0.05,
  });
  const [counting, setCounting] = useState<{ readonly job: string; readonly of: string } | null>(null);
  const [writing, setWriting] = useState<string | null>(null);
  const [folder, setFolder] = useState("");
  const order = { ...choice, snapshot: snapshot.hash };
  // Counts are of one choice: another has to be counted anew.
  const countJob = useJob(counting !== null && counting.of === JSON.stringify(order) ? counting.job : null);
  const writeJob = useJob(writing);
  const isCounted = countJob?.state === "done";
  const { data: counted } = useCall("datasets", "counted", { job: countJob?.id ?? "" }, { enabled: isCounted });
  const none = choice.formats.length === 0 ? "Choose a format first." : null;
  const busy = [countJob, writeJob].some((job) => job !== null && isActive(job)) ? "It is under way." : null;
  const start = async (): Promise<void> => {
    const begun = await attempt(() => invoke("datasets", "countForTrainers", order));
    if (begun !== null) setCounting({ job: begun.job, of: JSON.stringify(order) });
  };
  const write = async (): Promise<void> => {
    const begun = await attempt(() => invoke("datasets", "exportForTrainers", { ...order, folder }));
    if (begun !== null) setWriting(begun.job);
  };
  return (
    <>
      <Choices choice={choice} onChange={setChoice} />
      {counted === undefined || !isCounted ? (
        <Button command="datasets.export" off={none ?? busy} onClick={() => void start()}>
          Count exactly
        </Button>
      ) : (
        <>
          <TrainerCounts counted={counted} />
          <SampleRows key={countJob.id} rows={counted.sample} />
        </>
      )}
      {countJob !== null && !isCounted && <JobLine job={countJob} />}
      <div className="export-foot">
        <FolderField label="Empty folder on the core's computer" value={folder} onChange={setFolder} />
        <Button
          kind="primary"
          {...(isCounted ? { command: "datasets.export" as const } : {})}
          off={
            none ??
            busy ??
            (counted === undefined || !isCounted
              ? "Count first: then it is known what will be written."
              : folder === ""
                ? "Name an empty folder first."
                : null)
          }
          onClick={() => void write()}
        >
          Export {counted === undefined || !isCounted ? "" : `${count(counted.rows)} rows, ${bytes(counted.bytes)}`}
        </Button>
        {writeJob !== null && <JobLine job={writeJob} />}
      </div>
    </>
  );
}

interface ChoicesProps {
  readonly choice: Omit<Choice, "snapshot">;
  readonly onChange: (choice: Omit<Choice, "snapshot">) => void;
}

function Choices({ choice, onChange }: ChoicesProps): ReactNode {
  const { formats, dialect, pictures, splitBy, validation } = choice;
  const choose = (chosen: readonly Format[]): void => onChange({ ...choice, formats: ALL.filter((one) => chosen.includes(one)) });
  const isAll = formats.length === ALL.length;
  return (
    <>
      <ul className="formats" aria-label="Formats">
        <li>
          <label>
            <Check checked={isAll ? true : formats.length > 0 ? "mixed" : false} label="All formats" onChange={() => choose(isAll ? [] : ALL)} />
            <b>All formats</b>
          </label>
        </li>
        {ALL.map((format) => (
          <li key={format}>
            <label>
              <Check
                checked={formats.includes(format)}
                label={FORMATS[format][0]}
                onChange={(is) => choose(is ? [...formats, format] : formats.filter((one) => one !== format))}
              />
              {FORMATS[format][0]}
              <span className="dim cut">{FORMATS[format][1]}</span>
            </label>
          </li>
        ))}
      </ul>
      <div className="fields limits">
        <DialectField label="Model is spoken to in" value={dialect} onChange={(next) => onChange({ ...choice, dialect: next })} />
        <NumberInput
          label="Screenshots in a row, at most"
          value={pictures}
          min={1}
          max={20}
          onChange={(next) => onChange({ ...choice, pictures: next })}
        />
        <label className="field">
          <span>To validation go</span>
          <select value={splitBy} onChange={(event) => onChange({ ...choice, splitBy: event.target.value as Choice["splitBy"] })}>
            {Object.entries(SPLITS).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {splitBy !== "none" && (
          <NumberInput
            label="Share of them, %"
            value={Math.round(validation * 100)}
            min={0}
            max={100}
            onChange={(next) => onChange({ ...choice, validation: next / 100 })}
          />
        )}
      </div>
    </>
  );
}

interface NumberProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

function NumberInput({ label, value, min, max, onChange }: NumberProps): ReactNode {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="number"
        min={min}
        max={max}
        value={value}
        onChange={(event) => onChange(Math.max(min, Math.min(max, Math.round(Number(event.target.value)) || min)))}
      />
    </label>
  );
}
