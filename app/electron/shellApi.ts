/**
 * What a page can ask of the desktop, and nothing else: `window.flywheelShell`. In a browser there is none, and pages offer a text field in its
 * place. In: plain values, checked on the other side too. Out: promises.
 */
export interface FlywheelShell {
  readonly platform: string;
  /** The native dialog for a folder; null when it was closed. */
  readonly chooseFolder: (title: string) => Promise<string | null>;
  readonly chooseFile: (title: string, endings: readonly string[]) => Promise<string | null>;
  readonly chooseSaveFile: (title: string, name: string) => Promise<string | null>;
  /** Shows a file or folder in the file manager. */
  readonly reveal: (path: string) => Promise<void>;
  readonly openWorkspace: () => Promise<void>;
  /** Commands of the menu bar; returns a function that stops listening. */
  readonly onCommand: (listener: (command: string) => void) => () => void;
}

/** Names of the messages, each answered by one handler. */
export const CHANNELS = {
  chooseFolder: "shell:choose-folder",
  chooseFile: "shell:choose-file",
  chooseSaveFile: "shell:choose-save-file",
  reveal: "shell:reveal",
  openWorkspace: "shell:open-workspace",
  command: "shell:command",
} as const;
