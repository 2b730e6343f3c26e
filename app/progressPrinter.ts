/**
 * Progress of long work on a terminal: a bar with time left per stage under way, or a line per stage where there is no terminal.
 * In: progress events. Out: text on stderr.
 */
import type { OnProgress, ProgressEvent } from "../flywheel/progress.ts";

const WIDTH = 24;

interface UnderWay {
  readonly started: number;
  text: string;
}

/** Makes a listener. */
export function progressPrinter(stream: NodeJS.WriteStream = process.stderr): OnProgress {
  const underWay = new Map<string, UnderWay>();
  let shown = 0;
  const draw = (): void => {
    if (!stream.isTTY) return;
    shown = performance.now();
    const line = [...underWay.values()].map(({ text }) => text).join("  ‖  ");
    stream.write(`\r\x1b[K${line.slice(0, Math.max(20, (stream.columns ?? 120) - 1))}`);
  };
  const print = (line: string): void => {
    if (stream.isTTY) stream.write("\r\x1b[K");
    stream.write(`${line}\n`);
    if (underWay.size > 0) draw();
  };
  return (event) => {
    switch (event.kind) {
      case "stage":
        underWay.set(label(event), { started: performance.now(), text: `${label(event)} …` });
        return draw();
      case "progress": {
        const stage = underWay.get(label(event)) ?? { started: performance.now(), text: "" };
        underWay.set(label(event), stage);
        stage.text = bar(event, performance.now() - stage.started);
        if (performance.now() - shown >= 100) draw();
        return undefined;
      }
      case "stage-done":
        underWay.delete(label(event));
        return print(`${label(event)} ${event.resumed ? "done before" : duration(event.seconds * 1000)}`);
      case "loss":
        return undefined;
      case "line":
        return print(event.text);
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
