/** The headline: P(verified success | cycle) on final seeds, for whoever acts. In: curve points. Out: a figure. */
import { presentGroups, successCurveOptions } from "../charts/successCurve.ts";
import type { CurvePoint } from "../../flywheel/score.ts";
import { figure, nothing, toEpisodes } from "./figure.ts";
import type { Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { ReportData } from "./reportData.ts";
import { difference, GROUP_SHORT, plural, score, shortId } from "./words.ts";

const TITLE = "Verified success per cycle";
const SIZE = { width: 740, height: 380, marginTop: 14, marginBottom: 34, marginLeft: 34, marginRight: 148 };

export function successCurve({ curve, groups, finals, gain }: ReportData): Markup {
  if (curve.length === 0) return nothing(TITLE, "No checkpoint was scored on final seeds yet: that happens once, after the last cycle.");
  const present = presentGroups(curve);
  const [first, last] = [curve[0]!, curve.at(-1)!];
  const label = `Success on all tasks goes from ${score(first.actingScores.all)} in cycle ${first.cycle} to ${score(last.actingScores.all)} in cycle ${last.cycle}; paired difference ${difference(gain.all, gain.all?.n)}.`;
  const notPromoted = curve.filter(({ fate }) => fate !== "promoted");
  return figure({
    title: TITLE,
    subtitle: `final seeds, ${plural(groups.all.length, "task")} × ${finals.seedsPerTask}, greedy; mean over tasks, 95\u00a0% bootstrap stratified by task`,
    chart: draw(
      label,
      successCurveOptions(
        curve.map((point) => ({ ...point, candidate: shortId(point.candidate) })),
        { all: groups.all.length, demonstrated: groups.demonstrated.length, requested: groups.requested.length, never: groups.never.length },
        SIZE,
      ),
    ),
    caption: captionOf(notPromoted, groups),
    table: {
      head: ["cycle", "candidate", "decision", "acts afterwards", ...present.map((name) => GROUP_SHORT[name]), "candidate, all tasks"],
      rows: curve.map((point) => [
        point.cycle,
        shortId(point.candidate),
        point.fate,
        point.acting === null ? "nobody" : shortId(point.acting),
        ...present.map((name) => score(point.actingScores[name])),
        toEpisodes(`finals-${point.cycle}`, score(point.scores.all)),
      ]),
    },
  });
}

function captionOf(notPromoted: readonly CurvePoint[], groups: ReportData["groups"]): string {
  const byFate = [...Map.groupBy(notPromoted, ({ fate }) => fate)].map(
    ([fate, points]) => `${fate} in cycle ${points.map(({ cycle }) => cycle).join(", ")}`,
  );
  const hollow = byFate.length === 0 ? "" : ` Hollow: candidates that do not act (${byFate.join("; ")}); the line goes on with whoever does.`;
  const names = (["demonstrated", "requested", "never"] as const).map((name) => `${GROUP_SHORT[name]}: ${groups[name].join(", ") || "none"}`);
  return `Line: the checkpoint that acts after each cycle.${hollow} Groups by when solutions were shown — ${names.join("; ")}.`;
}
