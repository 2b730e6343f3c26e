/**
 * A pool of warm environments on one browser. In: jobs. Out: their results, in the order of the jobs; a lost browser is replaced.
 * An environment that shows a page goes on with jobs of that page. Several callers may run jobs at once: they share the environments in turn.
 */
import { Browsers } from "./browsers.ts";
import { Environment, type EnvironmentOptions } from "./environment.ts";
import { JobQueue } from "./jobQueue.ts";

/** The browser itself is replaced after this many episodes: memory that contexts leave behind goes with it. */
const BROWSER_EPISODES = 3000;

export interface PoolOptions extends EnvironmentOptions {
  /** Awaited before each job is taken: whoever wants to pause the work lets it wait here. */
  readonly hold?: () => Promise<void>;
}

export interface PoolRun<Job> {
  /** No further jobs are taken once it aborts. */
  readonly signal?: AbortSignal;
  /** Names the page that a job needs; by default all need the same. */
  readonly pageOf?: (job: Job) => string;
}

export class EnvironmentPool {
  readonly size: number;
  readonly #hold: (() => Promise<void>) | undefined;
  readonly #environments: Environment[] = [];
  readonly #free: Environment[];
  /** Who waits for an environment, first come first served. */
  readonly #waiting: ((environment: Environment) => void)[] = [];
  readonly #browsers = new Browsers();
  /** The page of each environment's last job. */
  readonly #pages = new Map<Environment, string>();
  #episodes = 0;
  #runs = 0;

  /** Opens lazily: the browser starts with the first job. */
  constructor(size: number, { hold, ...options }: PoolOptions = {}) {
    this.size = size;
    this.#hold = hold;
    for (let i = 0; i < size; i++) this.#environments.push(new Environment(this.#browsers.connected, options));
    this.#free = [...this.#environments];
  }

  /** Runs every job on some environment, `size` at a time; stops taking new ones when `signal` aborts or a job throws. */
  async run<Job, Result>(
    jobs: readonly Job[],
    work: (environment: Environment, job: Job) => Promise<Result>,
    { signal, pageOf = () => "" }: PoolRun<Job> = {},
  ): Promise<Result[]> {
    const results: Result[] = [];
    const queue = new JobQueue(jobs, pageOf);
    let failed = false;
    const isOpen = (): boolean => !queue.isEmpty && !failed && signal?.aborted !== true;
    const worker = async (): Promise<void> => {
      while (isOpen()) {
        await this.#hold?.();
        const environment = await this.#take();
        // Others went on while this one was held, or waited.
        const taken = isOpen() ? queue.take(this.#pages.get(environment) ?? null) : null;
        try {
          if (taken === null) return;
          this.#pages.set(environment, taken.kind);
          results[taken.index] = await work(environment, jobs[taken.index]!);
          queue.done(taken.kind);
        } catch (error) {
          failed = true;
          throw error;
        } finally {
          this.#giveBack(environment);
        }
      }
    };
    this.#runs++;
    const settled = await Promise.allSettled(Array.from({ length: this.size }, worker));
    this.#runs--;
    for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
    this.#episodes += jobs.length;
    if (this.#episodes >= BROWSER_EPISODES && this.#runs === 0) await this.close();
    return results;
  }

  #take(): Environment | Promise<Environment> {
    return this.#free.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(environment: Environment): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.unshift(environment);
    else next(environment);
  }

  /** Closes contexts and browser; the pool opens them again when it is used again. */
  async close(): Promise<void> {
    await Promise.all(this.#environments.map((environment) => environment.close()));
    this.#episodes = 0;
    await this.#browsers.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
