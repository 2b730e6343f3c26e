/**
 * Jobs of several kinds, handed out so that whoever did one of a kind goes on with that kind: a page that is open is worth keeping.
 * In: jobs and what tells their kind. Out: indices of jobs, each once.
 */
export class JobQueue<Job> {
  /** Indices not handed out yet, by kind, in the order of the jobs. */
  readonly #waiting: ReadonlyMap<string, number[]>;
  /** How many workers are on a kind now. */
  readonly #workers = new Map<string, number>();
  #left: number;

  constructor(jobs: readonly Job[], kindOf: (job: Job) => string) {
    this.#waiting = Map.groupBy(jobs.keys(), (index) => kindOf(jobs[index]!));
    this.#left = jobs.length;
  }

  get isEmpty(): boolean {
    return this.#left === 0;
  }

  /**
   * The next job for a worker whose last one was of kind `last`: one of the same kind, else of the first kind that nobody is on, else of that
   * with the most jobs per worker. Null: none is left. Call {@link done} with its kind afterwards.
   */
  take(last: string | null): { readonly index: number; readonly kind: string } | null {
    const open = [...this.#waiting].filter(([, indices]) => indices.length > 0);
    const perWorker = ([kind, indices]: (typeof open)[number]): number => indices.length / (1 + this.#on(kind));
    const chosen =
      open.find(([kind]) => kind === last) ??
      open.find(([kind]) => this.#on(kind) === 0) ??
      open.reduce<(typeof open)[number] | undefined>((best, one) => (best === undefined || perWorker(one) > perWorker(best) ? one : best), undefined);
    if (chosen === undefined) return null;
    const [kind, indices] = chosen;
    this.#workers.set(kind, this.#on(kind) + 1);
    this.#left--;
    return { index: indices.shift()!, kind };
  }

  /** A worker is through with a job of this kind. */
  done(kind: string): void {
    this.#workers.set(kind, this.#on(kind) - 1);
  }

  #on(kind: string): number {
    return this.#workers.get(kind) ?? 0;
  }
}
