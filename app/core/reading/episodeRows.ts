/** Rows of lists by their numbers. In: numbers in order. Out: API rows in that order, with labels, names and where the searched words stand. */
import { sql } from "kysely";
import type { EpisodeRow } from "../../api/episodes.ts";
import { AUTOMATIC } from "../../../flywheel/store/database.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { checkpointName } from "../names.ts";
import { rows } from "../statements.ts";
import { TEXT_FIELDS, textQuery } from "./textQuery.ts";

type Listed = Omit<EpisodeRow, "id" | "judgedByPerson" | "routedByPerson" | "checkpoint" | "labels" | "retracted" | "match"> & {
  readonly episode: string;
  readonly judgedBy: string | null;
  readonly routedBy: string | null;
  readonly checkpoint: string | null;
  readonly checkpointCycle: number | null;
  readonly retracted: number;
};

/** `q`: the text that was searched for. */
export function episodeRows(workspace: Workspace, numbers: readonly number[], q?: string): EpisodeRow[] {
  const wanted = sql`(select value from json_each(${JSON.stringify(numbers)}))`;
  const found = rows(
    workspace,
    sql<Listed>`select l.number, l.episode, l.screen, l.instruction, l.task, l.bucket, l.seed, l.cycle, l.run, l.purpose, l.role, l.verdict,
        l.judgedBy, l.reason, l.route, l.routedBy, l.checkpoint, c.cycle as checkpointCycle, l.policy, l.steps, l.seconds, l.startedAt, l.retracted
      from episode_list l left join checkpoints c on c.id = l.checkpoint where l.number in ${wanted}`,
  );
  const labels = rows(
    workspace,
    sql<{ number: number; label: string }>`select distinct l.number, t.label from episode_list l join labels t on t.episode = l.episode
      where l.labels > 0 and t.removedBy is null and l.number in ${wanted} order by t.label`,
  );
  const labelsOf = Map.groupBy(labels, (row) => row.number);
  const matches = matchesOf(workspace, numbers, q);
  const byNumber = new Map(
    found.map(({ episode, judgedBy, routedBy, checkpoint, checkpointCycle, retracted, ...row }): [number, EpisodeRow] => [
      row.number,
      {
        ...row,
        id: episode,
        judgedByPerson: judgedBy === "human",
        routedByPerson: routedBy !== null && routedBy !== AUTOMATIC,
        checkpoint: checkpoint === null ? null : checkpointName({ id: checkpoint, cycle: checkpointCycle ?? row.cycle }),
        labels: labelsOf.get(row.number)?.map(({ label }) => label) ?? [],
        retracted: retracted === 1,
        match: matches?.get(row.number) ?? null,
      },
    ]),
  );
  return numbers.flatMap((one) => byNumber.get(one) ?? []);
}

type Match = NonNullable<EpisodeRow["match"]>;

const [OPEN, CLOSE] = ["\u0002", "\u0003"];
/** Characters of the surroundings that are kept on either side. */
const AROUND = 24;

/** Null without a search. */
function matchesOf(workspace: Workspace, numbers: readonly number[], q: string | undefined): ReadonlyMap<number, Match> | null {
  const text = q === undefined ? null : textQuery(q);
  if (text === null) return null;
  if (numbers.length === 0) return new Map();
  const marked = TEXT_FIELDS.map((_, i) => sql`highlight(episode_text, ${sql.lit(i)}, ${OPEN}, ${CLOSE}) as f${sql.raw(String(i))}`);
  const found = rows(
    workspace,
    // One pass over the matches: asked for single rows (without the +), the index would begin its search again for each, 1.6 ms every time.
    sql<{ rowid: number } & Record<string, string>>`select rowid, ${sql.join(marked)} from episode_text
      where episode_text match ${text} and rowid between ${Math.min(...numbers)} and ${Math.max(...numbers)}
        and +rowid in (select value from json_each(${JSON.stringify(numbers)}))`,
  );
  return new Map(
    found.map((row) => {
      const fields = TEXT_FIELDS.filter((_, i) => row[`f${i}`]!.includes(OPEN));
      const elsewhere = TEXT_FIELDS.findIndex((name) => name !== "instruction" && fields.includes(name));
      return [row.rowid, { fields, snippet: elsewhere < 0 ? "" : surroundings(row[`f${elsewhere}`]!) }];
    }),
  );
}

/** The first marked word and what stands around it, without the marks. */
function surroundings(text: string): string {
  const from = text.indexOf(OPEN);
  const to = text.indexOf(CLOSE, from);
  const start = Math.max(0, from - AROUND);
  const cut = text
    .slice(start, to + AROUND)
    .replaceAll(OPEN, "")
    .replaceAll(CLOSE, "");
  return `${start > 0 ? "…" : ""}${cut.trim()}${to + AROUND < text.length ? "…" : ""}`;
}
