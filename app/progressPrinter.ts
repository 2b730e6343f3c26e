/**
 * Progress of long work on a terminal: a bar with time left, or a line per stage where there is no terminal.
 * In: progress events. Out: text on stderr.
 */
import type { OnProgress, ProgressEvent } from "../flywheel/progress.ts";

const WIDTH = 24;

/** Makes a listener. */
export function progressPrinter(stream: NodeJS.WriteStream = process.stderr): OnProgress {
  let started = performance.now();
  let shown = 0;
  const clear = (): void => void (stream.isTTY && stream.write("\r\x1b[K"));
  return (event) => {
    switch (event.kind) {
      case "stage":
        started = performance.now();
        if (stream.isTTY) stream.write(`\r\x1b[K${label(event)} …`);
        return;
      case "progress":
        if (!stream.isTTY || performance.now() - shown < 100) return;
        shown = performance.now();
        stream.write(`\r\x1b[K${bar(event, performance.now() - started)}`);
        return;
      case "stage-done":
        clear();
        stream.write(`${label(event)} ${event.resumed ? "done before" : duration(event.seconds * 1000)}\n`);
        return;
      case "loss":
        return;
      case "line":
        clear();
        stream.write(`${event.text}\n`);
        return;
    }
  };
}

const label = ({ cycle, stage }: { cycle: number | null; stage: string }): string => (cycle === null ? stage : `[cycle ${cycle}] ${stage}`);

function bar(event: Extract<ProgressEvent, { kind: "progress" }>, elapsed: number): string {
  const { done, total, note = "" } = event;
  if (total === 0) return `${label(event)} ${note}`;
  const filled = Math.round((WIDTH * done) / total);
  const left = done === 0 ? "" : `, ${duration((elapsed / done) * (total - done))} left`;
  return `${label(event)} ${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${done}/${total}${left}${note === "" ? "" : ` · ${note}`}`;
}

/** 950 ms → "1 s", 75 s → "1 min 15 s". */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
