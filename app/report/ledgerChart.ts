/** The ledger: every training episode once, as judged (left) and as routed (right), per cycle; what filters turned away; RL groups. */
import * as Plot from "@observablehq/plot";
import { HALO } from "../charts/style.ts";
import { figure, nothing } from "./figure.ts";
import { html, type Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { LedgerCycle, ReportData } from "./reportData.ts";
import { count } from "./words.ts";

const TITLE = "Ledger";

interface Segment {
  readonly cycle: number;
  readonly side: "judged" | "routed";
  readonly name: keyof typeof FILLS;
  readonly from: number;
  readonly to: number;
}

/** Fill, outline (the pale ones need it), and the plain colour behind the count (hatches would blur it). */
const FILLS = {
  pass: ["var(--pass-fill)", "var(--surface)", "var(--pass-fill)"],
  fail: ["url(#hatch-fail)", "var(--surface)", "var(--fail-fill)"],
  truncated: ["url(#hatch-truncated)", "var(--surface)", "var(--trunc-fill)"],
  "env error": ["var(--env-fill)", "var(--env)", "var(--env-fill)"],
  unverified: ["var(--unv-fill)", "var(--unv)", "var(--unv-fill)"],
  SFT: ["var(--sft-fill)", "var(--surface)", "var(--sft-fill)"],
  "filtered, to CT": ["url(#hatch-ct)", "var(--surface)", "var(--ct-fill)"],
  CT: ["var(--ct-fill)", "var(--surface)", "var(--ct-fill)"],
  quarantine: ["var(--surface)", "var(--quar)", "var(--surface)"],
  "not routed": ["var(--sunken)", "var(--line-strong)", "var(--sunken)"],
} as const;

export function ledgerChart({ ledger, run }: ReportData): Markup {
  if (ledger.length === 0) return nothing(TITLE, "Nothing was collected yet.");
  const segments = ledger.flatMap(segmentsOf);
  const names = (Object.keys(FILLS) as (keyof typeof FILLS)[]).filter((name) => segments.some((segment) => segment.name === name));
  const top = Math.max(...ledger.map(({ episodes }) => episodes));
  const total = ledger.reduce((sum, { episodes }) => sum + episodes, 0);
  const sft = ledger.reduce((sum, row) => sum + row.sft, 0);
  const size = { width: 1228, height: 356, marginTop: 12, marginBottom: 76, marginLeft: 34, marginRight: 4 };
  const readable = (16 * top) / (size.height - size.marginTop - size.marginBottom);
  const x1 = ({ cycle, side }: Segment): number => cycle + (side === "judged" ? -0.3 : 0.02);
  const x2 = ({ cycle, side }: Segment): number => cycle + (side === "judged" ? -0.02 : 0.3);
  const below = (dy: number, text: (row: LedgerCycle) => string, fill: string): Plot.Markish =>
    Plot.text(ledger, { x: "cycle", y: 0, dy, text, fill, fontSize: dy < 20 ? 12 : 11, clip: false });
  return figure({
    title: TITLE,
    subtitle: "every training episode once: left as judged, right as routed; counts",
    chart: html`<div class="key">
        ${names.map(
          (name) =>
            html`<span
              ><svg width="12" height="12"><rect x=".5" y=".5" width="11" height="11" fill="${FILLS[name][0]}" stroke="${FILLS[name][1]}" /></svg
              >${name}</span
            >`,
        )}
      </div>
      ${draw(`${count(total)} episodes in ${ledger.length} cycles, ${count(sft)} of them (${share(sft, total)}) routed to SFT.`, {
        ...size,
        x: { domain: [ledger[0]!.cycle - 0.5, ledger.at(-1)!.cycle + 0.5], axis: null },
        y: { domain: [0, top], axis: null },
        marks: [
          Plot.gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks: 4 }),
          Plot.axisY({ tickSize: 0, color: "var(--ink-3)", ticks: 4, label: null }),
          Plot.rect(segments, {
            x1,
            x2,
            y1: "from",
            y2: "to",
            fill: ({ name }: Segment) => FILLS[name][0],
            stroke: ({ name }: Segment) => FILLS[name][1],
            strokeWidth: 1,
            insetTop: 0.5,
            title: (segment: Segment) => `cycle ${segment.cycle}, ${segment.name}: ${count(segment.to - segment.from)}`,
          }),
          Plot.text(
            segments.filter(({ from, to }) => to - from >= readable),
            {
              x: (segment: Segment) => (x1(segment) + x2(segment)) / 2,
              y: ({ from, to }: Segment) => (from + to) / 2,
              text: ({ from, to }: Segment) => count(to - from),
              fill: inkOn,
              ...HALO,
              stroke: ({ name }: Segment) => FILLS[name][2],
              strokeWidth: 4,
            },
          ),
          Plot.ruleY([0], { stroke: "var(--chart-axis)" }),
          below(14, ({ cycle }) => `cycle ${cycle}`, "var(--ink)"),
          below(31, (row) => `${share(row.sft, row.episodes)} to SFT`, "var(--ink-2)"),
          below(46, (row) => `${count(row.filtered)} filtered`, "var(--ink-2)"),
          below(61, ({ rl }) => (rl.groups === 0 ? "no RL" : `RL ${count(rl.groups)}, ${count(rl.mixed)} mixed`), "var(--rl)"),
        ],
      })}`,
    caption: `${count(total)} in, ${count(total)} out; ${count(run.environmentSteps)} environment steps. Cycle 0 holds the random crawl and the demonstrations at the start. Filtered: verified, but turned away by a check (${rejections(ledger)}). RL: groups of tries at one seed, a subset of the same episodes; only mixed ones, with passes and failures, carry a gradient.`,
    table: {
      head: [
        "cycle",
        "role",
        "collected",
        "verified",
        "fail",
        "truncated",
        "env error",
        "unverified",
        "filtered",
        "SFT",
        "CT",
        "quarantine",
        "steps",
      ],
      rows: ledger.flatMap(({ cycle, byRole }) =>
        byRole.map((row) => [
          cycle,
          html`<a href="#cycle-${cycle}-${row.role}">${row.role}</a>`,
          ...[
            row.episodes,
            row.pass,
            row.fail,
            row.truncated,
            row.envError,
            row.unverified,
            row.filtered,
            row.sft,
            row.ct,
            row.quarantine,
            row.steps,
          ].map(count),
        ]),
      ),
    },
  });
}

/** Text on a fill: deep fills carry the inverse ink, pale ones the ink, the rest what is dark in either theme. */
function inkOn({ name }: Segment): string {
  if (name === "pass" || name === "SFT") return "var(--ink-inv)";
  return name === "quarantine" || name === "not routed" ? "var(--ink)" : "var(--on-fill)";
}

function segmentsOf(row: LedgerCycle): Segment[] {
  const filtered = Math.min(row.filtered, row.ct);
  const judged = [
    ["pass", row.pass],
    ["fail", row.fail],
    ["truncated", row.truncated],
    ["env error", row.envError],
    ["unverified", row.unverified],
  ] as const;
  const unrouted = row.episodes - row.sft - row.ct - row.quarantine;
  const routed = [
    ["SFT", row.sft],
    ["filtered, to CT", filtered],
    ["CT", row.ct - filtered],
    ["quarantine", row.quarantine],
    ["not routed", unrouted],
  ] as const;
  return [...stack(row.cycle, "judged", judged), ...stack(row.cycle, "routed", routed)];
}

function stack(cycle: number, side: Segment["side"], parts: readonly (readonly [Segment["name"], number])[]): Segment[] {
  let from = 0;
  return parts.flatMap(([name, size]) => {
    const segment = { cycle, side, name, from, to: from + size };
    from += size;
    return size > 0 ? [segment] : [];
  });
}

function share(part: number, whole: number): string {
  return whole === 0 ? "0 %" : `${Math.round((100 * part) / whole)} %`;
}

function rejections(ledger: readonly LedgerCycle[]): string {
  const all = Map.groupBy(
    ledger.flatMap((row) => row.rejections),
    ({ check }) => check,
  );
  const counts = [...all].map(([check, own]) => ({ check, sum: own.reduce((sum, one) => sum + one.count, 0) })).toSorted((a, b) => b.sum - a.sum);
  return counts.length === 0 ? "none so far" : counts.map(({ check, sum }) => `${check} ${count(sum)}`).join(", ");
}
