/**
 * Fonts that pages of others count on: they ask for Arial and place things by its metrics. Pages of our own bring their fonts.
 * In: the machine (Linux; elsewhere Arial is part of the system). Out: the family that stands in for Arial, installed when asked.
 */
import { spawnSync } from "node:child_process";

/** Families with the metrics of Arial. */
const LIKE_ARIAL = /Arial|Liberation Sans|Arimo|Helvetica|Nimbus Sans/;

/** The installed family with Arial's metrics, or null when pages that ask for Arial get something wider. */
export function fontLikeArial(): string | null {
  if (process.platform !== "linux") return "Arial";
  const { stdout } = spawnSync("fc-match", ["--format=%{family}", "Arial"], { encoding: "utf8" });
  return stdout !== null && LIKE_ARIAL.test(stdout) ? stdout : null;
}

/** Installs one through apt where there is none and that is allowed (root on Debian). */
export function installFonts(say: (line: string) => void): void {
  if (fontLikeArial() !== null || process.getuid?.() !== 0) return;
  say("No font with the metrics of Arial found: installing Debian's fonts-liberation with apt …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args: string[]) => spawnSync("apt-get", args, { stdio: "ignore", env, timeout: 10 * 60_000 });
  apt("update");
  apt("install", "-y", "--no-install-recommends", "fonts-liberation", "fontconfig");
}
