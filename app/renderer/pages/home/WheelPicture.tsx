/**
 * The wheel as a picture and as navigation: every bar, ribbon and number leads to exactly the rows it counts. In: the counts of a cycle, and what
 * the running one has collected. Out: links.
 */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { filterToSearch, type EpisodeFilter } from "../../../api/query.ts";
import { thumbnailUrl } from "../../../api/urls.ts";
import { count, difference, duration, rate, score, signed } from "../../../report/words.ts";
import { useCall } from "../../core/useCall.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { timeLeft } from "../../parts/format.ts";
import { known } from "../../parts/scores.ts";
import { useWidth } from "../../parts/useWidth.ts";
import { isActive, useJobs } from "../../shell/jobs.ts";
import { band, BAR, HEIGHT, layOut, type WheelLayout } from "./wheelLayout.ts";

type Wheel = Outputs["runs"]["wheel"];

interface Props {
  readonly wheel: Wheel;
  /** The cycle that is being collected, when it is another one. */
  readonly running: Wheel | null;
  readonly input: { readonly run?: string };
}

export function WheelPicture({ wheel, running, input }: Props): ReactNode {
  const [box, width] = useWidth();
  return (
    <section className="wheel" aria-label={`The wheel in cycle ${wheel.cycle}`}>
      <div ref={box} className="wheel-box" style={{ height: HEIGHT }}>
        {width > 0 && <Parts layout={layOut(wheel, width)} width={width} wheel={wheel} running={running} input={input} />}
      </div>
    </section>
  );
}

/** Where the picture will be: what is below does not move when it comes. */
export function WheelPlace(): ReactNode {
  return (
    <section className="wheel" aria-label="The wheel">
      <div className="wheel-box" style={{ height: HEIGHT }} />
    </section>
  );
}

interface PartProps extends Props {
  readonly layout: WheelLayout;
  readonly width: number;
}

function Parts(props: PartProps): ReactNode {
  const { layout, wheel, running } = props;
  const { x, boxes } = layout;
  const minutes = wheel.training.reduce((sum, stage) => sum + stage.minutes, 0);
  return (
    <>
      <Ribbons {...props} />
      <Head x={x.tasks} name="Tasks" />
      <Head x={x.rollouts - 8} name="Rollouts" note={`${count(wheel.collected.episodes)} in cycle ${wheel.cycle}`} />
      <Head x={x.verdicts - 8} name="Verdicts" />
      <Head x={x.routed - 8} name="Routed" />
      <Head x={x.training} name="Training" note={minutes > 0 ? `in this order, ${duration(minutes * 60)}` : "in this order"} />
      <Head x={x.gate} name="Gate" note={wheel.gate === null || wheel.gate.pairs === 0 ? "" : `${count(wheel.gate.pairs)} pairs`} />
      <Head x={x.checkpoints} name="Checkpoints" />
      <TasksBox {...props} />
      <Labels {...props} />
      {running !== null && (
        <Link
          to="/episodes"
          search={listOf(running, {})}
          className="running-box"
          style={{ left: x.rollouts + BAR + 6, top: layout.top + layout.full - 46 }}
        >
          <b className="num">
            {count(running.collected.episodes)}
            {running.collected.planned !== null && ` / ${count(running.collected.planned)}`}
          </b>
          <span className="t11 dim">
            cycle {running.cycle}
            <RunningLeft />
          </span>
        </Link>
      )}
      <Training {...props} />
      <Gate {...props} />
      <div className="wheel-card checkpoints" style={{ left: x.checkpoints, width: boxes.checkpoints, top: 34 }}>
        {wheel.candidate !== null && (
          <>
            <span className="t11 dim">candidate</span>
            <CheckpointMark of={wheel.candidate.checkpoint} status={wheel.gate?.outcome === "held" ? "held" : "candidate"} link />
            <Scored of={wheel.candidate.score} />
            <hr />
          </>
        )}
        {wheel.acting !== null ? (
          <>
            <span className="t11 dim">acting</span>
            <CheckpointMark of={wheel.acting.checkpoint} status="acting" link />
            <Scored of={wheel.acting.score} />
          </>
        ) : (
          <span className="t11 dim">nobody acts yet</span>
        )}
        {wheel.older > 0 && (
          <Link to="/checkpoints" search={props.input} className="t11 dim">
            {wheel.older} older kept
          </Link>
        )}
      </div>
    </>
  );
}

function Head({ x, name, note = "" }: { readonly x: number; readonly name: string; readonly note?: string }): ReactNode {
  return (
    <div className="wheel-head" style={{ left: x }}>
      <b>{name}</b> <span className="t11 dim">{note}</span>
    </div>
  );
}

const FILLS = {
  pass: "var(--pass-fill)",
  fail: "url(#hatch-fail)",
  truncated: "url(#hatch-truncated)",
  "env-error": "var(--env-fill)",
  unverified: "var(--unv-fill)",
  CT: "var(--ct-fill)",
  SFT: "var(--sft-fill)",
  quarantine: "var(--surface)",
  none: "var(--unv-fill)",
} as const;
const RIBBONS = {
  pass: "var(--pass-fill)",
  fail: "var(--fail-fill)",
  truncated: "var(--trunc-fill)",
  "env-error": "var(--env-fill)",
  unverified: "var(--unv-fill)",
} as const;

/** Everything that has no words: bars, ribbons, arrows. */
function Ribbons({ layout, width, wheel, running }: PartProps): ReactNode {
  const { x, boxes, top, full, verdicts, routes, ribbons, rl } = layout;
  const share = running === null ? 0 : Math.min(1, running.collected.episodes / Math.max(1, running.collected.planned ?? running.collected.episodes));
  const last = Math.max(...routes.map(({ y, height }) => y + height), top + full);
  const bottom = HEIGHT - 16;
  return (
    <svg className="wheel-lines" width={width} height={HEIGHT} aria-hidden="true">
      <path d={band(boxes.tasks, top + 40, 150, x.rollouts, top, full)} fill="var(--line)" opacity="0.7" />
      {verdicts.map((bar) => (
        <path
          key={bar.name}
          d={band(x.rollouts + BAR, bar.y - gapBefore(verdicts, bar.name), bar.height, x.verdicts, bar.y, bar.height)}
          fill={RIBBONS[bar.name]}
          opacity="0.32"
        />
      ))}
      {ribbons.map(({ verdict, route, from, to, height }) => (
        <path key={`${verdict} ${route}`} d={band(x.verdicts + BAR, from, height, x.routed, to, height)} fill={RIBBONS[verdict]} opacity="0.32" />
      ))}
      <path d={`M${boxes.tasks},${rl}H${x.routed}`} stroke="var(--rl-fill)" strokeWidth="6" opacity="0.3" />
      <path d={`M${boxes.tasks},${rl}H${x.routed}`} stroke="var(--rl-fill)" strokeWidth="1" strokeDasharray="4 3" />
      <rect x={x.rollouts} y={top} width={BAR} height={full} fill="var(--ink-2)" />
      {share > 0 && <rect x={x.rollouts} y={top + full * (1 - share)} width={BAR} height={full * share} fill="var(--accent)" />}
      {verdicts.map(({ name, y, height }) => (
        <rect
          key={name}
          x={x.verdicts}
          y={y}
          width={BAR}
          height={height}
          fill={FILLS[name]}
          stroke={name === "env-error" || name === "unverified" ? "var(--env)" : undefined}
          strokeWidth="0.6"
        />
      ))}
      {routes.map(({ name, y, height }) => (
        <rect
          key={name}
          x={x.routed}
          y={y}
          width={BAR}
          height={height}
          fill={FILLS[name]}
          stroke={name === "quarantine" || name === "none" ? "var(--unv)" : undefined}
        />
      ))}
      <rect x={x.routed} y={rl - 8} width={BAR} height="16" fill="var(--rl-fill)" />
      {TRAINED.map(([stage, y], i) => (
        <g key={stage}>
          <Arrow d={`M${x.training - 44},${y + 30}H${x.training - 4}`} colour={`var(--${stage.toLowerCase()}-fill)`} wide />
          {i < 2 && (
            <path d={`M${x.training + boxes.training / 2},${y + CARD}V${TRAINED[i + 1]![1]}`} stroke="var(--line-strong)" strokeDasharray="1.5 3" />
          )}
        </g>
      ))}
      <Arrow
        d={`M${x.training + boxes.training},${TRAINED[2][1] + 30}H${(x.training + boxes.training + x.gate) / 2}V100H${x.gate - 4}`}
        colour="var(--line-strong)"
      />
      <Arrow d={`M${x.gate + boxes.gate},112H${x.checkpoints - 4}`} colour="var(--line-strong)" />
      {wheel.acting !== null && (
        <Arrow
          d={`M${x.checkpoints + boxes.checkpoints / 2},198V${bottom - 8}q0,8 -8,8H${x.rollouts + BAR / 2 + 8}q-8,0 -8,-8V${Math.max(last, top + full) + 10}`}
          colour="var(--accent)"
        />
      )}
    </svg>
  );
}

/** Verdict bars are parted by gaps that the rollout bar does not have. */
function gapBefore(bars: WheelLayout["verdicts"], name: string): number {
  const first = bars[0]!;
  const own = bars.find((bar) => bar.name === name)!;
  const counted = bars.slice(0, bars.indexOf(own)).reduce((sum, { height }) => sum + height, 0);
  return own.y - first.y - counted;
}

function Arrow({ d, colour, wide = false }: { readonly d: string; readonly colour: string; readonly wide?: boolean }): ReactNode {
  const id = `arrow-${colour.replace(/\W/g, "")}`;
  return (
    <>
      <marker
        id={id}
        viewBox="0 0 8 8"
        refX="6"
        refY="4"
        markerWidth={wide ? 9 : 8}
        markerHeight={wide ? 9 : 8}
        markerUnits="userSpaceOnUse"
        orient="auto"
      >
        <path d="M1 0.500L6.500 4L1 7.500" fill="none" stroke={colour} strokeWidth="1.500" />
      </marker>
      <path d={d} fill="none" stroke={colour} strokeWidth={wide ? 2.5 : 1.5} markerEnd={`url(#${id})`} />
    </>
  );
}

const CARD = 66;
/** Stages with the upper ends of their boxes. */
const TRAINED = [
  ["CT", 34],
  ["SFT", 126],
  ["RL", 230],
] as const;

function Training({ layout: { x, boxes }, wheel, input }: PartProps): ReactNode {
  return TRAINED.map(([stage, top], i) => {
    const own = wheel.training.find((one) => one.stage === stage);
    const change = own === undefined || own.before === null || own.after === null ? null : own;
    return (
      <Link
        key={stage}
        to="/checkpoints"
        search={input}
        className={`wheel-card training ${stage}`}
        style={{ left: x.training, width: boxes.training, top, height: CARD }}
      >
        <b>
          {i + 1} {stage}
        </b>
        {own === undefined ? (
          <span className="t11 faint">not in cycle {wheel.cycle}</span>
        ) : (
          <>
            {change !== null && (
              <span className="t12">
                {stage === "RL"
                  ? `reward ${rate(change.before)} → ${rate(change.after)}`
                  : `loss ${change.before!.toFixed(2)} → ${change.after!.toFixed(2)}`}
              </span>
            )}
            <span className="t11 dim cut">
              {stage === "RL" ? `${count(own.groups)} groups` : `${count(own.steps)} steps`}, {duration(own.minutes * 60)}
            </span>
          </>
        )}
      </Link>
    );
  });
}

const OUTCOMES: Readonly<Record<NonNullable<Wheel["gate"]>["outcome"], string>> = {
  promoted: "promoted",
  held: "held",
  discarded: "discarded",
  "rolled back": "rolled back",
  waits: "waits for you",
  playing: "being played",
  first: "the first one acts",
};

function Gate({ layout: { x, boxes }, wheel: { gate } }: PartProps): ReactNode {
  if (gate === null) {
    return (
      <div className="wheel-card gate" style={{ left: x.gate, width: boxes.gate, top: 34 }}>
        <span className="t11 faint">not reached</span>
      </div>
    );
  }
  const gap = gate.difference;
  const estimate = gap?.estimate ?? null;
  return (
    <Link
      to="/checkpoints/$id"
      params={{ id: gate.candidate.id }}
      className={`wheel-card gate${gate.outcome === "waits" ? " waits" : ""}`}
      style={{ left: x.gate, width: boxes.gate, top: 34 }}
    >
      <span className="t11 dim cut">
        {gate.candidate.name.split("-")[0]}
        {gate.incumbent !== null && ` − ${gate.incumbent.name.split("-")[0]}`}
      </span>
      {gap !== null && estimate !== null && (
        <>
          <span className="figure">{signed(estimate, gate.pairs)}</span>
          <span className="t11 dim">
            {signed(gap.low, gate.pairs)} to {signed(gap.high, gate.pairs)}
          </span>
          <GateInterval low={gap.low} estimate={estimate} high={gap.high} />
        </>
      )}
      <span className={gate.outcome === "waits" ? "button primary small" : "t12"}>
        {gate.outcome === "waits" ? "Decide" : OUTCOMES[gate.outcome]}
      </span>
      {gap !== null && estimate !== null && <span className="unseen">{difference({ ...gap, estimate }, gate.pairs)}</span>}
    </Link>
  );
}

function GateInterval({ low, estimate, high }: { readonly low: number; readonly estimate: number; readonly high: number }): ReactNode {
  // On one scale up to .1, so that gates can be compared; wider where more happened.
  const reach = Math.max(0.1, Math.abs(low), Math.abs(high));
  const at = (value: number): number => 40 + (value / reach) * 38;
  const colour = low > 0 ? "var(--up)" : high < 0 ? "var(--down)" : "var(--flat)";
  return (
    <svg viewBox="0 0 80 30" width="80" height="30" aria-hidden="true">
      <path d="M40 2V20" stroke="var(--chart-axis)" strokeDasharray="1.500 2.500" />
      <path d={`M${at(low)} 11H${at(high)}`} stroke={colour} strokeWidth="1.800" />
      <rect
        x={at(estimate) - 3.5}
        y="7.500"
        width="7"
        height="7"
        fill={low > 0 || high < 0 ? colour : "var(--surface)"}
        stroke={colour}
        strokeWidth="1.400"
      />
      <text x="40" y="29" textAnchor="middle" className="axis">
        0
      </text>
    </svg>
  );
}

function Scored({ of }: { readonly of: NonNullable<Wheel["candidate"]>["score"] }): ReactNode {
  return <span className="t11 dim">{score(known(of))}</span>;
}

/** Names and counts of bars, each a link to its rows. */
function Labels({ layout: { x, verdicts, filtered, routes, rl }, wheel, input }: PartProps): ReactNode {
  const { pools } = wheel;
  const words: Readonly<Record<string, string>> = { "env-error": "env", unverified: "unv.", none: "not routed" };
  return (
    <>
      {verdicts.map(({ name, count: n, label }) => (
        <Link
          key={name}
          to="/episodes"
          search={listOf(wheel, { verdict: [name] })}
          className={`wheel-label ${name}`}
          style={{ left: x.verdicts + BAR + 7, top: label - 12 }}
        >
          {words[name] ?? name} {count(n)}
        </Link>
      ))}
      {wheel.filtered > 0 && (
        <Link
          to="/episodes"
          search={listOf(wheel, { verdict: ["pass"], not: { is: ["retracted"], route: ["SFT", "none"] } })}
          className="wheel-label faint t11"
          style={{ left: x.verdicts + BAR + 7, top: filtered - 12 }}
        >
          filtered {count(wheel.filtered)}
        </Link>
      )}
      {routes.map(({ name, count: n, label }) => {
        const pool = name === "CT" ? pools.ct : name === "SFT" ? pools.sft : null;
        return (
          <Link
            key={name}
            to="/episodes"
            search={listOf(wheel, { route: [name] })}
            className={`wheel-label route ${name}`}
            style={{ left: x.routed + BAR + 8, top: label - (pool === null ? 12 : 18) }}
          >
            {words[name] ?? name} +{count(n)}
            {pool !== null && <span className="t12 dim">pool {count(pool)}</span>}
          </Link>
        );
      })}
      <Link
        to="/datasets/$pool"
        params={{ pool: "rl" }}
        search={input}
        className="wheel-label route RL"
        style={{ left: x.routed + BAR + 8, top: rl - 17 }}
      >
        RL {count(pools.rlBuckets)} buckets
        <span className="t12 dim">solved sometimes</span>
      </Link>
      {wheel.acting !== null && (
        <span className="wheel-return">
          <CheckpointMark of={wheel.acting.checkpoint} status="acting" /> acts
          {wheel.acting.since < wheel.cycle ? ` since cycle ${wheel.acting.since}` : " again"}
        </span>
      )}
    </>
  );
}

function TasksBox({ layout: { boxes }, wheel, input }: PartProps): ReactNode {
  const { data } = useCall("tasks", "list", input);
  const { all, active, monitoring, needsDemonstrations, locked } = wheel.tasks;
  const screens = (data?.tasks ?? []).filter(({ screen, state }) => screen !== null && state !== "unused").slice(0, 10);
  const states: [string, string, number][] = [
    ["active", "active", active],
    ["monitoring", "monitoring", monitoring],
    ["needs-demonstrations", "needs demos", needsDemonstrations],
    ["locked", "locked", locked],
  ];
  return (
    <div className="wheel-card tasks" style={{ left: 0, width: boxes.tasks, top: 34 }}>
      <Link to="/tasks" search={input}>
        <span className="figure">{all}</span> tasks
      </Link>
      {states
        .filter(([, , n]) => n > 0)
        .map(([state, name, n]) => (
          <Link key={state} to="/tasks" search={{ ...input, pool: state }} className="row between t12">
            <span className="cut">{name}</span> <span className="num">{n}</span>
          </Link>
        ))}
      <div className="thumbs">
        {screens.map(({ id, screen }) => (
          <Link key={id} to="/tasks/$id" params={{ id }} search={input} title={id} aria-label={id}>
            <img src={thumbnailUrl(screen!)} alt="" loading="lazy" />
          </Link>
        ))}
      </div>
    </div>
  );
}

function RunningLeft(): ReactNode {
  const job = useJobs().find((one) => one.kind === "run" && isActive(one));
  return job === undefined ? "" : `, ${timeLeft(job)}`;
}

/** The list behind a number of the picture: learning episodes of this cycle that were not retracted. */
function listOf({ run, cycle }: Wheel, filter: EpisodeFilter): Record<string, string> {
  const base: EpisodeFilter = { cycle: [cycle], purpose: ["train", "human"], not: { is: ["retracted"] } };
  return filterToSearch({ ...base, ...(run === null ? {} : { run: [run] }), ...filter });
}
