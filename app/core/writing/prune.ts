/** Deletes what `retention` lists, kind by kind. In: kinds. Out: how many bytes went. Rows that refer to a deleted picture keep its hash. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Parsed } from "../../api/index.ts";
import type { Settings } from "../../api/settings.ts";
import { retention, unneededCheckpoints, unneededScreens, unneededSnapshots } from "../reading/retention.ts";
import { run } from "../statements.ts";

type Kind = Parsed["settings"]["prune"]["kinds"][number];

export function prune(workspace: Workspace, kinds: readonly Kind[], version: string): { readonly freed: number } {
  const before = retention(workspace, version).filter(({ kind }) => kinds.includes(kind));
  for (const { kind } of before) remove(workspace, kind, version);
  return { freed: before.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function remove(workspace: Workspace, kind: Kind, version: string): void {
  switch (kind) {
    case "screens":
      return dropScreens(workspace, Date.now());
    case "perceptions":
      return void workspace.perceptions.keepOnly(version);
    case "thumbnails":
      return void run(workspace, sql`delete from thumbnails`);
    case "checkpoints":
      return dropCheckpoints(workspace, 0);
    case "snapshots":
      for (const hash of unneededSnapshots(workspace)) rmSync(join(workspace.dir, "snapshots", hash), { recursive: true });
      return;
  }
}

const DAY = 86_400_000;

/** What the settings let go by itself: screens of so many days ago, all but the newest so many dispensable checkpoints. */
export function sweep(workspace: Workspace, { screensDays, keepCheckpoints }: Settings["retention"]): void {
  if (screensDays !== null) dropScreens(workspace, Date.now() - screensDays * DAY);
  if (keepCheckpoints !== null) dropCheckpoints(workspace, keepCheckpoints);
}

/** The row of a screen stays, empty: steps name it. What is read of it says that the picture is gone. */
function dropScreens(workspace: Workspace, before: number): void {
  run(workspace, sql`update blobs set png = x'' where length(png) > 0 and hash in (${unneededScreens(before)})`);
}

function dropCheckpoints(workspace: Workspace, keep: number): void {
  const newestFirst = unneededCheckpoints(workspace).toReversed();
  for (const id of newestFirst.slice(keep)) rmSync(join(workspace.dir, workspace.checkpoints.get(id).path), { recursive: true });
}
