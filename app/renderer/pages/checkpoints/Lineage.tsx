/** Who comes from whom: one diamond per checkpoint, with its score. In: checkpoints of a run. Out: links. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { CheckpointView } from "../../../api/checkpoints.ts";
import { interval, rate } from "../../../report/words.ts";
import { known } from "../../parts/scores.ts";
import { useWidth } from "../../parts/useWidth.ts";
import { layOutLineage } from "./lineage.ts";

interface Props {
  readonly checkpoints: readonly CheckpointView[];
  readonly current: string;
  /** Which run the links keep. */
  readonly input: { readonly run?: string };
}

export function Lineage({ checkpoints, current, input }: Props): ReactNode {
  const [box, width] = useWidth();
  const layout = layOutLineage(checkpoints, width);
  return (
    <section className="lineage-section">
      <h2>
        Lineage <span className="t12 faint">filled: acting; dotted: held or discarded; violet: waits</span>
      </h2>
      <div ref={box} className="lineage-box" tabIndex={0} role="region" aria-label="Lineage">
        {width > 0 && (
          <div className="lineage-plane" style={{ width: layout.width, height: layout.height }}>
            <svg width={layout.width} height={layout.height} aria-hidden="true">
              {layout.edges.map(({ from, to }) => {
                const bend = from.y === to.y ? `H${to.x}` : `C${(from.x + to.x) / 2},${from.y} ${(from.x + to.x) / 2},${to.y} ${to.x},${to.y}`;
                return <path key={to.checkpoint.id} d={`M${from.x},${from.y}${bend}`} className={`edge ${to.checkpoint.status}`} />;
              })}
              {layout.nodes.map(({ checkpoint: { id, status, waits }, x, y }) => (
                <rect
                  key={id}
                  x={x - 6.5}
                  y={y - 6.5}
                  width="13"
                  height="13"
                  rx="1.5"
                  transform={`rotate(45 ${x} ${y})`}
                  className={`node ${waits ? "candidate" : status}${id === current ? " current" : ""}`}
                />
              ))}
            </svg>
            {layout.nodes.map(({ checkpoint, x, y }) => (
              <NodeLabel key={checkpoint.id} checkpoint={checkpoint} x={x} y={y} above={y < 100} input={input} current={checkpoint.id === current} />
            ))}
          </div>
        )}
      </div>
    </section>
  );
}

interface LabelProps {
  readonly checkpoint: CheckpointView;
  readonly x: number;
  readonly y: number;
  readonly above: boolean;
  readonly input: Props["input"];
  readonly current: boolean;
}

function NodeLabel({ checkpoint, x, y, above, input, current }: LabelProps): ReactNode {
  const { id, name, status, waits } = checkpoint;
  const score = known(checkpoint.final ?? checkpoint.gate);
  const words: Readonly<Record<string, string>> = {
    acting: "acting",
    retired: "promoted",
    held: "held",
    discarded: "discarded",
    candidate: "candidate",
  };
  return (
    <Link
      to="/checkpoints/$id"
      params={{ id }}
      search={input}
      className="node-label"
      aria-current={current ? "true" : undefined}
      style={above ? { left: x - 10, bottom: `calc(100% - ${y - 13}px)` } : { left: x - 10, top: y + 13 }}
      title={id}
    >
      <b className="mono">{name}</b>
      {score !== null && (
        <span className="t11">
          {rate(score.estimate, score.n)} <span className="dim">{interval(score, score.n)}</span>
        </span>
      )}
      <span className="t11 dim">{waits ? "waits for you" : words[status]}</span>
    </Link>
  );
}
