/**
 * Freezing what training may read. In: a moment of the run. Out: the hash of a snapshot; every decision's screen has a perception afterwards.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { WheelError } from "../../env/errors.ts";
import { deviceScaleFactorFor } from "../../env/observation.ts";
import { decodePng } from "../../env/pixels.ts";
import { buildSnapshot } from "../buildSnapshot.ts";
import { readSnapshot, type Snapshot } from "../readSnapshot.ts";
import type { Wheel } from "../wheel.ts";

/**
 * Builds the snapshot of a moment and reads the screens in it that were never read (scripted policies do not look). A snapshot that was
 * built and is gone is built again from the store. Throws `snapshot-corrupt` when that gives another one.
 */
export async function snapshotStage(wheel: Wheel, cycle: number, moment: "sft" | "rl", name = `snapshot ${moment}`): Promise<string> {
  const { config, workspace, run, signal } = wheel;
  const build = (): Snapshot => buildSnapshot(workspace, { run, cycle, stage: moment, ct: config.routing, rl: config.rl.enabled });
  const { hash } = await wheel.stage(cycle, name, 0, async (tick) => {
    const snapshot = build();
    // Only the built-in trainer needs what is read on them.
    const unread = wheel.host === null ? await unreadScreens(wheel, snapshot.dir) : [];
    for (const [done, [screen, viewport]] of unread.entries()) {
      signal.throwIfAborted();
      await perceiveStored(wheel, screen, viewport);
      tick(done + 1, `${done + 1} of ${unread.length} screens read`);
    }
    return { hash: snapshot.hash, files: snapshot.manifest.files, sources: snapshot.manifest.sources, routes: snapshot.manifest.routes };
  });
  if (!existsSync(join(workspace.dir, "snapshots", hash)) && !isTrained(wheel, hash)) rebuild(hash, build);
  return hash;
}

/** Whoever was trained on it does not need it any more. */
function isTrained({ workspace, run }: Wheel, hash: string): boolean {
  return workspace.checkpoints.list(run).some(({ snapshot }) => snapshot === hash);
}

function rebuild(hash: string, build: () => Snapshot): void {
  const again = build();
  if (again.hash === hash) return;
  throw new WheelError(
    "snapshot-corrupt",
    `The snapshot ${hash.slice(0, 12)} is gone, and what it was made from has changed since: today it would be ${again.hash.slice(0, 12)}.`,
    "Restore its folder from a copy, or undo the retractions and routes made since.",
  );
}

type Viewport = { readonly width: number; readonly height: number };

/** Screens that decisions of the snapshot were made on and nobody has read. */
async function unreadScreens({ workspace, perception }: Wheel, dir: string): Promise<[string, Viewport][]> {
  const snapshot = await readSnapshot(dir);
  const unread = new Map<string, Viewport>();
  for (const stage of ["sft", "ct"] as const) {
    for await (const { steps, viewport } of snapshot.rows(stage)) {
      for (const { screen } of steps) {
        if (!unread.has(screen) && !workspace.perceptions.has(screen, perception.version)) unread.set(screen, viewport);
      }
    }
  }
  return [...unread];
}

async function perceiveStored({ workspace, perception }: Wheel, screenHash: string, viewport: Viewport): Promise<void> {
  const screen = workspace.blobs.get(screenHash);
  if (screen === null) return;
  await perception.perceive({ pixels: () => decodePng(screen.png), screenHash, viewport, deviceScaleFactor: deviceScaleFactorFor(viewport) });
}
