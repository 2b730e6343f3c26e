/** Holding work between two units. In: `pause()` and `resume()`. Out: `hold()`, which waits while paused; `onChange` hears when work rests. */
export interface Pause {
  readonly hold: () => Promise<void>;
  pause(): void;
  resume(): void;
}

export function makePause(onChange: (holding: boolean) => void): Pause {
  let gate: PromiseWithResolvers<void> | null = null;
  let holding = false;
  return {
    hold: async () => {
      if (gate === null) return;
      if (!holding) onChange((holding = true));
      await gate.promise;
    },
    pause: () => void (gate ??= Promise.withResolvers<void>()),
    resume: () => {
      gate?.resolve();
      gate = null;
      if (holding) onChange((holding = false));
    },
  };
}
