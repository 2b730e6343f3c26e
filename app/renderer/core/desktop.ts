/** What only the desktop app can do, as its preload script offers it; null in a browser. */
export interface Desktop {
  /** A folder chosen in the system's dialog; null: the person thought better of it. */
  readonly chooseFolder: () => Promise<string | null>;
  /** Shows a file or folder in the system's file manager. */
  readonly reveal: (path: string) => Promise<void>;
}

export const desktop: Desktop | null = (window as { desktop?: Desktop }).desktop ?? null;
