import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * Runs acknowledging-writer.ts until it has acknowledged `after` rows, then calls `kill` (by default SIGKILL for the
 * writer itself), and gives back how many rows it acknowledged in all.
 */
export async function killWhileWriting(
  args: readonly string[],
  after: number,
  kill?: () => Promise<void>,
): Promise<number> {
  const script = fileURLToPath(new URL("acknowledging-writer.ts", import.meta.url));
  const writer = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
    stdio: ["ignore", "pipe", kill ? "ignore" : "inherit"],
  });
  const exited = once(writer, "exit");
  let acknowledged = 0;
  for await (const line of createInterface(writer.stdout)) {
    if (Number(line) !== acknowledged) throw new Error(`the writer skipped from ${acknowledged} to ${line}`);
    acknowledged += 1;
    if (acknowledged !== after) continue;
    if (kill) void kill();
    else writer.kill("SIGKILL");
  }
  writer.kill("SIGKILL");
  await exited;
  if (acknowledged < after) throw new Error(`the writer ended by itself after ${acknowledged} rows`);
  return acknowledged;
}
