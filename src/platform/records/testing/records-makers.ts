import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../clock.ts";
import { openPostgresRecords } from "../postgres-records.ts";
import type { Records } from "../records.ts";
import { openSqliteRecords } from "../sqlite-records.ts";
import { skipPostgres, startPostgres } from "./postgres.ts";

/** One maker of records, started for tests. */
export interface TestMaker {
  readonly maker: Records["maker"];
  /** Opens new, empty records. */
  open(): Promise<Records>;
  /** Opens again what the last `open` made. */
  reopen(): Promise<Records>;
  /** The file or the URL of what the last `open` made, for another process. */
  place(): string;
  stop(): PromiseLike<void>;
}

export interface RecordsMaker {
  readonly name: string;
  /** For node:test. */
  readonly skip: string | false;
  readonly start: () => Promise<TestMaker>;
}

/** Both makers of records. What is said of records is said of both, so every suite over records runs on both. */
export const recordsMakers: readonly RecordsMaker[] = [
  { name: "SQLite", skip: false, start: startSqlite },
  { name: "PostgreSQL", skip: skipPostgres, start: startPostgresRecords },
];

async function startSqlite(): Promise<TestMaker> {
  const folder = await mkdtemp(join(tmpdir(), "meridian-sqlite-"));
  let count = 0;
  const place = () => join(folder, `${count}.sqlite`);
  const reopen = () => openSqliteRecords({ file: place(), clock: systemClock });
  return {
    maker: "sqlite",
    open() {
      count += 1;
      return reopen();
    },
    reopen,
    place,
    stop: () => rm(folder, { recursive: true }),
  };
}

async function startPostgresRecords(): Promise<TestMaker> {
  const server = await startPostgres();
  let url = "";
  const reopen = () => openPostgresRecords({ url, clock: systemClock });
  return {
    maker: "postgres",
    async open() {
      url = await server.database();
      return reopen();
    },
    reopen,
    place: () => url,
    stop: () => server[Symbol.asyncDispose](),
  };
}
