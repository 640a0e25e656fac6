import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openChdbEvents } from "./events/chdb-events.ts";
import { openClickHouseEvents } from "./events/clickhouse-events.ts";
import type { Events } from "./events/events.ts";
import { skipPostgres, startPostgres } from "./records/testing/postgres.ts";
import type { Records } from "./records/records.ts";
import { startClickHouse } from "./events/testing/clickhouse.ts";
import { killWhileWriting } from "./testing/kill-while-writing.ts";
import { openRecords } from "./testing/open-records.ts";

const rows = 60;

test("records in SQLite: every acknowledged row outlives kill -9 of its process", () =>
  inFolder(async (folder) => {
    const file = join(folder, "records.sqlite");
    const acknowledged = await killWhileWriting(["records", file], rows);
    await using records = await openRecords(file);
    assertKept(await recordsKept(records), acknowledged);
  }));

test(
  "records in PostgreSQL: every acknowledged row outlives kill -9 of its process",
  { skip: skipPostgres },
  async () => {
    await using server = await startPostgres();
    const url = await server.database();
    const acknowledged = await killWhileWriting(["records", url], rows);
    await using records = await openRecords(url);
    assertKept(await recordsKept(records), acknowledged);
  },
);

test("events in chDB: every acknowledged row outlives kill -9 of its process", () =>
  inFolder(async (folder) => {
    const acknowledged = await killWhileWriting(["events", folder], rows);
    await using events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
    assertKept(await eventsKept(events), acknowledged);
  }));

test("events in ClickHouse: every acknowledged row outlives kill -9 of the server", () =>
  inFolder(async (folder) => {
    const server = await startClickHouse(folder);
    const acknowledged = await killWhileWriting(["events", server.url], rows, () => server.kill());
    await using again = await startClickHouse(folder);
    await using events = await openClickHouseEvents({ url: again.url });
    assertKept(await eventsKept(events), acknowledged);
  }));

/** All that was acknowledged, in order and once; beyond that at most the row that was on its way. */
function assertKept(kept: readonly number[], acknowledged: number): void {
  const expected = Array.from({ length: Math.max(acknowledged, kept.length) }, (_, n) => n);
  assert.deepEqual(kept, expected);
  assert.ok(kept.length <= acknowledged + 1, `${kept.length} rows kept, ${acknowledged} acknowledged`);
}

async function recordsKept(records: Records): Promise<number[]> {
  const found = await records.tables<{ kept: { n: number } }>().selectFrom("kept").select("n").orderBy("n").execute();
  return found.map(({ n }) => n);
}

async function eventsKept(events: Events): Promise<number[]> {
  return (await events.query<{ n: number }>("select n from kept order by n")).map(({ n }) => n);
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "meridian-kill-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
