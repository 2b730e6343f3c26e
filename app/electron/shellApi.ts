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
  /** Whether keys of model servers can be kept. No call ever gives one back. */
  readonly keychainState: () => Promise<KeychainState>;
  readonly keepKey: (address: string, key: string) => Promise<KeyKept>;
  readonly forgetKey: (address: string) => Promise<void>;
  /** Commands of the menu bar; returns a function that stops listening. */
  readonly onCommand: (listener: (command: string) => void) => () => void;
}

/** `no-keychain`: keys are used until the app is closed. `foreign-core`: keys cannot be handed over at all. */
export type KeychainState = { readonly kind: "keychain" } | { readonly kind: "no-keychain" | "foreign-core"; readonly why: string };

/** What became of a key, in a sentence. */
export interface KeyKept {
  readonly kind: "kept" | "until-closed" | "refused";
  readonly words: string;
}

/** Names of the messages, each answered by one handler. */
export const CHANNELS = {
  chooseFolder: "shell:choose-folder",
  chooseFile: "shell:choose-file",
  chooseSaveFile: "shell:choose-save-file",
  reveal: "shell:reveal",
  openWorkspace: "shell:open-workspace",
  keychainState: "shell:keychain-state",
  keepKey: "shell:keep-key",
  forgetKey: "shell:forget-key",
  command: "shell:command",
} as const;
