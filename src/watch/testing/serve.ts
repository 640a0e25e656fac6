import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const flags = ["--disable-warning=ExperimentalWarning", main];

/** A whole server in a process of its own, over a data folder that outlives it. */
export interface TestServer {
  readonly url: string;
  readonly child: ChildProcess;
  end(signal: NodeJS.Signals): Promise<void>;
}

function environment(data: string, settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("MERIDIAN_") && name !== "NODE_TEST_CONTEXT",
  );
  return {
    ...Object.fromEntries(clean),
    UV_THREADPOOL_SIZE: "8",
    MERIDIAN_DATA: data,
    MERIDIAN_PORT: "0",
    MERIDIAN_LOG_FORMAT: "json",
    ...settings,
  };
}

export async function serveTest(data: string, settings: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const child = spawn(process.execPath, [...flags, "serve"], {
    env: environment(data, settings),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let complained = "";
  child.stderr.on("data", (chunk: Buffer) => void (complained = (complained + chunk.toString("utf8")).slice(-4_000)));
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      const found = /Open +(\S+)/.exec(said);
      if (found) resolve(found[1]!);
    });
    void exited.then(([code]) => reject(new Error(`the server ended with ${String(code)}: ${said}${complained}`)));
  });
  return {
    url,
    child,
    async end(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

export function makeTestToken(data: string, ...wish: string[]): string {
  return execFileSync(process.execPath, [...flags, "token", "create", ...wish], {
    env: environment(data, {}),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}
