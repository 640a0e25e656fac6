import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ClickHouseError } from "@clickhouse/client";
import fc from "fast-check";
import { ChdbEngine } from "./chdb-engine.ts";

describe("the engine of chDB", () => {
  let folder: string;
  let engine: ChdbEngine;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "meridian-engine-"));
    engine = await ChdbEngine.open(folder, 1024 ** 3);
    await engine.run({ sql: "create table seen (id UInt32, line String) engine = MergeTree order by id" });
  });
  after(async () => {
    await engine?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test("runs nothing that stands in an insert's data, whatever the bytes", () =>
    fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const body = Buffer.concat(pieces);
        await engine.insert({ table: "seen", body }).catch((error: unknown) => {
          assert.ok(error instanceof ClickHouseError, String(error));
        });
        const rows = await text(engine, "select count() >= 0 as there from seen");
        assert.equal(rows, '{"there":1}\n');
        assert.equal(await text(engine, "select count() as n from system.tables where name = 'planted'"), '{"n":0}\n');
      }),
      { numRuns: 150 },
    ));

  test("refuses an empty line in an insert's data, after which the library would run SQL", async () => {
    for (const body of [
      '{"id":1}\n\ndrop table seen',
      "\ndrop table seen",
      '{"id":1}\n\r\ndrop table seen',
      "drop table seen",
    ])
      await assert.rejects(engine.insert({ table: "seen", body: Buffer.from(body) }), ClickHouseError, body);
  });

  test("writes no file, whichever way it is asked to", async () => {
    const before = (await readdir(folder)).sort();
    const file = join(folder, "written");
    for (const sql of [
      `select 1 into outfile '${file}'`,
      `select 1 into/**/outfile '${file}' format CSV`,
      `select 1 format CSV into outfile '${file}'`,
      `insert into function file('${file}', 'CSV', 'a UInt8') values (1)`,
      `with 1 as a select a into outfile '${file}' truncate`,
      `select 1 into outfile '${file}'; selec (`,
      `select 1 into outfile '${file}'\0`,
    ])
      await assert.rejects(engine.read({ sql }, "JSONEachRow"), ClickHouseError, sql);
    assert.deepEqual((await readdir(folder)).sort(), before);
  });

  test("runs no part of a text that it cannot parse to its end", async () => {
    for (const sql of ["drop table seen; selec (", "drop table seen;;(", "drop table seen \0", "("])
      await assert.rejects(engine.run({ sql }), ClickHouseError, sql);
    assert.equal(await text(engine, "select count() >= 0 as there from seen"), '{"there":1}\n');
  });

  test("takes no setting whose name is more than a name", async () => {
    for (const name of ["a = 1, b", "max_threads = 1; drop table seen; --", "Max", ""])
      await assert.rejects(
        async () => engine.read({ sql: "select 1", settings: { [name]: 1 } }, "JSONEachRow"),
        ClickHouseError,
        name,
      );
    for (const name of ["a = 1, b", "", "1"])
      await assert.rejects(
        engine.read({ sql: "select 1", parameters: { [name]: "1" } }, "JSONEachRow"),
        ClickHouseError,
      );
  });

  test("lets go of a result that nobody reads", async () => {
    const sql = "select number from numbers(1000000000000)";
    for (let times = 0; times < 20; times += 1) await (await engine.read({ sql }, "JSONEachRow")).return?.();
    const left = `select count() as n from system.processes where query like '%numbers(1000000000000)%' and query not like '%system.processes%'`;
    assert.equal(await text(engine, left), '{"n":0}\n');
  });

  test("refuses a second folder while it is open, and opens one after it is closed", async () => {
    const other = await mkdtemp(join(tmpdir(), "meridian-engine-"));
    await assert.rejects(ChdbEngine.open(other, 1024 ** 3));
    const unread = await engine.read({ sql: "select number from numbers(1000000000000)" }, "JSONEachRow");
    await engine[Symbol.asyncDispose]();
    await assert.rejects(async () => {
      for await (const _ of unread);
    });
    await assert.rejects(engine.run({ sql: "drop table seen" }), /closed/);
    await (await ChdbEngine.open(other, 1024 ** 3))[Symbol.asyncDispose]();
    await rm(other, { recursive: true });
    engine = await ChdbEngine.open(folder, 1024 ** 3);
    assert.equal(await text(engine, "select count() as n from system.tables where name = 'seen'"), '{"n":1}\n');
  });
});

async function text(engine: ChdbEngine, sql: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await engine.read({ sql: `${sql} format JSONEachRow` }, "JSONEachRow")) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const bytes = (value: string) => Buffer.from(value);

/** Rows, ends of rows, ends of data, and SQL, in every order. */
const piece = fc.oneof(
  fc
    .constantFrom(
      '{"id":1,"line":"x"}',
      '{"id":1',
      '{"line":"',
      "{",
      "}",
      '"',
      "\n",
      "\n\n",
      "\r\n\r\n",
      "\0",
      ";",
      " ",
      "\n \n",
      "\n\t\n",
    )
    .map(bytes),
  fc
    .constantFrom(
      "drop table seen",
      "\ncreate table planted (a Int8) engine = Memory",
      "insert into seen values (7, '')",
      "--",
      "/*",
    )
    .map(bytes),
  fc.uint8Array({ maxLength: 8 }).map((some) => Buffer.from(some)),
);
