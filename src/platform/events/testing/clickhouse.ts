import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface TestClickHouse extends AsyncDisposable {
  readonly url: string;
  /** Ends the process as a power switch would, without a word. */
  kill(): Promise<void>;
}

/** Serves a folder of chDB behind ClickHouse's HTTP interface, from a process of its own. */
export async function startClickHouse(folder: string): Promise<TestClickHouse> {
  const script = fileURLToPath(new URL("clickhouse-server.ts", import.meta.url));
  const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], {
    stdio: ["pipe", "pipe", "inherit"],
    // A server answers all at once; the library would let some wait for others.
    env: { ...process.env, UV_THREADPOOL_SIZE: "32" },
  });
  const exited = once(server, "exit");
  const end = async (signal: NodeJS.Signals) => {
    server.kill(signal);
    await exited;
  };
  for await (const port of createInterface(server.stdout))
    return {
      url: `http://meridian:pass%3Aword@127.0.0.1:${port}/default`,
      kill: () => end("SIGKILL"),
      [Symbol.asyncDispose]: () => end("SIGTERM"),
    };
  throw new Error("the test server ended before it was ready");
}
