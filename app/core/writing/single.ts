/** What a person changes in one episode: a verdict, a label, a step's mask. In: parsed inputs. Out: an act each. */
import { WheelError } from "../../../env/errors.ts";
import { routeEpisode } from "../../../flywheel/routeEpisodes.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Parsed } from "../../api/index.ts";
import { sql } from "kysely";
import { run } from "../statements.ts";
import type { Done } from "./change.ts";

type One = Omit<Done, "refused">;

const HOUR = 3_600_000;

interface Facts {
  readonly kind: string;
  readonly summary: string;
  readonly author: string;
}

/** Runs `work` with the number of a new act, in one transaction. `undo` is what taking it back needs besides the rows. */
function asAct(workspace: Workspace, facts: Facts, work: (act: number) => void, undo: Parameters<Workspace["acts"]["add"]>[0]["undo"] = null): One {
  return workspace.transaction(() => {
    const act = workspace.acts.add({ ...facts, count: 1, until: Date.now() + HOUR, undo });
    work(act);
    return { act, done: 1, summary: facts.summary };
  });
}

/** A person's verdict routes from then on. Throws `usage` for an episode that has not ended. */
export function judge(workspace: Workspace, { id, verdict, reason }: Parsed["episode"]["judge"], author: string): One {
  const episode = workspace.episodes.get(id);
  if (episode.status !== "ended") throw new WheelError("usage", `Episode ${id} has not ended.`, "Judge it when it has.");
  return asAct(workspace, { kind: "verdict", summary: `${short(id)}: ${verdict}`, author }, (act) => {
    const rewardRaw = verdict === "pass" ? 1 : 0;
    const triage = verdict === "pass" ? null : verdict === "env-error" ? "environment" : "model";
    workspace.verdicts.add(
      id,
      { verdict, reason: reason === "" ? `judged by ${author}` : reason, evidence: null, rewardRaw, verifier: author, triage },
      { source: "human", routing: true, act },
    );
    routeEpisode(workspace, id);
  });
}

export function addLabel(workspace: Workspace, { id, step, label, note }: Parsed["episode"]["label"], author: string): One {
  const { stepCount } = workspace.episodes.get(id);
  if (step !== null) requireStep(step, stepCount);
  const where = step === null ? short(id) : `${short(id)} step ${step + 1}`;
  return asAct(
    workspace,
    { kind: "label", summary: `${where}: label ${label}`, author },
    (act) => void workspace.labels.add({ episode: id, step, label, note, author, act }),
  );
}

export function removeLabel(workspace: Workspace, { id, label }: Parsed["episode"]["unlabel"], author: string): One {
  const found = workspace.labels.of(id).find((one) => one.id === label);
  if (found === undefined) throw new WheelError("usage", `Episode ${id} has no such label any more.`, "Look at it again.");
  return asAct(
    workspace,
    { kind: "unlabel", summary: `${short(id)}: label ${found.label} taken away`, author },
    (act) => void run(workspace, sql`update labels set removedBy = ${act} where id = ${label}`),
  );
}

export function maskStep(workspace: Workspace, { id, step, masked, reason }: Parsed["episode"]["mask"], author: string): One {
  requireStep(step, workspace.episodes.get(id).stepCount);
  const before = workspace.masks.of(id).find((mask) => mask.step === step) ?? { step, masked: false, reason: "", author };
  return asAct(
    workspace,
    { kind: "mask", summary: `${short(id)} step ${step + 1}: ${masked ? "masked" : "imitated again"}`, author },
    (act) => workspace.masks.set(id, { step, masked, reason, author }, act),
    { episode: id, before: { ...before } },
  );
}

function requireStep(step: number, count: number): void {
  if (step >= count) throw new WheelError("usage", `There is no step ${step + 1}.`, count === 0 ? "It has no steps." : `The last one is ${count}.`);
}

/** What people call an episode. */
function short(id: string): string {
  return `e-${id.slice(0, 6)}`;
}
