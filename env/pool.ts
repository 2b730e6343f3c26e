/**
 * A pool of warm environments on one browser. In: jobs in order. Out: their results; a lost browser is replaced.
 * Jobs next to each other that share a task land on the same warm page more often, so callers sort by task.
 * Several callers may run jobs at once: they share the environments in turn.
 */
import { Browsers } from "./browsers.ts";
import { Environment, type EnvironmentOptions } from "./environment.ts";

/** The browser itself is replaced after this many episodes: memory that contexts leave behind goes with it. */
const BROWSER_EPISODES = 3000;

export interface PoolOptions extends EnvironmentOptions {
  /** Awaited before each job is taken: whoever wants to pause the work lets it wait here. */
  readonly hold?: () => Promise<void>;
}

export class EnvironmentPool {
  readonly size: number;
  readonly #hold: (() => Promise<void>) | undefined;
  readonly #environments: Environment[] = [];
  readonly #free: Environment[];
  /** Who waits for an environment, first come first served. */
  readonly #waiting: ((environment: Environment) => void)[] = [];
  readonly #browsers = new Browsers();
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
    signal?: AbortSignal,
  ): Promise<Result[]> {
    const results: Result[] = [];
    let next = 0;
    let failed = false;
    const isOpen = (): boolean => next < jobs.length && !failed && signal?.aborted !== true;
    const worker = async (): Promise<void> => {
      while (isOpen()) {
        await this.#hold?.();
        // Others went on while this one was held.
        if (!isOpen()) return;
        const index = next++;
        const environment = await this.#take();
        try {
          results[index] = await work(environment, jobs[index]!);
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
    if (next === undefined) this.#free.push(environment);
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
