/** What waits for a person, what blocks most first; each with one button and a number key. */
import { useNavigate } from "@tanstack/react-router";
import { Database, MessageSquareMore, MousePointer2, OctagonPause } from "lucide-react";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { plural } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { useCall } from "../../core/useCall.ts";
import { ago, timeLeft } from "../../parts/format.ts";
import { KeyCaps } from "../../parts/Keys.tsx";

type Item = Outputs["workspace"]["waiting"][number];

interface Face {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly to: string;
  readonly search?: Record<string, string>;
}

export function Waiting(): ReactNode {
  const { data: items = [] } = useCall("workspace", "waiting", undefined);
  const navigate = useNavigate();
  const faces = items.slice(0, 9).map(faceOf);
  const open = ({ to, search = {} }: Face): void => void navigate({ to, search });
  useCommand("home.waiting", faces.length === 0 ? null : (which) => faces[which] !== undefined && open(faces[which]));
  return (
    <section className="waiting">
      <h2>
        Waits for you <span className="t12 faint">{items.length === 0 ? "" : items.length}</span>
      </h2>
      {faces.length === 0 && <p className="t12 dim">Nothing. Approvals, gates and requests for demonstrations appear here.</p>}
      <ol>
        {faces.map((face, i) => (
          <li key={`${face.to} ${face.title}`}>
            <span className="icon">{face.icon}</span>
            <div>
              <strong>{face.title}</strong>
              <p className="t12 dim">{face.text}</p>
            </div>
            <button type="button" className={`button small${i === 0 ? " primary" : ""}`} onClick={() => open(face)}>
              {face.button} <KeyCaps keys={String(i + 1)} />
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function faceOf(item: Item): Face {
  switch (item.kind) {
    case "approval":
      return {
        icon: <MessageSquareMore size={16} className="asks" aria-hidden="true" />,
        title: `Session ${item.session} asks`,
        text: `${item.sentence}. Waiting ${ago(item.since).replace(" ago", "")}${item.until === null ? "" : `, pauses in ${timeLeft({ secondsLeft: (item.until - Date.now()) / 1000, startedAt: item.since }).replace(" left", "")}`}`,
        button: "Look",
        to: "/sessions",
        search: { focus: item.session },
      };
    case "gate":
      return {
        icon: <span className="checkpoint candidate" />,
        title: `Gate: promote ${item.candidate.name}?`,
        text: `${item.sentence} ${item.incumbent.name} acts on meanwhile.`,
        button: "Decide",
        to: `/checkpoints/${encodeURIComponent(item.candidate.id)}`,
      };
    case "stopped":
      return {
        icon: <OctagonPause size={16} className="fail" aria-hidden="true" />,
        title: `Run ${item.run} stopped by itself`,
        text: item.sentence,
        button: "See why",
        to: "/",
        search: { run: item.run },
      };
    case "demonstrations":
      return {
        icon: <MousePointer2 size={15} aria-hidden="true" />,
        title: `${plural(item.wanted, "demonstration")} wanted`,
        text: `${item.task}, ${item.bucket}`,
        button: "Show",
        to: "/sessions",
        search: { new: "1", task: item.task, bucket: item.bucket, request: String(item.request), agent: "person" },
      };
    case "disk":
      return {
        icon: <Database size={15} aria-hidden="true" />,
        title: "Little room is left",
        text: item.sentence,
        button: "See list",
        to: "/settings/retention",
      };
  }
}
