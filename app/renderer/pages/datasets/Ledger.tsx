/** Every learning episode once: left as judged, right as routed, both sides of equal height. In: the ledger of a run. Out: bars that open their rows. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { filterToSearch, type EpisodeFilter } from "../../../api/query.ts";
import { count } from "../../../report/words.ts";
import { ChartFigure } from "../../parts/ChartFigure.tsx";
import { useWidth } from "../../parts/useWidth.ts";

type Row = Outputs["datasets"]["ledger"][number];

const [HEIGHT, TOP, BOTTOM, LEFT] = [232, 8, 24, 38];

interface Part {
  readonly name: string;
  readonly count: number;
  readonly fill: string;
  readonly text: string;
  readonly filter: EpisodeFilter;
}

const VERDICTS = [
  ["pass", "var(--pass-fill)"],
  ["fail", "url(#hatch-fail)"],
  ["truncated", "url(#hatch-truncated)"],
  ["env-error", "var(--env-fill)"],
  ["unverified", "var(--unv-fill)"],
] as const;
const ROUTES = [
  ["SFT", "var(--sft-fill)"],
  ["CT", "var(--ct-fill)"],
  ["quarantine", "var(--surface)"],
  ["none", "var(--unv-fill)"],
] as const;

export function Ledger({ rows, run }: { readonly rows: readonly Row[]; readonly run: string }): ReactNode {
  const [box, width] = useWidth();
  const judged = rows.reduce((sum, { episodes }) => sum + episodes, 0);
  const routed = rows.reduce((sum, { routes }) => sum + routes.SFT + routes.CT + routes.quarantine + routes.none, 0);
  const last = rows.at(-1);
  return (
    <ChartFigure
      title="Ledger"
      subtitle="every learning episode once: left as judged, right as routed, share to SFT"
      caption={
        <>
          {count(judged)} in, {count(routed)} out.
          {last !== undefined && last.filtered > 0 && (
            <>
              {" "}
              {count(last.filtered)} of {count(last.verdicts.pass)} passes were filtered in cycle {last.cycle}:{" "}
              {last.rejections.map(({ check, count: n }) => `${check} ${n}`).join(", ")}.
            </>
          )}
        </>
      }
      numbers={{
        head: [
          "cycle",
          "episodes",
          ...VERDICTS.map(([name]) => name),
          ...ROUTES.map(([name]) => (name === "none" ? "not routed" : name)),
          "filtered",
        ],
        rows: rows.map((row) => [
          <Opens key="cycle" run={run} row={row} filter={{}} text={String(row.cycle)} />,
          count(row.episodes),
          ...VERDICTS.map(([name]) => <Opens key={name} run={run} row={row} filter={{ verdict: [name] }} text={count(row.verdicts[name])} />),
          ...ROUTES.map(([name]) => <Opens key={name} run={run} row={row} filter={{ route: [name] }} text={count(row.routes[name])} />),
          count(row.filtered),
        ]),
      }}
    >
      <Legend />
      <div ref={box} style={{ height: HEIGHT }}>
        {width > 0 && <Bars rows={rows} run={run} width={width} />}
      </div>
    </ChartFigure>
  );
}

function Opens({
  run,
  row,
  filter,
  text,
}: {
  readonly run: string;
  readonly row: Row;
  readonly filter: EpisodeFilter;
  readonly text: string;
}): ReactNode {
  return (
    <Link to="/episodes" search={listOf(run, row.cycle, filter)} className="link">
      {text}
    </Link>
  );
}

function Bars({ rows, run, width }: { readonly rows: readonly Row[]; readonly run: string; readonly width: number }): ReactNode {
  const most = Math.max(1, ...rows.map(({ episodes }) => episodes));
  const tick = niceStep(most / 4);
  const scale = (HEIGHT - TOP - BOTTOM) / most;
  const step = (width - LEFT) / Math.max(1, rows.length);
  const bar = Math.max(8, Math.min(24, step / 3.6));
  const floor = HEIGHT - BOTTOM;
  const ticks = Array.from({ length: Math.floor(most / tick) + 1 }, (_, i) => i * tick);
  return (
    <svg width={width} height={HEIGHT} role="group" aria-label="Ledger by cycle">
      {ticks.map((value) => (
        <g key={value}>
          <path d={`M${LEFT} ${floor - value * scale + 0.5}H${width}`} stroke="var(--chart-grid)" />
          <text x={LEFT - 6} y={floor - value * scale + 4} textAnchor="end" className="axis">
            {count(value)}
          </text>
        </g>
      ))}
      {rows.map((row, i) => {
        const x = LEFT + step * i + Math.max(4, (step - 2 * bar - 44) / 2);
        const share = row.episodes === 0 ? 0 : row.routes.SFT / row.episodes;
        const passTop = floor - row.verdicts.pass * scale;
        const sftTop = floor - row.routes.SFT * scale;
        return (
          <g key={row.cycle}>
            <Stack
              run={run}
              cycle={row.cycle}
              x={x}
              width={bar}
              scale={scale}
              parts={VERDICTS.map(([name, fill]) => ({ name, fill, count: row.verdicts[name], text: "#fff", filter: { verdict: [name] } }))}
            />
            <path d={`M${x + bar} ${passTop}L${x + bar + 8} ${sftTop}`} stroke="var(--line-strong)" strokeDasharray="1.5 2" />
            <Stack
              run={run}
              cycle={row.cycle}
              x={x + bar + 8}
              width={bar}
              scale={scale}
              parts={ROUTES.map(([name, fill]) => ({ name, fill, count: row.routes[name], text: "#fff", filter: { route: [name] } }))}
            />
            {row.routes.SFT > 0 && (
              <text x={x + 2 * bar + 13} y={sftTop + 4} className="axis">
                {Math.round(100 * share)} %
              </text>
            )}
            <text x={x + bar + 4} y={HEIGHT - 6} textAnchor="middle" className="axis">
              {row.cycle}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

interface StackProps {
  readonly run: string;
  readonly cycle: number;
  readonly x: number;
  readonly width: number;
  readonly scale: number;
  readonly parts: readonly Part[];
}

function Stack({ run, cycle, x, width, scale, parts }: StackProps): ReactNode {
  let y = HEIGHT - BOTTOM;
  return parts
    .filter((part) => part.count > 0)
    .map((part) => {
      const height = Math.max(2, part.count * scale);
      y -= height;
      const outlined = part.name === "env-error" || part.name === "unverified" || part.name === "quarantine" || part.name === "none";
      return (
        <Link
          key={part.name}
          to="/episodes"
          search={listOf(run, cycle, part.filter)}
          aria-label={`Cycle ${cycle}, ${part.name === "none" ? "not routed" : part.name}: ${part.count}`}
          className="ledger-part"
        >
          <rect x={x} y={y} width={width} height={Math.max(1, height - 1)} fill={part.fill} stroke={outlined ? "var(--unv)" : undefined} />
          {height > 16 && width > 20 && (
            <text x={x + width / 2} y={y + height / 2 + 4} textAnchor="middle" className="in-bar">
              {count(part.count)}
            </text>
          )}
        </Link>
      );
    });
}

function Legend(): ReactNode {
  return (
    <p className="ledger-legend t11 dim">
      {[...VERDICTS, null, ...ROUTES].map((entry) =>
        entry === null ? (
          <span key="between" className="between-legends" />
        ) : (
          <span key={entry[0]}>
            <svg width="10" height="10" aria-hidden="true">
              <rect width="10" height="10" rx="2" fill={entry[1]} stroke={entry[0] === "quarantine" ? "var(--unv)" : undefined} />
            </svg>
            {entry[0] === "none" ? "not routed" : entry[0]}
          </span>
        ),
      )}
    </p>
  );
}

function listOf(run: string, cycle: number, filter: EpisodeFilter): Record<string, string> {
  return filterToSearch({ run: [run], cycle: [cycle], purpose: ["train", "human"], not: { is: ["retracted"] }, ...filter });
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return power * (value / power > 5 ? 10 : value / power > 2 ? 5 : value / power > 1 ? 2 : 1);
}
