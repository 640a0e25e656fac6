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

test(
  "records on PostgreSQL: a name is held by one process at a time, and free as soon as its holder's session ends",
  { skip: postgres.skip },
  async () => {
    const maker = await postgres.start();
    const [one, other] = [await maker.open(), await maker.reopen()];
    const { signal } = new AbortController();
    const first = await one.hold("correlating", signal);
    const waiting = other.hold("correlating", signal);
    await using beside = await other.hold("another name", signal);
    assert.equal(beside.lost.aborted, false);
    await assert.rejects(other.hold("correlating", AbortSignal.timeout(100)));
    assert.equal(first.lost.aborted, false);
    await one.claimDoor()(async (tx) => {
      const holders = sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()`;
      await holders.execute(tx.tables());
    });
    const second = await waiting;
    while (!first.lost.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all([first, second].map((held) => held[Symbol.asyncDispose]()));
    assert.equal(second.lost.aborted, true);
    await Promise.all([one, other].map((records) => records[Symbol.asyncDispose]()));
    await maker.stop();
  },
);
