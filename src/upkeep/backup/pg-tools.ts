import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import type { Secret } from "#kernel";
import { refuse } from "../refusals.ts";

/** Writes a PostgreSQL database to a file, in PostgreSQL's own custom format: one snapshot, which holds up nobody. */
export async function dumpPostgres(url: Secret, file: string, signal: AbortSignal): Promise<void> {
  await run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges", `--file=${file}`], signal);
}

/** Puts such a file into an empty database, all of it or nothing. */
export async function restorePostgres(url: Secret, file: string, signal: AbortSignal): Promise<void> {
  const options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", file];
  await run("pg_restore", url, options, signal);
}

async function run(
  program: "pg_dump" | "pg_restore",
  url: Secret,
  options: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { address, password } = withoutPassword(url.reveal());
  const child = spawn(program, [`--dbname=${address}`, "--no-password", ...options], {
    stdio: ["ignore", "ignore", "pipe"],
    // Arguments show in the list of processes; the environment does not.
    env: { ...process.env, ...(password === undefined ? {} : { PGPASSWORD: password }) },
    signal,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (said = (said + text).slice(-2_000)));
  const [code] = (await once(child, "close").catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw refuse("no-pg-dump", { program });
    throw error;
  })) as [number | null];
  signal.throwIfAborted();
  if (code !== 0) throw refuse("pg-failed", { program, code: code ?? "a signal", why: said.trim() });
}

/** PostgreSQL's addresses are no URLs where the host is a socket's, so this looks at their text. */
export function withoutPassword(url: string): { readonly address: string; readonly password: string | undefined } {
  const [, scheme = "", user = "", password, rest = ""] =
    /^(\w+:\/\/)(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^]*)$/.exec(url) ?? [];
  return {
    address: `${scheme}${user === "" ? "" : `${user}@`}${rest}`,
    password: password === undefined ? undefined : decodeURIComponent(password),
  };
}
