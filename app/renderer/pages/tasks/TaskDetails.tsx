/** One task in full: instances with their first screens, buckets of the curriculum, verifier, mistakes that must fail. In: a task's id. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { filterToSearch } from "../../../api/query.ts";
import { thumbnailUrl } from "../../../api/urls.ts";
import { plural, rate } from "../../../report/words.ts";
import { useCall } from "../../core/useCall.ts";
import { Problem } from "../../parts/Problem.tsx";
import { STATES } from "./TaskCard.tsx";

type Details = Outputs["tasks"]["get"];

const SHOWN = 4;

export function TaskDetails({ input, id }: { readonly input: { readonly run?: string }; readonly id: string }): ReactNode {
  const { data, error } = useCall("tasks", "get", { ...input, id }, { keep: true });
  if (error !== null) return <Problem title="This task could not be read" error={error} />;
  if (data === undefined) return null;
  const { task, verifier, nearMisses, instances } = data;
  return (
    <section className="task-details">
      <header className="row between">
        <h2>{task.id}</h2>
        <span className="t12 dim">
          budget {plural(task.maxSteps, "step")}
          {task.longBudget !== null && `, ${task.longBudget} for demonstrations and people`}, {task.viewport.width} × {task.viewport.height} px,{" "}
          {plural(nearMisses.length, "near miss", "near misses")}
        </span>
      </header>
      {task.missing !== null && <p className="t12 env-error">{task.missing}</p>}
      <ul className="instances">
        {task.missing === null && instances.slice(0, SHOWN).map((instance) => <Instance key={instance.seed} task={task.id} {...instance} />)}
      </ul>
      {task.buckets.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Bucket</th>
              <th scope="col">State</th>
              <th scope="col" className="num">
                Passed
              </th>
              <th scope="col" className="num">
                Rate
              </th>
            </tr>
          </thead>
          <tbody>
            {task.buckets.map(({ name, state, passRate, passes, attempts }) => (
              <tr key={name}>
                <th scope="row">
                  <Link
                    to="/episodes"
                    search={filterToSearch({ task: [task.id], bucket: [name], purpose: ["train", "human"] })}
                    className="plain-link"
                  >
                    {name}
                  </Link>
                </th>
                <td className="dim">{STATES[state].name}</td>
                <td className="num">
                  {passes} / {attempts}
                </td>
                <td className="num">{rate(passRate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="t12 dim">
        Verifier <code>{verifier}</code>. Must fail: {nearMisses.join("; ") || "nothing was named"}.
      </p>
    </section>
  );
}

function Instance({ task, seed, bucket, instruction, feasible }: Details["instances"][number] & { readonly task: string }): ReactNode {
  const { data } = useCall("tasks", "preview", { id: task, seed });
  // Some pages know it only when they are drawn.
  const asked = instruction || (data?.instruction ?? "");
  return (
    <li>
      {data === undefined ? (
        <span className="no-screen t11 faint">drawing…</span>
      ) : (
        <img className="shot" src={thumbnailUrl(data.screen)} alt={`First screen of seed ${seed}`} />
      )}
      <span className="t12 instruction" title={asked}>
        {asked}
      </span>
      <span className="t11 dim">
        seed {seed}, {bucket}
        {!feasible && ", cannot be done"}
      </span>
    </li>
  );
}
