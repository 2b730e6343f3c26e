/** What runs now, with time left: jobs, live sessions, room on the disk. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { plural } from "../../../report/words.ts";
import { useCall } from "../../core/useCall.ts";
import { bytes } from "../../parts/format.ts";
import { isActive, useJobs } from "../../shell/jobs.ts";
import { JobLine } from "../../shell/JobsTray.tsx";

export function RunsNow(): ReactNode {
  const jobs = useJobs().filter(isActive);
  const { data: sessions = [] } = useCall("sessions", "list", undefined);
  const { data: status } = useCall("workspace", "status", undefined);
  const live = sessions.filter(({ state }) => state !== "ended");
  const states = [...Map.groupBy(live, ({ state }) => state)].map(([state, all]) => `${all.length} ${state}`);
  return (
    <section className="runs-now">
      <h2>
        Runs now <span className="t12 faint">{plural(jobs.length, "job")}</span>
      </h2>
      {jobs.map((job) => (
        <JobLine key={job.id} job={job} />
      ))}
      {jobs.length === 0 && live.length === 0 && <p className="t12 dim">Nothing. What was recorded stays as it is.</p>}
      {live.length > 0 && (
        <div className="progress">
          <Link to="/sessions" className="row between">
            <strong>Live sessions</strong> <span className="num">{live.length}</span>
          </Link>
          <div className="session-bar" aria-hidden="true">
            {live.map(({ id, state }) => (
              <i key={id} className={state} />
            ))}
          </div>
          <span className="t11 dim">{states.join(", ")}</span>
        </div>
      )}
      {status !== undefined && (
        <p className="row between disk">
          <span>Disk</span>
          <span className="dim">
            {bytes(status.disk.freeBytes)} free; this workspace holds {bytes(status.disk.databaseBytes)}
          </span>
        </p>
      )}
    </section>
  );
}
