/**
 * Electron's `safeStorage` as the keychain's cipher. In: safeStorage, of any Electron since 22. Out: encryption by the operating system, or why
 * there is none: on Linux without a keyring Chromium "encrypts" with a password that everybody knows.
 */
import type { SafeStorage } from "electron";
import type { Cipher } from "./keychain.ts";

type OldSafeStorage = Pick<SafeStorage, "isEncryptionAvailable" | "encryptString" | "decryptString"> &
  Partial<Pick<SafeStorage, "isAsyncEncryptionAvailable" | "encryptStringAsync" | "decryptStringAsync" | "getSelectedStorageBackend">>;

const NO_KEYRING =
  "This computer has no keychain that the app could use (on Linux: no keyring such as GNOME Keyring or KWallet is running), so a key is not written anywhere.";

export function safeCipher(safe: OldSafeStorage, platform: NodeJS.Platform = process.platform): Cipher {
  return {
    problem: async () => {
      if (platform === "linux" && ["basic_text", "unknown"].includes(safe.getSelectedStorageBackend?.() ?? "")) return NO_KEYRING;
      const isThere = safe.isAsyncEncryptionAvailable === undefined ? safe.isEncryptionAvailable() : await safe.isAsyncEncryptionAvailable();
      return isThere ? null : NO_KEYRING;
    },
    encrypt: async (text) => (safe.encryptStringAsync === undefined ? safe.encryptString(text) : safe.encryptStringAsync(text)),
    decrypt: async (bytes) => (safe.decryptStringAsync === undefined ? safe.decryptString(bytes) : (await safe.decryptStringAsync(bytes)).result),
  };
}
