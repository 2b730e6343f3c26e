/**
 * Makes ended episodes searchable: instruction, thoughts, typed text, and the words that were read on their screens.
 * In: a workspace open for writing. Out: rows of the text index, a batch per transaction; `indexed` counts the screens whose words are in it.
 */
import { sql } from "kysely";
import { decodePerception } from "../../../agent/perception/perceptionCodec.ts";
import type { Action } from "../../../env/action.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { number, rows, run } from "../statements.ts";

/** Episodes per transaction: a few milliseconds, so that nobody else waits long for their turn to write. */
const BATCH = 25;

/** Indexes one batch. Returns how many episodes are left. */
export function indexBatch(workspace: Workspace, words: (screen: string) => readonly string[] | null): number {
  const batch = rows(
    workspace,
    sql<{ number: number; episode: string; instruction: string; screen: string }>`
      select number, episode, instruction, screen from episode_list where indexed is null order by number limit ${BATCH}`,
  );
  const texts = batch.map((episode) => ({ ...episode, ...textOf(workspace, episode, words) }));
  workspace.transaction(() => {
    for (const { number: id, instruction, thought, typed, read, screens } of texts) {
      run(workspace, sql`delete from episode_text where rowid = ${id}`);
      run(
        workspace,
        sql`insert into episode_text (rowid, instruction, thought, typed, "read") values (${id}, ${instruction}, ${thought}, ${typed}, ${read})`,
      );
      run(workspace, sql`update episode_list set indexed = ${screens} where number = ${id}`);
    }
  });
  return batch.length < BATCH ? 0 : unindexed(workspace);
}

/** Episodes that cannot be searched yet. */
export function unindexed(workspace: Workspace): number {
  return number(workspace, sql`select count(*) from episode_list where indexed is null`);
}

/** Screens of these episodes have been read since, or an episode's thoughts were changed: they are indexed again. */
export function indexAgain(workspace: Workspace, episodes: readonly string[]): void {
  run(workspace, sql`update episode_list set indexed = null where episode in (select value from json_each(${JSON.stringify(episodes)}))`);
}

function textOf(
  workspace: Workspace,
  { episode, screen }: { readonly episode: string; readonly screen: string },
  words: (screen: string) => readonly string[] | null,
) {
  const steps = rows(
    workspace,
    sql<{ next: string; action: string; thought: string | null }>`
      select nextScreenHash as next, action, json_extract(decision, '$.thought') as thought from steps where episode = ${episode} order by "index"`,
  );
  const typed = steps.flatMap(({ action }) => textsIn(JSON.parse(action) as Action));
  const seen = [...new Set([screen, ...steps.map(({ next }) => next)])].flatMap((hash) => {
    const found = words(hash);
    return found === null ? [] : [found];
  });
  return {
    thought: steps.flatMap(({ thought }) => thought ?? []).join("\n"),
    typed: typed.join("\n"),
    read: [...new Set(seen.flat())].join(" "),
    screens: seen.length,
  };
}

/** What an action says in words. */
function textsIn(action: Action): string[] {
  switch (action.kind) {
    case "type":
      return [action.text];
    case "done":
      return action.answer === undefined ? [] : [action.answer];
    case "ask":
      return [action.question];
    default:
      return [];
  }
}

/** Words of screens from the perceptions that lie in the workspace, whatever version read them; the newest few thousand screens are remembered. */
export function storedWords(workspace: Workspace, remembered = 5000): (screen: string) => readonly string[] | null {
  const known = new Map<string, readonly string[] | null>();
  return (screen) => {
    let found = known.get(screen);
    if (found === undefined) {
      const [bytes] = rows(
        workspace,
        sql<{ bytes: Uint8Array }>`select bytes from perceptions where screenHash = ${screen} order by version desc limit 1`,
      );
      found = bytes === undefined ? null : decodePerception(bytes.bytes).words.map(({ text }) => text);
      known.set(screen, found);
      if (known.size > remembered) known.delete(known.keys().next().value!);
    }
    return found;
  };
}
