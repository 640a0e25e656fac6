import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = fileURLToPath(new URL("..", import.meta.url));

export interface Ran {
  /** The exit code; 1 where a signal ended the program. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  /** What it printed on both streams, in the order it came; empty when it printed to our own. */
  readonly output: string;
}

export interface RunOptions {
  /** `show`: on our own streams as it comes. `keep`: into `output`. */
  readonly streams: "show" | "keep";
  readonly signal?: AbortSignal;
}

/** Runs a program of Node's in the repository's root and waits for its end. Throws when it cannot be started. */
export function runNode(args: readonly string[], options: RunOptions): Promise<Ran> {
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  const child = spawn(process.execPath, args, {
    cwd: root,
    // Set for the children of `node --test`, which a test runner started from a test is not.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    stdio: options.streams === "show" ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
    ...(options.signal ? { signal: options.signal, killSignal: "SIGKILL" as const } : {}),
  });
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.once("error", (error) => {
    if (!options.signal?.aborted) reject(error);
  });
  child.once("close", (code, signal) => resolve({ code: code ?? 1, signal, output: Buffer.concat(chunks).toString() }));
  return promise;
}
