/** The error this module throws when a graph, a shape or a feed is wrong: what was given, and what to do. */
export class AutodiffError extends Error {
  override readonly name = "AutodiffError";
  /** What the reader should do next, one sentence. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(`${message}. ${hint}`);
    this.hint = hint;
  }
}
