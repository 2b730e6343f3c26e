/** What only the desktop app can do; null in a browser, where pages offer a text field in its place. */
import type { FlywheelShell } from "../../electron/shellApi.ts";

export const desktop: FlywheelShell | null = (window as { flywheelShell?: FlywheelShell }).flywheelShell ?? null;
