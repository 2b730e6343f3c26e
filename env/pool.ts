/**
 * A pool of warm environments on one browser. In: jobs in order. Out: their results; a lost browser is replaced.
 * Jobs next to each other that share a task land on the same warm page more often, so callers sort by task.
 */
import type { Browser } from "playwright";
import { Environment, type EnvironmentOptions } from "./environment.ts";
import { launchBrowser } from "./launch.ts";

/** The browser itself is replaced after this many episodes: memory that contexts leave behind goes with it. */
const BROWSER_EPISODES = 3000;

export class EnvironmentPool {
  readonly size: number;
  readonly #environments: Environment[] = [];
  #browser: Promise<Browser> | null = null;
  #episodes = 0;

  /** Opens lazily: the browser starts with the first job. */
  constructor(size: number, options: EnvironmentOptions = {}) {
    this.size = size;
    for (let i = 0; i < size; i++) this.#environments.push(new Environment(() => this.#connected(), options));
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
    const worker = async (environment: Environment): Promise<void> => {
      while (next < jobs.length && !failed && signal?.aborted !== true) {
        const index = next++;
        try {
          results[index] = await work(environment, jobs[index]!);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    const settled = await Promise.allSettled(this.#environments.map(worker));
    for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
    this.#episodes += jobs.length;
    if (this.#episodes >= BROWSER_EPISODES) await this.close();
    return results;
  }

  /** Closes contexts and browser; the pool opens them again when it is used again. */
  async close(): Promise<void> {
    await Promise.all(this.#environments.map((environment) => environment.close()));
    const browser = await this.#browser?.catch(() => null);
    this.#browser = null;
    this.#episodes = 0;
    await browser?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #connected(): Promise<Browser> {
    const opening = this.#browser;
    if (opening !== null) {
      const browser = await opening.catch(() => null);
      if (browser?.isConnected() === true) return browser;
      if (this.#browser === opening) this.#browser = null;
    }
    this.#browser ??= launchBrowser();
    return this.#browser;
  }
}
