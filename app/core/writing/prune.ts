/** Deletes what `retention` lists, kind by kind. In: kinds. Out: how many bytes went. Rows that refer to a deleted picture keep its hash. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Parsed } from "../../api/index.ts";
import { retention, unneededCheckpoints, unneededSnapshots, UNNEEDED_SCREENS } from "../reading/retention.ts";
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
      // The row stays, empty: steps name it. What is read of it says that the picture is gone.
      return void run(workspace, sql`update blobs set png = x'' where hash in (${UNNEEDED_SCREENS})`);
    case "perceptions":
      return void workspace.perceptions.keepOnly(version);
    case "thumbnails":
      return void run(workspace, sql`delete from thumbnails`);
    case "checkpoints":
      for (const id of unneededCheckpoints(workspace)) rmSync(join(workspace.dir, workspace.checkpoints.get(id).path), { recursive: true });
      return;
    case "snapshots":
      for (const hash of unneededSnapshots(workspace)) rmSync(join(workspace.dir, "snapshots", hash), { recursive: true });
      return;
  }
}
