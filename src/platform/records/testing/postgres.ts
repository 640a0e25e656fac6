import { execFile, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";

/** A PostgreSQL of our own for tests: one cluster in a temporary folder, reached by its socket, gone with the test. */
export interface TestPostgres extends AsyncDisposable {
  /** A new, empty database. */
  database(): Promise<string>;
}

/** The folder that holds `initdb` and `postgres`: on the PATH, or where Debian puts them. */
export function findPostgres(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...versions.map((v) => join(debian, v, "bin"))];
  return folders.find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));
}

/**
 * Why tests on PostgreSQL are skipped, for node:test's `skip`; false when they are not. In CI they never are: there a
 * missing PostgreSQL is a failure.
 */
export const skipPostgres: string | false =
  findPostgres() === undefined && process.env["CI"] !== "true"
    ? "SKIPPED, PostgreSQL IS NOT INSTALLED: put initdb and postgres on the PATH to run this suite"
    : false;

export async function startPostgres(): Promise<TestPostgres> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error("no initdb and postgres on the PATH; install PostgreSQL 15 or newer");
  // A short path: the name of a unix socket ends at 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), "meridian-pg-"));
  const owner = ownerFor(folder);
  const data = join(folder, "data");
  await promisify(execFile)(
    join(bin, "initdb"),
    ["-D", data, "-U", "meridian", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    { ...owner, cwd: folder },
  );
  const server = spawn(join(bin, "postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses="], {
    ...owner,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const stop = () => {
    // SIGQUIT: at once, without writing anything more; the folder goes anyway.
    server.kill("SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", stop);
  const url = (database: string) => `postgres://meridian@/${database}?host=${encodeURIComponent(folder)}`;
  await untilReady(server.stderr);
  let count = 0;
  return {
    async database() {
      const name = `test_${(count += 1)}`;
      const client = new pg.Client({ connectionString: url("postgres") });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return url(name);
    },
    async [Symbol.asyncDispose]() {
      process.off("exit", stop);
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGQUIT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; there it runs as its own user, or as nobody. */
function ownerFor(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  for (const user of ["postgres", "nobody"]) {
    const uid = Number(spawnSync("id", ["-u", user], { encoding: "utf8" }).stdout);
    const gid = Number(spawnSync("id", ["-g", user], { encoding: "utf8" }).stdout);
    if (!(uid > 0)) continue;
    chownSync(folder, uid, gid);
    return { uid, gid };
  }
  throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as");
}

async function untilReady(log: AsyncIterable<Buffer> & { resume(): unknown }): Promise<void> {
  let seen = "";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const read = async () => {
    for await (const chunk of log) {
      if (seen.length < 100_000) seen += chunk.toString();
      if (seen.includes("ready to accept connections")) resolve();
    }
    reject(new Error(`PostgreSQL did not start:\n${seen}`));
  };
  read().catch(reject);
  await promise;
}
