/** The dataset card (`README.md`) as the Hugging Face hub reads it. In: the manifest's facts and the files. Out: Markdown with a YAML head. */
import type { ExportManifest } from "./exportManifest.ts";
import type { FileEntry } from "./exportFolder.ts";

type Facts = Pick<
  ExportManifest,
  "snapshot" | "renderer" | "pictures" | "coordinates" | "split" | "episodes" | "steps" | "dropped" | "images" | "weights"
>;

/** The card. */
export function datasetCard(facts: Facts, files: readonly FileEntry[]): string {
  return `---
pretty_name: GUI flywheel episodes
license: other
language: [en]
task_categories: [image-text-to-text, reinforcement-learning]
tags: [gui-agent, computer-use, web-agent, trajectories]
size_categories: [${sizeOf(facts.steps)}]
${configsOf(files)}---

# GUI flywheel episodes

Episodes of an agent that works on GUI tasks in a real browser: ${facts.episodes.kept} episodes, ${facts.steps} steps,
${facts.images.different} different screenshots, from snapshot \`${facts.snapshot.hash.slice(0, 12)}\` (cycle ${facts.snapshot.cycle}).

## How it was made

Every episode was recorded, judged by its task's verifier, filtered, and routed: verified good work for supervised fine-tuning (SFT), everything else
that can be read for continual pre-training (CT), tasks solved sometimes for reinforcement learning (RL). Steps without effect and detours inside good
episodes are context, never an answer. Passwords and payment data were masked before anything was stored.

| what | count |
|---|---|
| episodes offered | ${facts.episodes.offered} |
| kept | ${facts.episodes.kept} |
| left out: they ask what gate or final questions ask | ${facts.episodes.contaminated.episodes} (instruction ${facts.episodes.contaminated.instruction}, start state ${facts.episodes.contaminated["start state"]}, checker ${facts.episodes.contaminated.checker}) |
| nearly the same as an earlier one: in records and tables only | ${facts.episodes.nearDuplicates} |
| in the validation split (by ${facts.split.by}) | ${facts.episodes.validation} |
${Object.entries(facts.dropped)
  .map(([why, count]) => `| rows not written: ${why} | ${count} |\n`)
  .join("")}
## Prompts and coordinates

Conversations and answers are written by the renderer \`${facts.renderer}\`, the one that also asks served models, with up to ${facts.pictures}
screenshots. Coordinates in answers: ${facts.coordinates}. Actions in tables, records and trajectories: CSS px of the viewport.

## Files

| file | rows | bytes |
|---|---|---|
${files.map(({ path, rows, bytes }) => `| ${path} | ${rows ?? ""} | ${bytes} |\n`).join("")}
\`manifest.json\` has the digest of every file; \`flywheel export verify\` checks them. \`train/\` has a configuration per trainer.

## Limits

Tasks are synthetic pages unless their name says otherwise; verdicts are those of verifiers, and a verifier can be wrong. The licence is the choice of
whoever recorded the episodes.
`;
}

function sizeOf(steps: number): string {
  const bounds = ["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M"];
  return bounds[Math.min(bounds.length - 1, Math.max(0, String(steps).length - 3))]!;
}

/** One configuration per table that is there, SFT first. */
function configsOf(files: readonly FileEntry[]): string {
  const paths = files.map(({ path }) => path);
  const configs = ["sft", "kto", "dpo", "ct", "ct_text"].flatMap((name) => {
    const splits = ["train", "validation"].filter((split) => paths.some((path) => path.startsWith(`trl/${name}/${split}-`)));
    const listed = splits.map((split) => `{split: ${split}, path: trl/${name}/${split}-*.parquet}`);
    return splits.length === 0 ? [] : [`- config_name: ${name}\n  data_files: [${listed.join(", ")}]\n`];
  });
  for (const name of ["steps", "episodes"]) {
    if (paths.includes(`${name}.parquet`)) configs.push(`- config_name: ${name}\n  data_files: [{split: train, path: ${name}.parquet}]\n`);
  }
  if (paths.includes("verl/train.parquet")) configs.push(`- config_name: rl\n  data_files: [{split: train, path: verl/train.parquet}]\n`);
  if (configs.length === 0) return "";
  return `configs:\n${configs[0]!.replace("\n", "\n  default: true\n")}${configs.slice(1).join("")}`;
}
