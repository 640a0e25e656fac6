import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Readable } from "node:stream";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** Tells the most memory that the process ever held when it ends. A scan's workers are not in it. */
const tellPeak =
  "import { writeSync } from 'node:fs'; import { isMainThread } from 'node:worker_threads';" +
  "if (isMainThread) process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));";

/** Shared by all runs of one test process, so that only the first has to compile. */
const cacheOfTests = mkdtempSync(join(tmpdir(), "meridian-test-cache-"));
process.on("exit", () => rmSync(cacheOfTests, { recursive: true, force: true }));

export interface RunOptions {
  readonly stdin?: string | Uint8Array | Readable;
  /** MiB of the old generation of the main thread; a process that needs more ends with SIGABRT. */
  readonly heap?: number;
  /** The folder that the process works in. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** In a group of its own, as a shell starts a job, so that `killGroup` does what Ctrl-C does. */
  readonly job?: boolean;
  /** Told of what the process says while it runs; may signal it, or close what it writes to. */
  readonly watch?: (running: Running) => void;
}

export interface Running {
  readonly pid: number;
  readonly out: string;
  readonly err: string;
  kill(signal: NodeJS.Signals): void;
  /** Signals the process and its children, as a terminal does. Only with `job`. */
  killGroup(signal: NodeJS.Signals): void;
  /** Stops reading standard output, as `| head` does. */
  closeOutput(): void;
}

export interface Run {
  /** As a shell tells it: 128 and the signal's number when a signal ended it. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The last line of standard error. */
  readonly lastLine: string;
  /** Lines of standard output as JSON. */
  readonly findings: readonly ToldFinding[];
  /** MiB */
  readonly peak: number;
}

/** A finding as people's scripts read it. */
export interface ToldFinding {
  readonly rule: { readonly id: string; readonly title: string; readonly file: string; readonly tags: string[] };
  readonly level: string;
  readonly event: {
    readonly file: string;
    readonly index: number;
    readonly offset: number;
    readonly length: number;
    readonly time?: string;
    readonly host?: string;
    readonly kind: string;
  };
  readonly matched: readonly { readonly key: string; readonly field: string; readonly value: string }[];
  readonly correlation?: { readonly type: string; readonly eventCount: number; readonly group: Record<string, string> };
}

/** Runs `meridian` in a process of its own, as somebody at a terminal would, with a cache that is nobody's. */
export async function runMeridian(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { stdin, heap, cwd, env, job = false, watch } = options;
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith("MERIDIAN_") && !name.startsWith("NODE_") && name !== "FORCE_COLOR",
    ),
  );
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      ...(heap === undefined ? [] : [`--max-old-space-size=${heap}`]),
      "--import",
      `data:text/javascript,${encodeURIComponent(tellPeak)}`,
      main,
      ...args,
    ],
    {
      cwd,
      env: { ...inherited, MERIDIAN_CACHE: cacheOfTests, ...env },
      detached: job,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    },
  );
  const said = { out: "", err: "", peak: "" };
  const running: Running = {
    pid: child.pid!,
    get out() {
      return said.out;
    },
    get err() {
      return said.err;
    },
    kill: (signal) => void child.kill(signal),
    killGroup: (signal) => void process.kill(-child.pid!, signal),
    closeOutput: () => void child.stdout.destroy(),
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
    watch?.(running);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
    watch?.(running);
  });
  (child.stdio[3] as Readable).setEncoding("utf8").on("data", (text: string) => (said.peak += text));
  // A process that ends without having read all of its input is right to do so.
  child.stdin.on("error", () => {});
  if (stdin !== undefined && typeof stdin !== "string" && !(stdin instanceof Uint8Array)) stdin.pipe(child.stdin);
  else child.stdin.end(stdin);
  const [code, signal] = (await once(child, "close")) as [number, null] | [null, NodeJS.Signals];
  return {
    code: code ?? 128 + constants.signals[signal],
    out: said.out,
    err: said.err,
    lastLine: said.err.trimEnd().split("\n").at(-1) ?? "",
    get findings() {
      return said.out
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ToldFinding);
    },
    peak: Number(said.peak) / 1024,
  };
}
