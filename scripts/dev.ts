import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { join } from "node:path";
import { root } from "./run-program.ts";

/** Runs `meridian serve`, and again whenever a file of the server changes. Ends with Ctrl-C. */
export async function dev(args: string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  let server = start(args);
  let changed: NodeJS.Timeout | undefined;
  const restart = async (file: string) => {
    console.error(`${file} changed: starting again`);
    await end(server);
    server = start(args);
  };
  const watchers = ["src", "content"].map((folder) => {
    const watcher = watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (!file || /\.(test\.ts|md)$|~$/.test(file)) return;
      clearTimeout(changed);
      // An editor's "save all" touches many files at once: one restart for all of them.
      changed = setTimeout(() => void restart(join(folder, file)), 120);
    });
    watcher.on("error", () => watcher.close()); // A folder that is not there has nothing to watch.
    return watcher;
  });
  await once(stop.signal, "abort");
  clearTimeout(changed);
  for (const watcher of watchers) watcher.close();
  await end(server);
  return 0;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "src/cli/main.ts"), "serve", ...args],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGTERM");
  await once(server, "exit");
}
