import { spawn, spawnSync } from "node:child_process";
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
}

/** A NATS server of our own with JetStream in a temporary folder. */
export async function startNats(): Promise<TestNats> {
  if (program === undefined) throw new Error("no nats-server on the PATH; install NATS 2.9 or newer");
  const folder = mkdtempSync(join(tmpdir(), "meridian-nats-"));
  const args = ["-a", "127.0.0.1", "-p", "-1", "-js", "-sd", folder, "--user", "meridian", "--pass", "pass:word"];
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const stop = () => {
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", stop);
  const url = await new Promise<string>((resolve, reject) => {
    let port: string | undefined;
    createInterface(server.stderr)
      .on("line", (line) => {
        port ??= /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
        if (port !== undefined && line.includes("Server is ready"))
          resolve(`nats://meridian:pass%3Aword@127.0.0.1:${port}`);
      })
      .once("close", () => reject(new Error("nats-server did not start")));
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      process.off("exit", stop);
      const exited = once(server, "exit");
      server.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
