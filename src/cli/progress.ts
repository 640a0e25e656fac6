import process from "node:process";

/** How far something is, on stderr: one line that changes on a terminal, elsewhere a line every ten seconds. */
export function showProgress(): { tell(text: string): void; end(): void } {
  const onTerminal = process.stderr.isTTY;
  const apart = onTerminal ? 200 : 10_000;
  let last = performance.now();
  let shown = false;
  return {
    tell(text) {
      const now = performance.now();
      if (now - last < apart) return;
      last = now;
      shown = true;
      process.stderr.write(onTerminal ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end() {
      if (shown && onTerminal) process.stderr.write("\r\u001b[K");
    },
  };
}
