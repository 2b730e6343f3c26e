/** Running jobs in the status bar; pressed, all of them with progress, time left and a way to stop. */
import type { ReactNode } from "react";
import { X } from "lucide-react";
import type { Job } from "../../api/jobs.ts";
import { count } from "../../report/words.ts";
import { invoke } from "../core/useCall.ts";
import { clock, timeLeft } from "../parts/format.ts";
import { Popup } from "../parts/Popup.tsx";
import { Progress } from "../parts/Progress.tsx";
import { attempt } from "./attempt.ts";
import { isActive, useJobs } from "./jobs.ts";

export function JobsTray(): ReactNode {
  const jobs = useJobs();
  const active = jobs.filter(isActive);
  if (jobs.length === 0) return null;
  const shown = active.slice(0, 2).map((job) => (
    <span key={job.id} className="job-line">
      {nameOf(job)} <b className="num">{count(job.done)}</b>
      {job.total > 0 && ` / ${count(job.total)}`} · {job.state === "running" ? timeLeft(job) : job.state}
    </span>
  ));
  return (
    <Popup kind="quiet" small side="top" title="Jobs" command="jobs" button={active.length === 0 ? "No job runs" : shown}>
      {() => (
        <section className="jobs" aria-label="Jobs">
          <h2>Jobs</h2>
          {jobs.slice(0, 12).map((job) => (
            <JobLine key={job.id} job={job} />
          ))}
        </section>
      )}
    </Popup>
  );
}

/** "Rollouts, cycle 7". */
function nameOf({ title, stage, cycle }: Job): string {
  if (stage === "") return title;
  return cycle === null ? `${title}, ${stage}` : `Cycle ${cycle}, ${stage}`;
}

export function JobLine({ job }: { readonly job: Job }): ReactNode {
  const { beside } = job;
  return (
    <>
      <JobProgress job={job} />
      {beside !== null && isActive(job) && (
        <Progress
          name={nameOf({ ...job, ...beside })}
          done={beside.done}
          total={beside.total}
          left={beside.note}
          right={job.state === "running" ? timeLeft({ ...job, ...beside }) : job.state}
          still={job.state === "paused"}
        />
      )}
    </>
  );
}

function JobProgress({ job }: { readonly job: Job }): ReactNode {
  const active = isActive(job);
  const stop = (
    <button
      type="button"
      className="button quiet small"
      aria-label={`Stop ${job.title}`}
      title="Stops after the unit under way; nothing committed is lost"
      onClick={() => void attempt(() => invoke("jobs", "cancel", { id: job.id }))}
    >
      <X size={12} aria-hidden="true" />
    </button>
  );
  const rate = job.perMinute === null ? job.note : `${count(job.perMinute)} ${job.unit} per min`;
  return (
    <Progress
      name={nameOf(job)}
      done={job.done}
      total={job.total}
      left={active ? rate : (job.problem?.message ?? `${job.state} ${job.endedAt === null ? "" : clock(job.endedAt)}`)}
      right={active ? (job.state === "running" ? timeLeft(job) : job.state) : ""}
      still={!active || job.state === "paused"}
      actions={active ? stop : undefined}
    />
  );
}
