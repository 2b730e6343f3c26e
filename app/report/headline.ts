/** The top of the report: what happened in one sentence, how sure that is, the groups, and the facts of the run. In: report data. Out: HTML. */
import { GROUPS, type GroupName } from "../../flywheel/score.ts";
import { table } from "./figure.ts";
import { html, type Markup, type Part } from "./html.ts";
import type { ReportData } from "./reportData.ts";
import { count, difference, duration, GROUP_WORDS, plural, pValue, rate, score, shortId, signed, UNKNOWN } from "./words.ts";

export function headline(data: ReportData): Markup {
  return html`<section class="headline" id="result">
    ${statement(data)}
    <div class="beside">
      ${data.curve.length > 0 && groupTable(data)}
      <dl class="facts">
        ${facts(data).map(([name, value, wide]) => html`<div${wide === true && html` class="wide"`}><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
    </div>
  </section>`;
}

function statement({ curve, gain, groups, run, finals }: ReportData): Markup {
  const [first, last] = [curve[0]?.scores.all, curve.at(-1)?.actingScores.all];
  if (!first || !last || gain.all === null) {
    return html`<p class="statement">${run.cyclesDone} of ${plural(run.cyclesPlanned, "cycle")} done, not scored yet</p>
      <p class="doubt">Final seeds are played once, after the last cycle. Until then the gate's comparisons below are all there is.</p>`;
  }
  if (finals.first === finals.last) {
    return html`<p class="statement">No candidate was better beyond chance: ${rate(first.estimate, first.n)} verified success on unseen seeds</p>
      <p class="doubt">
        The checkpoint of cycle 0 still acts. What the candidates of later cycles reach is in the curve and in the gate's table below.
      </p>`;
  }
  const { estimate, low, high, n, p, counts } = gain.all;
  return html`<p class="statement">
      Verified success on unseen seeds: ${rate(first.estimate, first.n)} after the demonstrations, ${rate(last.estimate, last.n)} after
      ${plural(curve.length - 1, "cycle")}
    </p>
    <p class="doubt">
      ${signed(estimate, n)}, 95&nbsp;% ${signed(low, n)} to ${signed(high, n)}, paired over ${count(n)} final instances of
      ${plural(groups.all.length, "task")}: ${count(counts.onlyA)} solved only by ${shortId(finals.last ?? "")}, ${count(counts.onlyB)} only by
      ${shortId(finals.first ?? "")}; sign test p ${pValue(p)}. One run: another training seed gives another curve.
    </p>`;
}

function groupTable({ curve, gain, groups }: ReportData): Markup {
  const names = GROUPS.filter((name) => groups[name].length > 0);
  const [first, last] = [curve[0]!.scores, curve.at(-1)!.actingScores];
  const row = (name: GroupName): Part[] => [
    html`${GROUP_WORDS[name]} (${groups[name].length})`,
    score(first[name]),
    score(last[name]),
    difference(gain[name], gain[name]?.n),
    gain[name]?.n ?? 0,
  ];
  return html`<div class="groups">
    ${table({ head: ["tasks", "cycle 0", `cycle ${curve.at(-1)!.cycle}`, "paired difference, 95\u00a0%", "pairs"], rows: names.map(row) })}
  </div>`;
}

type Fact = readonly [name: string, value: Part, wide?: boolean];

/** So many tasks are named outright. */
const MOST_NAMED = 24;

function facts({ run, groups, demonstrations }: ReportData): Fact[] {
  const { atStart, onRequest, byPeople } = demonstrations;
  const waited = run.wallSeconds > 1.2 * run.stageSeconds ? html`, ${duration(run.wallSeconds)} from first start to last end` : "";
  return [
    ["run", html`<code>${run.id}</code>`],
    ["configuration", html`<code>${run.configHash.slice(0, 12)}</code>`],
    ["program", run.programs.length === 0 ? UNKNOWN : html`<code>${run.programs.join(", ")}</code>`],
    ["training seed", run.seed],
    ["cycles", html`${run.cyclesDone} of ${run.cyclesPlanned}`],
    ["started", `${run.startedAt.replace("T", " ").slice(0, 16)} UTC`],
    ["duration", html`${duration(run.stageSeconds)} of work${waited}`],
    ["collected", html`${count(run.episodes)} training episodes in ${count(run.environmentSteps)} steps`],
    [
      "verified demonstrations",
      html`${count(atStart + onRequest + byPeople)}: ${atStart} at the start, ${onRequest} on request, ${byPeople} by people`,
    ],
    ["differs from the full wheel", run.controls.length === 0 ? "in nothing" : run.controls.join(", "), true],
    ["tasks", taskNames(groups.all), true],
  ];
}

/** Many names would push the curve out of sight. */
function taskNames(tasks: readonly string[]): Markup | string {
  const names = tasks.join(", ");
  return tasks.length <= MOST_NAMED
    ? names
    : html`<details>
        <summary>${tasks.length} tasks</summary>
        ${names}
      </details>`;
}
