/** The navigation at the left: places in the order of the work, with counts; a dot marks what waits for a person. */
import { Link } from "@tanstack/react-router";
import { CircleDot, Database, GitFork, LayoutGrid, List, Monitor, SlidersHorizontal, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Outputs } from "../../api/index.ts";
import { count } from "../../report/words.ts";
import { useCall } from "../core/useCall.ts";

type Status = Outputs["workspace"]["status"];

interface Place {
  readonly to: string;
  readonly name: string;
  readonly icon: LucideIcon;
  readonly count?: (status: Status) => number;
  readonly waits?: (status: Status) => number;
}

/** Demonstrate belongs to Act, Review and Compare to Judge; they come with their pages. */
const GROUPS: readonly { readonly name: string | null; readonly places: readonly Place[] }[] = [
  { name: null, places: [{ to: "/", name: "Home", icon: CircleDot }] },
  {
    name: "Act",
    places: [{ to: "/sessions", name: "Sessions", icon: Monitor, count: ({ counts }) => counts.sessions, waits: ({ waits }) => waits.approvals }],
  },
  { name: "Judge", places: [{ to: "/episodes", name: "Episodes", icon: List, count: ({ counts }) => counts.episodes }] },
  {
    name: "Learn",
    places: [
      { to: "/tasks", name: "Tasks", icon: LayoutGrid, count: ({ counts }) => counts.tasks, waits: ({ waits }) => waits.demonstrations },
      { to: "/datasets", name: "Datasets", icon: Database },
      { to: "/checkpoints", name: "Checkpoints", icon: GitFork, count: ({ counts }) => counts.checkpoints, waits: ({ waits }) => waits.gates },
    ],
  },
];

export function Rail(): ReactNode {
  const { data: status } = useCall("workspace", "status", undefined);
  return (
    <nav className="rail" aria-label="Pages">
      <div className="workspace" title={status?.dir}>
        <Mark />
        <span className="name cut">{status?.name ?? "…"}</span>
      </div>
      {GROUPS.map(({ name, places }) => (
        <div key={name ?? "home"} className="group" role="group" aria-label={name ?? "Start"}>
          {name !== null && <div className="group-name">{name}</div>}
          {places.map((place) => (
            <RailLink key={place.to} place={place} status={status} />
          ))}
        </div>
      ))}
      <div className="spring" />
      <RailLink place={{ to: "/settings", name: "Settings", icon: SlidersHorizontal }} status={status} />
    </nav>
  );
}

function RailLink({
  place: { to, name, icon: Icon, count: countOf, waits: waitsOf },
  status,
}: {
  readonly place: Place;
  readonly status: Status | undefined;
}): ReactNode {
  const waits = status === undefined ? 0 : (waitsOf?.(status) ?? 0);
  const counted = status === undefined ? 0 : (countOf?.(status) ?? 0);
  return (
    <Link to={to} search={{}} activeOptions={{ exact: to === "/", includeSearch: false }} activeProps={{ "aria-current": "page" }} title={name}>
      <Icon size={16} strokeWidth={1.6} aria-hidden="true" />
      <span className="name">{name}</span>
      {waits > 0 ? (
        <span className="count waits" title={`${waits} wait for you`}>
          {waits}
        </span>
      ) : (
        counted > 0 && <span className="count">{count(counted)}</span>
      )}
    </Link>
  );
}

function Mark(): ReactNode {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <circle cx="8" cy="8" r="6.2" />
      <path d="M8 1.800V8l4.400 4.400" />
      <circle cx="8" cy="8" r="1.800" fill="var(--accent)" stroke="none" />
    </svg>
  );
}
