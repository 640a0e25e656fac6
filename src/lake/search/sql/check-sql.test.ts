import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSql } from "./check-sql.ts";
import { readSql } from "./read-sql.ts";

const words = { functions: new Set(["count", "lower"]), forbidden: new Set(["system", "lake_migrations"]) };

function isAllowed(sql: string): boolean {
  const read = readSql(sql);
  return read.ok && checkSql(read.value, words).ok;
}

test("a name that a question gives to something lets it call no function of that name", () => {
  for (const sql of [
    "with file as (select 1) select file('/etc/passwd')",
    "with File as (select 1) select File('/etc/passwd')",
    "select 1 from (with file as (select 1) select file('/etc/passwd'))",
    "select file('/etc/passwd'), x from (select 1 as x) as file",
    "select `file`('/etc/passwd') from events",
  ])
    assert.ok(!isAllowed(sql), sql);
  assert.ok(isAllowed("with few as (select lower(host) as h from events) select count() from few where h in few"));
});

test("a question cannot leave the parentheses that it is put into", () => {
  for (const sql of [
    "select * from events) limit 1 union all select * from (select * from events",
    "select (1 from events",
    "select [1) from (events]",
  ])
    assert.ok(!isAllowed(sql), sql);
  assert.ok(isAllowed("select [count()] from (select uid from events)"));
});

test("a table's name does not hide the table after it", () => {
  assert.ok(!isAllowed("select 1 from events as array join null(1)"));
  assert.ok(!isAllowed("select 1 from events as array join others"));
  assert.ok(isAllowed("select h from events array join hash as h"));
});
