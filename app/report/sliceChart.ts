/** Kinds of final instances apart: held-out template, infeasible instances; first checkpoint (hollow) and last (filled). In: slices. Out: a figure. */
import * as Plot from "@observablehq/plot";
import type { Score } from "../../flywheel/score.ts";
import { figure, nothing } from "./figure.ts";
import type { Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { ReportData } from "./reportData.ts";
import { plural, score, shortId } from "./words.ts";

const TITLE = "Kinds of instances apart";

interface Row {
  readonly name: string;
  readonly side: "first" | "last";
  readonly score: Score;
}

export function sliceChart({ slices, finals }: ReportData): Markup {
  const rows = slices.flatMap(({ name, first, last }): Row[] => [
    ...(first === null ? [] : [{ name, side: "first" as const, score: first }]),
    ...(last === null ? [] : [{ name, side: "last" as const, score: last }]),
  ]);
  const held = slices.find(({ name }) => name.startsWith("held-out"));
  if (rows.length === 0) return nothing(TITLE, "No checkpoint was scored on final seeds yet.");
  const side = (name: Row["side"]): Plot.Markish[] => {
    const own = rows.filter((row) => row.side === name);
    const colour = name === "first" ? "var(--ink-3)" : "var(--chart-line)";
    const place = { y: "name", dy: name === "first" ? -6 : 7 } as const;
    return [
      Plot.ruleY(own, { ...place, x1: ({ score: { low } }: Row) => low, x2: ({ score: { high } }: Row) => high, stroke: colour, strokeWidth: 2 }),
      Plot.dot(own, {
        ...place,
        x: ({ score: { estimate } }: Row) => estimate,
        r: 4,
        fill: name === "first" ? "var(--surface)" : colour,
        stroke: colour,
        strokeWidth: 1.5,
      }),
      Plot.text(own, {
        ...place,
        frameAnchor: "right",
        dx: 12,
        textAnchor: "start",
        text: ({ score: value }: Row) => `${score(value)}, ${value.n}`,
        fill: name === "first" ? "var(--ink-3)" : "var(--ink)",
        fontSize: 11,
      }),
    ];
  };
  return figure({
    title: TITLE,
    subtitle: `hollow ${shortId(finals.first ?? "")}, filled ${shortId(finals.last ?? "")}; 95\u00a0% and n`,
    chart: draw(`Held-out template: ${score(held?.first ?? null)} first, ${score(held?.last ?? null)} last.`, {
      width: 432,
      height: 52 + 40 * slices.length,
      marginTop: 40,
      marginBottom: 12,
      marginLeft: 124,
      marginRight: 134,
      x: { domain: [0, 1], axis: null },
      y: { domain: slices.map(({ name }) => name), axis: null },
      marks: [
        Plot.ruleX([0, 0.25, 0.5, 0.75, 1], { stroke: "var(--chart-grid)" }),
        Plot.text(["0", ".5", "1"], { x: [0, 0.5, 1], frameAnchor: "top", dy: -10, fill: "var(--ink-3)", fontSize: 10 }),
        Plot.text(slices, { y: "name", frameAnchor: "left", dx: -124, textAnchor: "start", text: "name", fontSize: 12, fill: "var(--ink)" }),
        ...side("first"),
        ...side("last"),
      ],
    }),
    caption: `Final seeds. Infeasible: giving up is right. ${plural(finals.leftOut, "final instance")} left out of every score, because instruction and first screen occurred in training. ${plural(finals.environmentErrors, "episode")} met an environment error and count for nobody.`,
    table: {
      head: ["instances", "first", "last", "n first", "n last"],
      rows: slices.map(({ name, first, last }) => [name, score(first), score(last), first?.n ?? 0, last?.n ?? 0]),
    },
  });
}
