import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = ["nats-server", "/usr/sbin/nats-server"].find((name) => spawnSync(name, ["--version"]).status === 0);

/** Why tests on NATS are skipped, for node:test's `skip`; false when they are not. In CI they never are. */
export const skipNats: string | false =
  program === undefined && process.env["CI"] !== "true"
    ? "SKIPPED, NATS IS NOT INSTALLED: put nats-server on the PATH to run this suite"
    : false;

export interface TestNats extends AsyncDisposable {
  readonly url: string;
  /** Ends the server as a power switch would, and starts it again with the same files at the same address. */
  restart(): Promise<void>;
}

/** A NATS server of our own with JetStream in a temporary folder. */
export async function startNats(): Promise<TestNats> {
  if (program === undefined) throw new Error("no nats-server on the PATH; install NATS 2.9 or newer");
  const folder = mkdtempSync(join(tmpdir(), "meridian-nats-"));
  let { server, port } = await start(program, folder, -1);
  const stop = () => {
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", stop);
  const kill = async () => {
    const exited = once(server, "exit");
    server.kill("SIGKILL");
    await exited;
  };
  return {
    url: `nats://meridian:pass%3Aword@127.0.0.1:${port}`,
    async restart() {
      await kill();
      ({ server, port } = await start(program, folder, port));
    },
    async [Symbol.asyncDispose]() {
      process.off("exit", stop);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Port -1 takes a free one. */
async function start(name: string, folder: string, at: number): Promise<{ server: ChildProcess; port: number }> {
  const args = ["-a", "127.0.0.1", "-p", `${at}`, "-js", "-sd", folder, "--user", "meridian", "--pass", "pass:word"];
  const server = spawn(name, args, { stdio: ["ignore", "ignore", "pipe"] });
  const port = await new Promise<number>((resolve, reject) => {
    let found: string | undefined;
    createInterface(server.stderr)
      .on("line", (line) => {
        found ??= /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
        if (found !== undefined && line.includes("Server is ready")) resolve(Number(found));
      })
      .once("close", () => reject(new Error("nats-server did not start")));
  });
  return { server, port };
}
