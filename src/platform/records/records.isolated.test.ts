import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { outboxConformance } from "./testing/outbox-conformance.ts";
import { recordsConformance } from "./testing/records-conformance.ts";
import { recordsMakers } from "./testing/records-makers.ts";

for (const conformance of [recordsConformance, outboxConformance])
  for (const { name, skip, start } of recordsMakers) conformance(start, { name, skip });

const postgres = recordsMakers.find(({ name }) => name === "PostgreSQL") ?? assert.fail();

test(
  "records on PostgreSQL: a connection that is lost fails its transaction, and not the next",
  { skip: postgres.skip },
  async () => {
    const maker = await postgres.start();
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
