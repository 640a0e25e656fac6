import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { openPostgresRecords } from "./postgres-records.ts";
import { openSqliteRecords } from "./sqlite-records.ts";
import { outboxConformance } from "./testing/outbox-conformance.ts";
import { skipPostgres, startPostgres } from "./testing/postgres.ts";
import { recordsConformance, type TestMaker } from "./testing/records-conformance.ts";

for (const conformance of [recordsConformance, outboxConformance]) {
  conformance(makeSqlite, { name: "SQLite", skip: false });
  conformance(makePostgres, { name: "PostgreSQL", skip: skipPostgres });
}

async function makeSqlite(): Promise<TestMaker> {
  const folder = await mkdtemp(join(tmpdir(), "meridian-sqlite-"));
  let count = 0;
  const reopen = () => openSqliteRecords({ file: join(folder, `${count}.sqlite`), clock: systemClock });
  return {
    maker: "sqlite",
    open() {
      count += 1;
      return reopen();
    },
    reopen,
    stop: () => rm(folder, { recursive: true }),
  };
}

async function makePostgres(): Promise<TestMaker> {
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
    stop: () => server[Symbol.asyncDispose](),
  };
}
