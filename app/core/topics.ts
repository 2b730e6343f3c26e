/**
 * What changed in the workspace, whoever changed it: a few newest numbers are looked at four times a second while somebody listens.
 * In: the database, and signals of the core's own boards. Out: a stream of topics.
 */
import { sql } from "kysely";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import type { TOPICS } from "../api/workspace.ts";
import { Signal } from "./signal.ts";
import { rows } from "./statements.ts";

export type Topic = (typeof TOPICS)[number];

const EVERY = 250;

/** One number (or text) per topic that is different whenever something of that topic is. */
const MARKS = sql<Record<"episodes" | "labels" | "runs" | "datasets" | "checkpoints" | "agents" | "acts", string>>`select
  (select ifnull(max(number), 0) from episode_list) || ' ' || (select ifnull(max(id), 0) from verdicts) || ' ' ||
    (select ifnull(max(id), 0) from routes) || ' ' || (select ifnull(max(id), 0) from retractions) as episodes,
  (select ifnull(max(id), 0) from labels) as labels,
  (select count(*) || ' ' || ifnull(sum(status = 'done'), 0) from stages) as runs,
  (select count(*) from snapshots) || ' ' || (select ifnull(max(id), 0) from routes) || ' ' || (select ifnull(max(id), 0) from retractions) as datasets,
  (select count(*) from checkpoints) || ' ' || (select ifnull(max(id), 0) from promotions) || ' ' || (select count(*) from evaluations) as checkpoints,
  (select ifnull(group_concat(value), '') from settings where name in ('agents', 'agentTests')) as agents,
  (select ifnull(max(id), 0) from acts) || ' ' || (select ifnull(max(undoneAt), 0) from acts) as acts`;

export class Topics {
  readonly #workspace: Workspace;
  readonly #signal = new Signal();
  readonly #marks = new Map<string, string>();
  /** Number of the last change of each topic. */
  readonly #changes = new Map<Topic, number>();
  #count = 0;
  #listeners = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#look();
  }

  /** Says that something changed that the database does not show. */
  tell(topic: Topic): void {
    this.#changes.set(topic, ++this.#count);
    this.#signal.fire();
  }

  /** Topics that changed since the last message; the first one is empty. Ends when `signal` aborts. */
  async *stream(signal: AbortSignal | undefined): AsyncGenerator<{ topics: Topic[] }> {
    this.#listeners++;
    this.#timer ??= setInterval(() => this.#look(), EVERY);
    let seen = this.#count;
    try {
      const read = (): { topics: Topic[] } => {
        const topics = [...this.#changes].filter(([, at]) => at > seen).map(([topic]) => topic);
        seen = this.#count;
        return { topics };
      };
      yield* this.#signal.stream(read, EVERY, signal);
    } finally {
      if (--this.#listeners === 0) this.close();
    }
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Also called before anybody listens, so that the first look tells of nothing. */
  #look(): void {
    const [marks] = rows(this.#workspace, MARKS);
    for (const [topic, mark] of Object.entries(marks!)) {
      const before = this.#marks.get(topic);
      this.#marks.set(topic, mark);
      if (before === undefined || before === mark) continue;
      this.tell(topic as Topic);
      // Taking a label away leaves no newer row behind.
      if (topic === "acts") this.tell("labels");
    }
  }
}
