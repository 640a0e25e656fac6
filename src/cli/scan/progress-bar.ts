import type { WriteStream } from "node:tty";
import type { ScanProgress } from "#detect";

export interface ProgressBar extends Disposable {
  /** What is being done while there is no progress to tell of. */
  say(what: string): void;
  /** `totalBytes`: of all that is to be scanned, where that is known. */
  show(progress: ScanProgress, totalBytes: number | undefined): void;
  /** Takes the bar away while `write` puts lines above it. */
  above(write: () => void): void;
}

/** At most so often, in ms. */
const pace = 100;

/** A line on the terminal that tells how far a scan is; nothing at all where nobody watches. */
export function createProgressBar(stream: WriteStream, wanted: boolean): ProgressBar {
  let began: number | undefined;
  let shownAt = -Infinity;
  let shown = false;
  const clear = () => {
    if (shown) stream.write("\r\u001b[K");
    shown = false;
  };
  if (!wanted || !stream.isTTY) return { say() {}, show() {}, above: (write) => write(), [Symbol.dispose]() {} };
  // A terminal that does not know its width says 0.
  const width = () => stream.columns || 80;
  const draw = (text: string) => {
    shown = true;
    stream.write(`\r${text}\u001b[K`);
  };
  return {
    say(what) {
      draw(`${what}…`.slice(0, width() - 1));
    },
    show(progress, totalBytes) {
      const now = performance.now();
      began ??= now;
      if (now - shownAt < pace) return;
      shownAt = now;
      draw(line(progress, totalBytes, now - began, width()));
    },
    above(write) {
      clear();
      write();
    },
    [Symbol.dispose]: clear,
  };
}

/** Pure: the bar's text, never wider than `width`. */
export function line(progress: ScanProgress, totalBytes: number | undefined, elapsed: number, width: number): string {
  const { events, findings, consumed } = progress;
  const rate = elapsed > 500 ? `  ${Math.round((events / elapsed) * 1000).toLocaleString("en")}/s` : "";
  const told = `${events.toLocaleString("en")} events  ${findings.toLocaleString("en")} findings${rate}`;
  if (totalBytes === undefined || totalBytes === 0) return told.slice(0, width - 1);
  const done = Math.min(1, consumed / totalBytes);
  const left = done > 0.02 ? `  ${remaining((elapsed / done) * (1 - done))} left` : "";
  const room = Math.max(0, Math.min(30, width - told.length - left.length - 10));
  const filled = Math.round(done * room);
  const bar = room >= 5 ? `${"━".repeat(filled)}${"─".repeat(room - filled)} ` : "";
  return `${bar}${String(Math.floor(done * 100)).padStart(3)} %  ${told}${left}`.slice(0, width - 1);
}

function remaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
