/** Numbers and times as the pages print them, beside the words the report has. In: numbers. Out: text. */
import { count, duration } from "../../report/words.ts";

/** Sizes in MB of 10⁶: "448 MB", "1.2 GB", "61 kB". */
export function bytes(value: number): string {
  if (value < 1e6) return `${Math.ceil(value / 1e3)} kB`;
  return value < 1e9 ? `${count(value / 1e6)} MB` : `${(value / 1e9).toFixed(1)} GB`;
}

/** "18 min left"; "about" above ten minutes; "12 s so far" while the rest is not known. */
export function timeLeft({ secondsLeft, startedAt }: { readonly secondsLeft: number | null; readonly startedAt: number }): string {
  if (secondsLeft === null) return `${duration(Math.max(0, (Date.now() - startedAt) / 1000))} so far`;
  return `${secondsLeft > 600 ? "about " : ""}${duration(secondsLeft)} left`;
}

/** "12 min ago". */
export function ago(time: number, now = Date.now()): string {
  const age = Math.max(0, (now - time) / 1000);
  if (age < 60) return "just now";
  return age < 48 * 3600 ? `${duration(age)} ago` : `${count(age / 86_400)} days ago`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "medium" });

/** "14:02" today, "3 May 14:02" before. */
export function clock(time: number): string {
  const today = new Date(time).toDateString() === new Date().toDateString();
  return today ? CLOCK.format(time) : `${DAY.format(time)} ${CLOCK.format(time)}`;
}

/** The whole date, for hovering. */
export function fullTime(time: number): string {
  return FULL.format(time);
}

/** Seconds in a column: 0.4, 23.2, 104. */
export function seconds(value: number): string {
  return value < 100 ? value.toFixed(1) : String(Math.round(value));
}

/** What people call an episode; the whole id is in the clipboard after a click. */
export function episodeName(id: string): string {
  return `e-${id.slice(0, 6)}`;
}
