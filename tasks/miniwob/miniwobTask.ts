/**
 * A task of MiniWoB++ through the task contract. In: an entry of the catalogue. Out: a `Task` whose pages are looked for when it is played.
 * What differs from BrowserGym's set-up: virtual time, select lists inside the page, scroll bars that can be seen, the instruction strip
 * left on the page, the viewport.
 */
import type { Json } from "../../env/json.ts";
import { splitOf } from "../../env/split.ts";
import { callInPage, type Instance, type Resource, type Task } from "../../env/task.ts";
import type { Judgement } from "../../env/verdict.ts";
import type { Entry } from "./catalogue.ts";
import { inlinePage, PICTURES } from "./inlinePage.ts";
import { readState, restartPage, startEpisode, type WobState } from "./inPage.ts";
import { ORACLES } from "./oracles/index.ts";
import { requirePages } from "./pages.ts";

/**
 * The pages are 160 × 210 px, some up to 9 px more, and lay out what floats by the window: in one narrower than 300 px a dialog opens out of
 * sight. So BrowserGym's width, and 6 px more than its height, at which no page scrolls at the start.
 */
const VIEWPORT = { width: 332, height: 220 };
/** BrowserGym's step budget, and one in which a person needs not hurry: booking a flight takes 16 actions, a far month 14. */
const MAX_STEPS = 10;
const LONG_BUDGET = 30;
/** The pages do not say how hard an instance is. */
const BUCKET = "any";

export function miniwobTask({ name, group, part }: Entry): Task<null> {
  const startPath = `/miniwob/${name}.html`;
  return {
    id: `miniwob/${name}`,
    version: 1,
    family: `miniwob/${group}`,
    suite: "miniwob",
    summary: `MiniWoB++ ${name}.`,
    viewport: VIEWPORT,
    maxSteps: MAX_STEPS,
    longBudget: LONG_BUDGET,
    buckets: [BUCKET],
    startPath,
    instance: drawInstance,
    requirements: () => void requirePages(),
    resource: (path) => (path === startPath ? pageOf(name) : pictureAt(path)),
    setup: ({ seed }) => callInPage(startEpisode, seed),
    clear: restartPage,
    probe: async (page) => {
      const { state, strip } = await page.evaluate(readState);
      return { ended: state.done, state, ...(strip === null ? {} : { instructionBox: strip }) };
    },
    verify: judge,
    ...(part === "train" && name in ORACLES ? { oracle: ORACLES[name]! } : {}),
    nearMisses: [],
  };
}

function drawInstance(seed: number): Instance<null> {
  return { seed, split: splitOf(seed), bucket: BUCKET, template: 0, heldOut: false, instruction: "", feasible: true, params: null };
}

function pageOf(name: string): Resource {
  return { body: inlinePage(requirePages(), name), contentType: "text/html; charset=utf-8" };
}

/** A picture that a page's script asks for; all else is part of the page. */
function pictureAt(path: string): Resource | undefined {
  const contentType = PICTURES[path.slice(path.lastIndexOf("."))];
  const body = contentType === undefined ? undefined : requirePages().read(path.slice(1));
  return body === undefined ? undefined : { body, contentType: contentType! };
}

/** Strict: passed at the full raw reward. The evidence also holds BrowserGym's reading, any reward above 0. */
function judge(states: readonly Json[]): Judgement {
  const end = states.at(-1) as WobState | undefined;
  if (end === undefined) return { pass: false, reason: "There is no state to look at.", evidence: null };
  const evidence = { ...end, strict: end.reward === 1, positive: end.reward > 0 };
  const reason = end.lost ? "The page was left." : end.done ? `The page's raw reward is ${end.reward}.` : "The page did not end the episode.";
  return { pass: evidence.strict, reason, evidence, rewardRaw: end.reward };
}
