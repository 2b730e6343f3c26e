/** The frames of an episode: each screen with what was done on it, and the last screen. In: an id. Out: PNGs in order, with captions. */
import type { Action } from "../../../env/action.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";

export interface EpisodeFrame {
  readonly hash: string;
  /** Null where the picture was deleted to make room. */
  readonly png: Uint8Array | null;
  /** Null on the last screen. */
  readonly step: {
    readonly index: number;
    readonly action: Action;
    readonly target: string;
    readonly thought: string | null;
    readonly actor: string;
  } | null;
  /** How long it stood, in ms. */
  readonly ms: number;
}

/** Nothing stands shorter than this, nothing longer: idle is folded. */
const [SHORTEST, LONGEST] = [600, 2500];

export function framesOf(workspace: Workspace, id: string): EpisodeFrame[] {
  const episode = workspace.episodes.get(id);
  const steps = workspace.steps.of(id);
  const accounts = workspace.steps.accounts(id);
  const png = (hash: string): Uint8Array | null => {
    const found = workspace.blobs.get(hash)?.png;
    return found === undefined || found.length === 0 ? null : found;
  };
  const frames = steps.map(({ index, screenHash, action, decision }, i): EpisodeFrame => {
    const { target, actor, thinkMs, actMs } = accounts[i]!;
    return {
      hash: screenHash,
      png: png(screenHash),
      ms: Math.min(LONGEST, Math.max(SHORTEST, (thinkMs ?? 0) + (actMs ?? 0))),
      step: {
        index,
        action,
        target: target ?? "",
        thought: decision?.thought ?? null,
        actor,
      },
    };
  });
  const last = steps.at(-1)?.nextScreenHash ?? episode.startScreenHash;
  return [...frames, { hash: last, png: png(last), step: null, ms: LONGEST }];
}
