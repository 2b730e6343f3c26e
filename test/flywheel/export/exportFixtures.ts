/** A workspace with real pictures for the tests of exports and imports: solved and failed episodes, a correction, a rollout group. */
import { click, type Action } from "../../../env/action.ts";
import { encodePng, screenHash } from "../../../env/pixels.ts";
import { buildSnapshot } from "../../../flywheel/buildSnapshot.ts";
import { EXPORT_FORMATS } from "../../../flywheel/export/exportFormat.ts";
import {
  DEFAULT_EXPORT,
  exportForTrainers,
  type TrainerExportOptions,
  type TrainerExportReport,
} from "../../../flywheel/export/exportForTrainers.ts";
import { readSnapshot, type OpenSnapshot } from "../../../flywheel/readSnapshot.ts";
import { routeEpisodes } from "../../../flywheel/routeEpisodes.ts";
import type { Screen } from "../../../flywheel/store/blobs.ts";
import type { EpisodeFacts } from "../../../flywheel/store/episodes.ts";
import type { StepAccount } from "../../../flywheel/store/steps.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { VerdictName } from "../../../env/verdict.ts";
import { decision, start, verdict } from "../storeFixtures.ts";

/** Stripes whose places and colours follow from a number: every number is another picture, and looks it. */
export async function picture(number: number, width = 64, height = 48): Promise<Screen> {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = (Math.floor(x / 4) * 31 + Math.floor(y / 4) * 17) * (number * 2 + 1) + number * 101;
      data.set([(cell * 37) & 255, (cell * 59) & 255, (cell * 83) & 255], (y * width + x) * 4);
    }
  }
  const pixels = { data, width, height };
  return { screenHash: screenHash(pixels), png: await encodePng(pixels), width, height };
}

export interface Play extends Partial<EpisodeFacts> {
  readonly verdict?: VerdictName;
  /** Numbers of the pictures after each action. */
  readonly moves: readonly (readonly [Action, number, Partial<StepAccount>?])[];
  /** Number of the first picture. */
  readonly from: number;
  readonly thought?: string;
}

/** Records an episode on real pictures. */
export async function playPictures(workspace: Workspace, { verdict: name = "pass", moves, from, thought, ...facts }: Play): Promise<string> {
  const viewport = { width: 64, height: 48 };
  const startScreen = { ...(await picture(from)), instructionBox: { x: 0, y: 0, width: 64, height: 8 } };
  const { id } = workspace.episodes.begin({ ...start({ viewport, deviceScaleFactor: 1, startState: { from }, ...facts }), startScreen });
  let screen = startScreen as Screen;
  for (const [index, [action, to, account]] of moves.entries()) {
    const nextScreen = await picture(to);
    workspace.steps.append(id, {
      index,
      screenHash: screen.screenHash,
      action,
      state: { at: to, step: index },
      incidents: [],
      decision: decision({ thought: thought ?? `It says <image> number ${index}.` }),
      deviceScaleFactor: 1,
      nextScreen,
      account: { target: "OK", ...account },
    });
    screen = nextScreen;
  }
  workspace.episodes.end(id, { terminatedBy: "agent", verdict: verdict(name) });
  return id;
}

export const press = (x: number, y = 20): Action => click({ x, y });
const done: Action = { kind: "done" };

/** Ten episodes of all kinds: routed, none like an exam question. */
export async function fillWorkspace(workspace: Workspace): Promise<void> {
  for (const [i, seed] of [100, 101, 102, 103].entries()) {
    await playPictures(workspace, {
      seed,
      template: i,
      instruction: `Press ${seed}`,
      from: 10 * i,
      moves: [
        [press(10 + i), 10 * i + 1],
        [done, 10 * i + 1],
      ],
    });
  }
  // The same instance as the first one, other action: a failure with a better answer.
  await playPictures(workspace, {
    seed: 100,
    trial: 1,
    verdict: "fail",
    instruction: "Press 100",
    from: 0,
    moves: [
      [press(50), 5],
      [done, 5],
    ],
  });
  // A person corrected it.
  const wait: Action = { kind: "type", text: "it's 5 < 6 <image>\n" };
  const corrected = { actor: "person", proposed: press(60) } as const;
  await playPictures(workspace, {
    seed: 104,
    purpose: "human",
    role: "session",
    instruction: "Press 104",
    from: 60,
    moves: [
      [wait, 61, corrected],
      [press(20), 62],
      [done, 62],
    ],
  });
  for (const trial of [0, 1, 2]) {
    const outcome = trial === 2 ? "fail" : "pass";
    const group = { role: "rl", groupId: "g1", weights: "w".repeat(64), checkpoint: "c1" } as const;
    await playPictures(workspace, {
      ...group,
      seed: 105,
      trial,
      verdict: outcome,
      instruction: "Press 105",
      from: 70,
      moves: [
        [press(5 + trial * 20), 71 + trial],
        [done, 71 + trial],
      ],
    });
  }
  await playPictures(workspace, { seed: 106, verdict: "truncated", instruction: "Press 106", from: 80, moves: [[{ kind: "wait" }, 80]] });
  routeEpisodes(workspace);
}

/** A snapshot of everything there is now. */
export async function snapshotNow(workspace: Workspace): Promise<OpenSnapshot> {
  return readSnapshot(buildSnapshot(workspace, { cycle: 1_000_000, stage: "rl" }).dir);
}

const ALL: TrainerExportOptions = { ...DEFAULT_EXPORT, formats: EXPORT_FORMATS, tasks: [] };

/** Fills nothing; exports what is there in all formats. */
export async function exportNow(workspace: Workspace, folder: string, options: Partial<TrainerExportOptions> = {}): Promise<TrainerExportReport> {
  return exportForTrainers(workspace, await snapshotNow(workspace), folder, { ...ALL, ...options });
}
