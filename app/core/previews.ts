/** First screens of instances, drawn in a real browser when somebody looks at them. In: a task and a seed. Out: a screen of the workspace, and the instruction. */
import { EnvironmentPool } from "../../env/pool.ts";
import type { Task } from "../../env/task.ts";
import { screenOf } from "../../flywheel/store/blobs.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";

export interface Preview {
  readonly screen: string;
  readonly instruction: string;
}

export class Previews {
  readonly #workspace: Workspace;
  readonly #drawn = new Map<string, Promise<Preview>>();
  /** Open while something is drawn: what is asked for together shares a browser. */
  #pool: EnvironmentPool | null = null;
  #drawing = 0;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Throws what the task requires and is not there. */
  async of(task: Task, seed: number): Promise<Preview> {
    const key = `${task.id}@${task.version} ${seed}`;
    const known = await this.#drawn.get(key);
    if (known !== undefined && this.#workspace.blobs.has(known.screen)) return known;
    const drawing = this.#draw(task, seed);
    this.#drawn.set(key, drawing);
    drawing.catch(() => this.#drawn.delete(key));
    return drawing;
  }

  async #draw(task: Task, seed: number): Promise<Preview> {
    const pool = (this.#pool ??= new EnvironmentPool(2));
    this.#drawing++;
    try {
      const [start] = await pool.run([seed], (environment, one) => environment.reset(task, one));
      const { observation, instance } = start!;
      this.#workspace.blobs.put(screenOf(observation));
      return { screen: observation.screenHash, instruction: instance.instruction };
    } finally {
      if (--this.#drawing === 0) {
        this.#pool = null;
        await pool.close();
      }
    }
  }
}
