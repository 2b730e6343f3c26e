/** What may be deleted: exactly what nothing else rests on. */
import { expect, test } from "vitest";
import { retention } from "../../app/core/reading/retention.ts";
import { prune, sweep } from "../../app/core/writing/prune.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { at, done, play, record, screen, temporaryWorkspace } from "../flywheel/storeFixtures.ts";

const way = (to: string) => [
  { action: at(1), to },
  { action: done, to },
];

/** One kept, one retracted, one retracted that shares its screen with the kept one, one in a snapshot, one interrupted, one for the gate. */
function fill(workspace: Workspace): void {
  record(workspace, { seed: 100, moves: way("kept") });
  const retracted = record(workspace, { seed: 101, moves: way("retracted") });
  const shared = record(workspace, { seed: 102, moves: way("kept") });
  const member = record(workspace, { seed: 103, moves: way("member") });
  for (const { id } of [retracted, shared, member]) workspace.retractions.retract({ episode: id, reason: "test", author: "me" });
  workspace.snapshots.add({ hash: "s", run: "r", cycle: 1, manifest: {} }, [{ pool: "sft", episode: member.id }]);
  workspace.episodes.interrupt(play(workspace, { seed: 104, moves: way("interrupted") }));
  record(workspace, { seed: 600_001, purpose: "gate", moves: way("gate"), verdict: "unverified" });
  record(workspace, { seed: 105, verdict: "env-error", moves: way("broken") });
  routeEpisodes(workspace);
}

const left = (workspace: Workspace): string[] =>
  ["start", "kept", "retracted", "member", "interrupted", "gate", "broken"].filter(
    (name) => workspace.blobs.get(screen(name).screenHash)!.png.length > 0,
  );

test("screens go that only interrupted, retracted and quarantined episodes show; snapshots, gates and first screens keep theirs", async () => {
  await using workspace = await temporaryWorkspace();
  fill(workspace);
  const [screens] = retention(workspace, "v");
  expect(screens).toMatchObject({ kind: "screens", items: 3 });
  expect(prune(workspace, ["screens"], "v")).toEqual({ freed: screens!.bytes });
  expect(left(workspace)).toEqual(["start", "kept", "member", "gate"]);
  expect(retention(workspace, "v")).toEqual([]);
});

test("what goes by itself is old enough; without a limit nothing goes", async () => {
  await using workspace = await temporaryWorkspace();
  fill(workspace);
  sweep(workspace, { screensDays: null, keepCheckpoints: null });
  sweep(workspace, { screensDays: 1, keepCheckpoints: 1 });
  expect(left(workspace)).toHaveLength(7);
  const twoDaysAgo = Date.now() - 2 * 86_400_000;
  workspace.connection.run(workspace.connection.query.updateTable("episodes").set({ endedAt: twoDaysAgo }));
  sweep(workspace, { screensDays: 1, keepCheckpoints: null });
  expect(left(workspace)).toEqual(["start", "kept", "member", "gate"]);
});

test("perceptions of the version in use are never offered", async () => {
  await using workspace = await temporaryWorkspace();
  workspace.perceptions.put("hash", "old", Buffer.from("x"));
  workspace.perceptions.put("hash", "now", Buffer.from("x"));
  expect(retention(workspace, "now")).toMatchObject([{ kind: "perceptions", items: 1 }]);
  prune(workspace, ["perceptions"], "now");
  expect([workspace.perceptions.get("hash", "old"), workspace.perceptions.get("hash", "now")]).toEqual([null, Buffer.from("x")]);
});
