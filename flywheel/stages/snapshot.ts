/**
 * Freezing what training may read. In: a moment of the run. Out: the hash of a snapshot; every decision's screen has a perception afterwards.
 */
import { deviceScaleFactorFor } from "../../env/observation.ts";
import { decodePng } from "../../env/pixels.ts";
import { buildSnapshot } from "../buildSnapshot.ts";
import { allRows, readSnapshot } from "../readSnapshot.ts";
import type { Wheel } from "../wheel.ts";

/** Builds the snapshot of a moment and reads the screens in it that were never read (scripted policies do not look). */
export async function snapshotStage(wheel: Wheel, cycle: number, moment: "sft" | "rl", name = `snapshot ${moment}`): Promise<string> {
  const { config, workspace, run } = wheel;
  const { hash } = await wheel.stage(cycle, name, 0, async (tick) => {
    const snapshot = buildSnapshot(workspace, { run, cycle, stage: moment, ct: config.routing, rl: config.rl.enabled });
    const unread = await unreadScreens(wheel, snapshot.dir);
    for (const [done, [screen, viewport]] of unread.entries()) {
      await perceiveStored(wheel, screen, viewport);
      tick(done + 1, "reading screens");
    }
    return { hash: snapshot.hash, files: snapshot.manifest.files, sources: snapshot.manifest.sources, routes: snapshot.manifest.routes };
  });
  return hash;
}

type Viewport = { readonly width: number; readonly height: number };

/** Screens that decisions of the snapshot were made on and nobody has read. */
async function unreadScreens({ workspace, perception }: Wheel, dir: string): Promise<[string, Viewport][]> {
  const snapshot = await readSnapshot(dir);
  const unread = new Map<string, Viewport>();
  for (const stage of ["sft", "ct"] as const) {
    for (const { steps, viewport } of await allRows(snapshot, stage)) {
      for (const { screen } of steps) {
        if (!unread.has(screen) && workspace.perceptions.get(screen, perception.version) === null) unread.set(screen, viewport);
      }
    }
  }
  return [...unread];
}

async function perceiveStored({ workspace, perception }: Wheel, screenHash: string, viewport: Viewport): Promise<void> {
  const screen = workspace.blobs.get(screenHash);
  if (screen === null) return;
  const pixels = await decodePng(screen.png);
  await perception.perceive({ pixels, screenHash, viewport, deviceScaleFactor: deviceScaleFactorFor(viewport) });
}
