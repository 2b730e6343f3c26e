/**
 * Everything that changes many rows, and the text index, on a connection of its own: the core goes on answering meanwhile.
 * In: parsed API inputs with their author. Out: acts. Between questions it indexes what has ended.
 */
import { parentPort, workerData } from "node:worker_threads";
import { openWorkspace } from "../../../flywheel/store/workspace.ts";
import type { Parsed } from "../../api/index.ts";
import type { Settings } from "../../api/settings.ts";
import { indexSnapshots } from "../indexing/indexSnapshots.ts";
import { indexAgain, indexBatch, storedWords } from "../indexing/indexTexts.ts";
import { changeEpisodes } from "../writing/change.ts";
import { decide } from "../writing/decide.ts";
import { prune, sweep } from "../writing/prune.ts";
import * as single from "../writing/single.ts";
import { undo } from "../writing/undo.ts";
import { answerWith } from "./thread.ts";

const { dir } = workerData as { readonly dir: string };
const workspace = await openWorkspace(dir, { guest: true });
const words = storedWords(workspace);

type By<Input> = { readonly input: Input; readonly author: string };

const calls = {
  change: ({ input, author }: By<Parsed["episodes"]["change"]>) => changeEpisodes(workspace, input, author),
  undo: ({ input, author }: By<number | undefined>) => undo(workspace, input, author),
  judge: ({ input, author }: By<Parsed["episode"]["judge"]>) => single.judge(workspace, input, author),
  label: ({ input, author }: By<Parsed["episode"]["label"]>) => single.addLabel(workspace, input, author),
  unlabel: ({ input, author }: By<Parsed["episode"]["unlabel"]>) => single.removeLabel(workspace, input, author),
  mask: ({ input, author }: By<Parsed["episode"]["mask"]>) => single.maskStep(workspace, input, author),
  decide: ({ input, author, undoHours }: By<Parsed["checkpoints"]["decide"]> & { readonly undoHours: number }) =>
    decide(workspace, input, author, undoHours),
  prune: ({ kinds, version }: Parsed["settings"]["prune"] & { readonly version: string }) => prune(workspace, kinds, version),
  sweep: (retention: Settings["retention"]) => sweep(workspace, retention),
  /** One batch; the core asks again while something is left, so that questions of people come in between. */
  index: () => indexBatch(workspace, words),
  "index again": (episodes: readonly string[]) => indexAgain(workspace, episodes),
  "index snapshots": () => indexSnapshots(workspace),
};
export type Writes = typeof calls;

if (parentPort !== null) answerWith(calls);
