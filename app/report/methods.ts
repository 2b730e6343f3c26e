/** How the numbers were made, in plain words. In: report data. Out: HTML. */
import { html, type Markup, type Part } from "./html.ts";
import type { Baseline, ReportData } from "./reportData.ts";
import { wilson } from "../../flywheel/statistics.ts";
import { count, interval, plural, rate } from "./words.ts";

export function methods(data: ReportData): Markup {
  return html`<dl class="methods">
    ${entries(data).map(
      ([name, text]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${text}</dd>
        </div>`,
    )}
  </dl>`;
}

function entries({ run, finals, groups, demonstrations, baselines }: ReportData): (readonly [string, Part])[] {
  return [
    [
      "Seeds and splits",
      `A seed names its split: 34 to 599 999 for training, 600 000 to 689 999 for the gate, 690 000 to 699 999 for the final score. Words and themes of the splits are disjoint; one instruction template per task occurs in the final split only. Training seed of this run: ${run.seed}.`,
    ],
    [
      "Final score",
      `After the run every cycle's checkpoint plays ${finals.seedsPerTask} final seeds per task, greedily. Nothing is decided by these scores. Left out: ${plural(finals.leftOut, "instance")} whose instruction and first screen occurred in training.`,
    ],
    [
      "Success",
      "A task's own verifier reads the recorded states and says pass. Fail and truncated (out of steps) count against; environment errors and unverified episodes count for nobody.",
    ],
    [
      "Intervals",
      "All 95\u00a0%. Means over tasks: bootstrap, episodes drawn anew within each task, every task weighing the same. One task, or fewer than 8 episodes per task: pooled, Wilson. Differences: the same seed for both sides, bootstrap of the paired difference; gate: Agresti–Min and an exact one-sided sign test. Yield: ratio estimator over (task, seed), since trials of one seed are not independent; its growth: least squares over the cycles, weighted by their intervals, a line and its bend, errors scaled up where cycles lie off the curve. Intervals say how sure this run's numbers are, not how another training seed would do.",
    ],
    [
      "First and last",
      "First is the checkpoint of cycle 0, trained on random screens and the demonstrations to early stop. Last is the checkpoint that acts at the end, which may be older than the last cycle when later candidates were held.",
    ],
    [
      "Demonstration",
      `A verified solution that did not come from the agent: by the task's oracle at the start (${demonstrations.atStart}), by the oracle on the agent's request (${demonstrations.onRequest}), or by a person (${demonstrations.byPeople}). ${requestsText(demonstrations.requests)}`,
    ],
    [
      "Groups",
      `Fixed for the whole run: demonstrated at the start (${groups.demonstrated.length}), demonstrated on request, at least once answered (${groups.requested.length}), never demonstrated (${groups.never.length}).`,
    ],
    ["Baselines", baselines.length === 0 ? "None was run." : baselines.map(baselineText).join(" ")],
    [
      "Episodes",
      html`Every number rests on recorded episodes; their ids are listed below. <code>flywheel episodes show ID</code> prints one with its screens,
        actions, verdict, checks and routes.`,
    ],
  ];
}

function requestsText(requests: ReportData["demonstrations"]["requests"]): string {
  if (requests.length === 0) return "The agent asked for none.";
  return `Requests: ${requests.map(({ cycle, task, bucket, asked, answered }) => `${task} “${bucket}” in cycle ${cycle} (${answered} of ${asked})`).join(", ")}.`;
}

function baselineText({ name, on, passes, n }: Baseline): string {
  const estimate = wilson(passes, n);
  return `${name} (${on}): ${count(passes)} of ${count(n)} pass, ${rate(estimate.estimate, n)} ${interval(estimate, n)}.`;
}
