/**
 * What a trainer's lines say of its progress, read leniently: Python dictionaries of Hugging Face trainers, JSON, progress bars, "step 3/10".
 * In: lines. Out: steps and losses; the learning curve. A line that says nothing of both is no error.
 */
export interface LogPoint {
  /** Null: not told. */
  readonly step: number | null;
  readonly steps: number | null;
  readonly loss: number | null;
}

const NUMBER = String.raw`(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)`;
/** Not the evaluation's, not the mean at the end. */
const LOSS = new RegExp(String.raw`(?<![\w-])['"]?loss['"]?\s*[:=]\s*['"]?${NUMBER}\b`, "i");
const STEP = /(?<![\w-])['"]?(?:global[_ ])?step['"]?\s*[:=]?\s*(\d{1,12})(?:\s*(?:\/|of)\s*(\d{1,12}))?/i;
const STEPS = /['"]?\b(?:max|total)_steps['"]?\s*[:=]\s*(\d{1,12})/i;
/** A progress bar, as tqdm draws it. */
const BAR = /\|\s*(\d{1,12})\/(\d{1,12})\s*\[/;

/** Null: it says nothing of progress. */
export function readLogLine(line: string): LogPoint | null {
  const loss = LOSS.exec(line)?.[1];
  const [, done, of] = STEP.exec(line) ?? BAR.exec(line) ?? [];
  const steps = of ?? STEPS.exec(line)?.[1];
  if (loss === undefined && done === undefined) return null;
  return { step: numberOf(done), steps: numberOf(steps), loss: numberOf(loss) };
}

const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/** Points of the curve that are kept: of longer ones every second, fourth, … */
const MOST_POINTS = 2000;

/** Follows a log. */
export class TrainerLog {
  #step = 0;
  #steps = 0;
  #losses = 0;
  #every = 1;
  #curve: { readonly step: number; readonly loss: number }[] = [];

  /** Where training stands after this line; null: the line says nothing of it. */
  offer(line: string): { readonly step: number; readonly steps: number; readonly loss: number | null } | null {
    const point = readLogLine(line);
    if (point === null) return null;
    if (point.loss !== null) this.#losses++;
    // Losses are told in order; where no step is, they count themselves.
    this.#step = point.step ?? Math.max(this.#step, point.loss === null ? 0 : this.#losses);
    this.#steps = Math.max(point.steps ?? this.#steps, this.#step);
    if (point.loss !== null && this.#losses % this.#every === 0) this.#keep(this.#step, point.loss);
    return { step: this.#step, steps: this.#steps, loss: point.loss };
  }

  get curve(): readonly { readonly step: number; readonly loss: number }[] {
    return this.#curve;
  }

  #keep(step: number, loss: number): void {
    this.#curve.push({ step, loss });
    if (this.#curve.length <= MOST_POINTS) return;
    this.#curve = this.#curve.filter((_, i) => i % 2 === 1);
    this.#every *= 2;
  }
}
