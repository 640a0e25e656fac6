import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const flags = ["--disable-warning=ExperimentalWarning"];

/** A server in a process of its own, as an operator starts it. */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Log lines of level error, while it ran. */
  readonly errors: string[];
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

export interface ServerWishes {
  readonly data: string;
  readonly rules: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

function environment({ data, rules, settings = {} }: ServerWishes): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MERIDIAN_"));
  return {
    ...Object.fromEntries(inherited),
    UV_THREADPOOL_SIZE: "8",
    MERIDIAN_DATA: data,
    MERIDIAN_PORT: "0",
    MERIDIAN_LOG_FORMAT: "json",
    MERIDIAN_LOG_LEVEL: "warn",
    ...(rules.length > 0 && { MERIDIAN_RULES: rules.join(",") }),
    ...settings,
  };
}

export async function startServer(wishes: ServerWishes): Promise<RunningServer> {
  const child = spawn(process.execPath, [...flags, main, "serve"], {
    env: environment(wishes),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString("utf8").split("\n"))
      if (line.includes('"level":"error"') || (line !== "" && !line.startsWith("{"))) errors.push(line);
  });
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      const found = /Open +(\S+)/.exec(said);
      if (found) resolve(found[1]!);
    });
    void exited.then(([code]) => reject(new Error(`the server ended with ${code}: ${said} ${errors.join("\n")}`)));
  });
  return {
    url,
    pid: child.pid!,
    process: child,
    errors,
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** A token, made as an operator makes it. */
export function makeToken(wishes: ServerWishes, ...wish: string[]): string {
  return execFileSync(process.execPath, [...flags, main, "token", "create", ...wish], {
    env: environment(wishes),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

export function benchRules(): string {
  return join(import.meta.dirname, "rules");
}
