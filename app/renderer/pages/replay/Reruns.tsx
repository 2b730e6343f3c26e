/** The recorded actions carried out again from the seed: how many screens were equal, and what was seen where they first differed. */
import { useState, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { plural } from "../../../report/words.ts";
import { invoke } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { clock } from "../../parts/format.ts";
import { Verdict, VerdictGlyph } from "../../parts/Verdict.tsx";
import { attempt } from "../../shell/attempt.ts";
import { useJob } from "../../shell/jobs.ts";
import { JobLine } from "../../shell/JobsTray.tsx";
import { Screen } from "./Stage.tsx";

type Episode = Outputs["episode"]["get"];

export function Reruns({ episode }: { readonly episode: Episode }): ReactNode {
  const { reruns, row, cannotRerun } = episode;
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const running = job !== null && job.endedAt === null;
  const start = async (): Promise<void> => {
    const started = await attempt(() => invoke("episode", "rerun", { id: row.id }));
    if (started !== null) setJobId(started.job);
  };
  return (
    <section>
      <header className="row between">
        <h2>Re-run from seed</h2>
        <Button
          small
          kind="quiet"
          command="replay.rerun"
          off={cannotRerun ?? (running ? "It is being run again now." : null)}
          onClick={() => void start()}
        >
          Run
        </Button>
      </header>
      {running && <JobLine job={job} />}
      {reruns.length === 0 && !running && <p className="t12 dim">{cannotRerun ?? "Not yet. Takes a few seconds and changes nothing."}</p>}
      {reruns.toReversed().map((rerun) => (
        <Rerun key={rerun.at} episode={episode} rerun={rerun} />
      ))}
    </section>
  );
}

function Rerun({ episode, rerun }: { readonly episode: Episode; readonly rerun: Episode["reruns"][number] }): ReactNode {
  const { at, screens, sameScreens, firstDrift, seen, recorded, replayed } = rerun;
  if (firstDrift === null) {
    return (
      <p className="t12 row">
        <VerdictGlyph of="pass" /> {clock(at)}: no drift in {plural(screens, "screen")}
        {recorded === replayed ? ", same verdict" : ""}
      </p>
    );
  }
  const expected = firstDrift === 0 ? episode.startScreen : episode.steps[firstDrift - 1]?.nextScreen;
  return (
    <>
      <p className="t12 row wrap">
        <VerdictGlyph of="fail" /> {clock(at)}: drifts {firstDrift === 0 ? "at the start" : `after step ${firstDrift}`}; {sameScreens} of {screens}{" "}
        screens equal
        {recorded !== replayed && (
          <>
            , <Verdict of={recorded} /> became <Verdict of={replayed} />
          </>
        )}
      </p>
      {expected !== undefined && seen !== null && (
        <div className="drift">
          <figure>
            <Screen hash={expected} alt="Recorded screen" />
            <figcaption className="t11 dim">recorded</figcaption>
          </figure>
          <figure>
            <Screen hash={seen} alt="Screen of the re-run" />
            <figcaption className="t11 dim">seen now</figcaption>
          </figure>
        </div>
      )}
    </>
  );
}
