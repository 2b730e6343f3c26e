/** A folder with data: checked against its manifest, or made episodes of; the second is looked at first and done then. In: a folder. Out: jobs. */
import { useState, type ReactNode } from "react";
import { count, plural } from "../../../report/words.ts";
import { invoke } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { DialectField } from "../../parts/DialectField.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import type { Dialect } from "../../parts/dialects.ts";
import { FolderField } from "../../parts/FolderField.tsx";
import { VerdictGlyph } from "../../parts/Verdict.tsx";
import { attempt } from "../../shell/attempt.ts";
import { isActive, useJob } from "../../shell/jobs.ts";
import { JobLine } from "../../shell/JobsTray.tsx";
import type { Job } from "../../../api/jobs.ts";

type Act = "verify" | "look" | "import";

export function FolderDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  return (
    <Dialog open={open} onClose={onClose} title="A folder with data">
      <Form onClose={onClose} />
    </Dialog>
  );
}

function Form({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [folder, setFolder] = useState("");
  const [dialect, setDialect] = useState<Dialect>("ui-tars-1.5");
  const [begun, setBegun] = useState<{ readonly job: string; readonly act: Act; readonly of: string } | null>(null);
  const of = JSON.stringify([folder, dialect]);
  // What was found out about another folder says nothing about this one.
  const current = begun !== null && begun.of === of ? begun : null;
  const job = useJob(current?.job ?? null);
  const off = folder === "" ? "Name a folder first." : job !== null && isActive(job) ? "It is under way." : null;
  const start = async (act: Act): Promise<void> => {
    const started = await attempt(() =>
      act === "verify" ? invoke("datasets", "verifyExport", { folder }) : invoke("datasets", "import", { folder, dialect, dryRun: act === "look" }),
    );
    if (started !== null) setBegun({ job: started.job, act, of });
  };
  const looked = current?.act === "look" && job?.state === "done" ? (job.result as unknown as Imported) : null;
  return (
    <>
      <p className="dim t12">
        An exported folder can be checked against its manifest. An own export, ATIF trajectories or UI-TARS-style conversations become episodes, all
        of them or none.
      </p>
      <FolderField label="Folder on the core's computer" value={folder} onChange={setFolder} />
      <DialectField label="Conversations are written in (other folders say it themselves)" value={dialect} onChange={setDialect} />
      {job !== null && (isActive(job) ? <JobLine job={job} /> : <Outcome job={job} act={current!.act} />)}
      <div className="row wrap">
        <Button off={off} onClick={() => void start("verify")}>
          Verify export
        </Button>
        <Button {...(looked === null ? { kind: "primary" as const } : {})} off={off} onClick={() => void start("look")}>
          Look what it holds
        </Button>
        {looked !== null && (
          <Button kind="primary" off={off ?? (looked.episodes === 0 ? "There is nothing new in it." : null)} onClick={() => void start("import")}>
            Import {plural(looked.episodes, "episode")}
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
      </div>
    </>
  );
}

interface Imported {
  readonly kind: string;
  readonly episodes: number;
  readonly present: number;
  readonly steps: number;
}

interface Verified {
  readonly files: number;
  readonly rows: number;
  readonly snapshot: string;
  readonly problems: readonly { readonly path: string; readonly problem: string }[];
  readonly more: number;
}

const KINDS: Readonly<Record<string, string>> = { flywheel: "An own export", atif: "ATIF trajectories", "ui-tars": "Conversations" };

function Outcome({ job, act }: { readonly job: Job; readonly act: Act }): ReactNode {
  if (job.state !== "done") {
    const { message, hint } = job.problem ?? { message: "It was stopped.", hint: "Nothing was changed." };
    return <Found is="fail" lines={[message, hint]} />;
  }
  if (act === "verify") {
    const { files, rows, snapshot, problems, more } = job.result as unknown as Verified;
    if (problems.length === 0)
      return (
        <Found
          is="pass"
          lines={[`${count(files)} files and ${count(rows)} rows are as they were exported from snapshot ${snapshot.slice(0, 12)}.`]}
        />
      );
    const told = problems.map(({ path, problem }) => `${path}: ${problem}`);
    return <Found is="fail" lines={[...told, ...(more > 0 ? [`and ${count(more)} more`] : [])]} />;
  }
  const { kind, episodes, present, steps } = job.result as unknown as Imported;
  const known = present > 0 ? `; ${count(present)} are here already` : "";
  const made = `${plural(episodes, "episode")} (${plural(steps, "step")} in all)${known}`;
  return <Found is="pass" lines={[act === "look" ? `${KINDS[kind] ?? kind}: would make ${made}. Nothing is written yet.` : `Imported ${made}.`]} />;
}

function Found({ is, lines }: { readonly is: "pass" | "fail"; readonly lines: readonly string[] }): ReactNode {
  return (
    <ul className="checklist found" role="status">
      {lines.map((line, i) => (
        <li key={line}>
          {i === 0 || is === "fail" ? <VerdictGlyph of={is} /> : <span />}
          <span>{line}</span>
        </li>
      ))}
    </ul>
  );
}
