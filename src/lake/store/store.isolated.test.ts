import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Refusal } from "#kernel";
import { type Events, openChdbEvents, systemClock } from "#platform";
import { migrateStore } from "./migrate-store.ts";
import { steps } from "./migrations/0001-tables.ts";
import { stepSql } from "./table-ddl.ts";

describe("the tables of the store", () => {
  let folder: string;
  let events: Events;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "meridian-store-"));
    events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
  });
  after(async () => {
    await events?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test("are made once, by as many processes as come at the same time, and wait for the disk", async () => {
    const done = await Promise.all([1, 2, 3].map(() => migrateStore(events, systemClock)));
    assert.ok(done.some((names) => names.length > 0));
    assert.deepEqual(await migrateStore(events, systemClock), []);
    for (const table of ["events", "findings", "dead_letters", "lake_migrations"]) {
      const [row] = await events.query<{ engine: string }>(
        "select engine_full as engine from system.tables where name = {table:String}",
        {
          parameters: { table },
        },
      );
      assert.match(row?.engine ?? "", /fsync_after_insert = 1, fsync_part_directory = 1/);
    }
  });

  test("are refused where a newer version has changed them, or another past is written down", async () => {
    await events.insert("lake_migrations", [{ number: 99, name: "0099-later", checksum: "x", at: 0 }]);
    await assert.rejects(migrateStore(events, systemClock), isRefusal("lake/newer-store"));
    await events.command("truncate table lake_migrations");
    await events.insert("lake_migrations", [{ number: 1, name: "0001-other", checksum: "x", at: 0 }]);
    await assert.rejects(migrateStore(events, systemClock), isRefusal("lake/other-store"));
  });

  test("of a cluster are the same, replicated and distributed, in SQL that the engine's own parser takes", async () => {
    const all = [
      ...steps,
      { does: "add column", table: "events", name: "later", type: "String" },
      { does: "add index", table: "events", name: "by_later", index: "later TYPE minmax GRANULARITY 1" },
    ] as const;
    const sql = all.flatMap((step) => stepSql(step, "desk"));
    const engines: string[] = [];
    for (const statement of sql) {
      const [row] = await events.query<{ says: string }>("select formatQuery({statement:String}) as says", {
        parameters: { statement },
      });
      assert.match(row?.says ?? "", /ON CLUSTER desk/);
      engines.push(/ENGINE = (\w+)/.exec(row?.says ?? "")?.[1] ?? "");
    }
    const made = steps.flatMap(() => ["ReplicatedMergeTree", "Distributed"]);
    assert.deepEqual(engines, [...made, "", "", ""]);
    for (const step of steps) {
      const [local = ""] = stepSql(step, "desk");
      const [single = ""] = stepSql(step, undefined);
      const columns = (text: string) => /\(\n(.*)\n\)\nENGINE/s.exec(text)?.[1];
      assert.equal(columns(local), columns(single));
    }
  });

  test("lie in no cluster whose name is more than a name", () => {
    for (const name of ["", "a b", "x; drop table events", "'x'"])
      assert.throws(() => stepSql(steps[0]!, name), RangeError);
  });
});

function isRefusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}
