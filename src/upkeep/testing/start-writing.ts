import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Writing extends AsyncDisposable {
  /** How many things are acknowledged by now. */
  count(): number;
  /** Waits until so many are. */
  until(count: number): Promise<void>;
}

/** Starts writing-server.ts; killed, without a word, when disposed of. */
export async function startWriting(folder: string): Promise<Writing> {
  const script = fileURLToPath(new URL("writing-server.ts", import.meta.url));
  const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(server, "exit");
  let count = 0;
  const lines = createInterface(server.stdout);
  lines.on("line", (line) => void (count = Number(line) + 1));
  return {
    count: () => count,
    async until(wanted) {
      while (count < wanted) {
        const ended = await Promise.race([once(lines, "line").then(() => false), exited.then(() => true)]);
        if (ended) throw new Error(`the writing server ended after ${count}`);
      }
    },
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      await exited;
    },
  };
}
