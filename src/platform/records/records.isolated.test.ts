import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
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

test(
  "records on PostgreSQL: a connection that is lost fails its transaction, and not the next",
  { skip: skipPostgres },
  async () => {
    const maker = await makePostgres();
    const records = await maker.open();
    const door = records.claimDoor();
    const lose = door(async (tx) => {
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx.tables());
    });
    await assert.rejects(lose);
    assert.equal(
      await door(async (tx) => (await sql<{ n: number }>`select 1 as n`.execute(tx.tables())).rows[0]?.n),
      1,
    );
    // The idle ones as well, which nobody is waiting on.
    const others = sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`;
    await door(async (tx) => void (await others.execute(tx.tables())));
    while (!(await records.health()).ok);
    await records[Symbol.asyncDispose]();
    await maker.stop();
  },
);

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
