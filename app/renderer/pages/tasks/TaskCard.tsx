/** A task as a picture: its screen, how well it goes, its state, success over the cycles. */
import { Link } from "@tanstack/react-router";
import { CircleDashed, Eye, Lock, MousePointer2, RefreshCw, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { thumbnailUrl } from "../../../api/urls.ts";
import { rate, score } from "../../../report/words.ts";
import { known } from "../../parts/scores.ts";

type Task = Outputs["tasks"]["list"]["tasks"][number];

export const STATES: Readonly<Record<Task["state"], { readonly name: string; readonly icon: LucideIcon }>> = {
  active: { name: "active", icon: RefreshCw },
  monitoring: { name: "monitoring", icon: Eye },
  "needs-demonstrations": { name: "needs demos", icon: MousePointer2 },
  locked: { name: "locked", icon: Lock },
  unused: { name: "not in this run", icon: CircleDashed },
};

interface Props {
  readonly task: Task;
  readonly current: boolean;
  readonly search: Record<string, string>;
}

export function TaskCard({ task, current, search }: Props): ReactNode {
  const { id, summary, state, screen, trend } = task;
  const success = known(task.success);
  const { name, icon: Icon } = STATES[state];
  return (
    <Link
      to="/tasks/$id"
      params={{ id }}
      search={search}
      id={`task-${id}`}
      className="task-card"
      aria-current={current ? "true" : undefined}
      resetScroll={false}
    >
      {screen === null ? (
        <span className="no-screen t11 faint">no picture yet</span>
      ) : (
        <img className="shot" src={thumbnailUrl(screen)} alt="" loading="lazy" />
      )}
      <span className="row between">
        <b className="cut">{id}</b>
        <span className="num" title={success === null ? "not played yet" : `${score(success)}, ${success.n} episodes`}>
          {rate(success?.estimate)}
        </span>
      </span>
      <span className="summary t12 dim">{summary}</span>
      <span className="row between t11 dim">
        <span className="row state">
          <Icon size={12} aria-hidden="true" /> {name}
        </span>
        <Sparkline values={trend.map(({ estimate }) => estimate)} />
      </span>
    </Link>
  );
}

function Sparkline({ values }: { readonly values: readonly (number | null)[] }): ReactNode {
  const points = values.flatMap((value, i) => (value === null ? [] : [{ x: 2 + (i / Math.max(1, values.length - 1)) * 48, y: 14 - value * 12 }]));
  const last = points.at(-1);
  if (last === undefined || points.length < 2) return null;
  return (
    <svg width="54" height="16" aria-hidden="true">
      <polyline points={points.map(({ x, y }) => `${x},${y}`).join(" ")} fill="none" stroke="var(--chart-line)" strokeWidth="1.500" />
      <circle cx={last.x} cy={last.y} r="2" fill="var(--chart-line)" />
    </svg>
  );
}
