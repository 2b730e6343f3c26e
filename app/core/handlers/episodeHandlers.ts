/** Handlers of `episodes` and `episode`. */
import { WheelError } from "../../../env/errors.ts";
import { deviceScaleFactorFor } from "../../../env/observation.ts";
import { decodePng } from "../../../env/pixels.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import type { Core } from "../core.ts";
import { os } from "./os.ts";

export const episodesHandlers = os.episodes.router({
  list: os.episodes.list.handler(({ context: { core }, input }) => core.lists.ask("episodes.list", input)),
  facets: os.episodes.facets.handler(({ context: { core }, input }) => core.lists.ask("episodes.facets", input)),
  values: os.episodes.values.handler(({ context: { core }, input }) => core.lists.ask("episodes.values", input)),
  neighbours: os.episodes.neighbours.handler(({ context: { core }, input }) => core.lists.ask("episodes.neighbours", input)),
  preview: os.episodes.preview.handler(({ context: { core }, input }) => core.lists.ask("episodes.preview", input)),
  consequences: os.episodes.consequences.handler(({ context: { core }, input }) => core.reads.ask("episodes.consequences", input)),
  change: os.episodes.change.handler(({ context: { core }, input }) => core.writes.ask("change", { input, author: core.author })),
  export: os.episodes.export.handler(async ({ context: { core }, input }) => {
    const episodes = await core.lists.ask("episodes.ids", { selection: input.selection });
    if (episodes.length === 0) throw new WheelError("usage", "No episode is selected.", "Change the query, or select some.");
    const title = `Export of ${episodes.length} ${episodes.length === 1 ? "episode" : "episodes"}`;
    const order = { kind: "export episodes", episodes, folder: input.folder } as const;
    return { job: core.jobs.order({ kind: "export", title, unit: "episodes" }, order, core.jobSetting).id };
  }),
  follow: os.episodes.follow.handler(async function* ({ context: { core }, input, signal }) {
    const asOf = await core.lists.ask("episodes.last", undefined);
    for await (const { topics } of core.topics.stream(signal)) {
      if (topics.includes("episodes")) yield { newer: await core.lists.ask("episodes.newer", { filter: input.filter, asOf }) };
    }
  }),
});

export const episodeHandlers = os.episode.router({
  get: os.episode.get.handler(({ context: { core }, input }) => core.lists.ask("episode.get", input)),
  perception: os.episode.perception.handler(({ context: { core }, input }) => perceive(core, input)),
  rerun: os.episode.rerun.handler(async ({ context: { core }, input }) => {
    const { cannotRerun } = await core.lists.ask("episode.get", input);
    if (cannotRerun !== null) throw new WheelError("usage", cannotRerun, "Look at its recorded screens instead.");
    const title = `Re-run of e-${input.id.slice(0, 6)}`;
    return { job: core.jobs.order({ kind: "rerun", title, unit: "screens" }, { kind: "rerun", episode: input.id }, core.jobSetting).id };
  }),
  judge: os.episode.judge.handler(({ context: { core }, input }) => core.writes.ask("judge", { input, author: core.author })),
  label: os.episode.label.handler(({ context: { core }, input }) => core.writes.ask("label", { input, author: core.author })),
  unlabel: os.episode.unlabel.handler(({ context: { core }, input }) => core.writes.ask("unlabel", { input, author: core.author })),
  mask: os.episode.mask.handler(({ context: { core }, input }) => core.writes.ask("mask", { input, author: core.author })),
});

async function perceive(core: Core, { screen, viewport }: Parsed["episode"]["perception"]): Promise<Outputs["episode"]["perception"]> {
  const png = core.workspace.blobs.get(screen)?.png;
  if (png === undefined || png.length === 0) throw new WheelError("usage", "There is no such picture any more.", "Its actions are still there.");
  const { version, words, elements } = await core.perception.perceive({
    pixels: () => decodePng(png),
    screenHash: screen,
    viewport,
    deviceScaleFactor: deviceScaleFactorFor(viewport),
  });
  return {
    version,
    words: words.map(({ text, box, confidence }) => ({ text, box, confidence })),
    elements: elements.map(({ box, anchor, source, names }) => ({ box, anchor, source, names: [...names] })),
  };
}
