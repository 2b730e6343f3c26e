/** A process to be killed: writes episodes of five steps for ever, and says so after each commit. Argument: the workspace folder. */
import { writeSync } from "node:fs";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { at, screen, start, stepsOf, verdict } from "./storeFixtures.ts";

const workspace = await openWorkspace(process.argv[2]!);
workspace.runs.open("r", {}, 1);
for (let seed = 100; ; seed++) {
  const begun = workspace.episodes.begin(start({ seed }));
  if (begun.kind === "exists") continue;
  const moves = Array.from({ length: 5 }, (_, i) => ({ action: at(i), to: `screen ${seed} ${i}` }));
  for (const [index, step] of stepsOf(moves).entries()) {
    const name = moves[index]!.to;
    workspace.steps.append(begun.id, { ...step, nextScreen: { ...screen(name), png: Buffer.alloc(6000, name) } });
    writeSync(1, `${seed} ${index}\n`);
  }
  workspace.episodes.end(begun.id, { terminatedBy: "agent", verdict: verdict("pass") });
  writeSync(1, `${seed} ended\n`);
}
