import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Events, openChdbEvents, systemClock } from "#platform";
import type { FindingRow } from "./contract.ts";
import { createLakeStore, type OpenLakeStore } from "./create-lake-store.ts";
import { createFindingsReading } from "./findings-reading.ts";
import { createLetterBox } from "./letter-box.ts";

let folder = "";
let events: Events;
let lake: OpenLakeStore;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "meridian-lake-"));
  events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
  lake = createLakeStore({ events, clock: systemClock });
  await lake.open();
});
after(async () => {
  await events[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const day = 86_400_000;
const now = Math.floor(Date.now() / day) * day + 3_600_000;
const finding = (number: number, more: Partial<FindingRow> = {}): FindingRow => ({
  id: String(number).padStart(32, "0"),
  time: now - number,
  received: now,
  type: "detection",
  rule: "r",
  title: "R",
  level: "high",
  silent: 0,
  muted: "",
  alert: "a",
  source: "s",
  kind: "k",
  site: "",
  host: "h",
  user: "",
  entity: "host:h",
  tags: ["attack.t1033"],
  events: ["u"],
  matched: "[]",
  fields: "{}",
  raw: "{}",
  late: "",
  ...more,
});
const all = async (rows: AsyncIterable<readonly FindingRow[]>) => {
  const found: FindingRow[] = [];
  for await (const some of rows) found.push(...some);
  return found;
};

test("findings come back as they were stored, each once, by when they came, by their time, by their alert, and counted", async () => {
  const rows = [
    finding(1),
    finding(2, { alert: "b", muted: "excepted" }),
    finding(3, { time: now - 2 * day, host: "i" }),
  ];
  assert.deepEqual([...(await lake.storeFindings(rows)).fresh], [1, 1, 1]);
  await lake.storeFindings(rows.slice(0, 1));
  const reading = createFindingsReading(events);
  const byId = (a: FindingRow, b: FindingRow) => (a.id < b.id ? -1 : 1);
  assert.deepEqual((await all(reading.receivedSince(now))).sort(byId), rows);
  assert.deepEqual(await all(reading.receivedSince(now + 1)), []);
  assert.deepEqual(await all(reading.since(0)), [rows[2], rows[1], rows[0]]);
  assert.deepEqual(await all(reading.ofAlerts(["b"])), [rows[1]]);
  assert.deepEqual(await reading.hits(now), [{ rule: "r", day: 2, week: 3, last: now - 1 }]);
  const today = now - 3_600_000;
  assert.deepEqual(await reading.hitsByDay("r", 0), [
    { day: today - 2 * day, hits: 1, muted: 0, hosts: 1 },
    { day: today, hits: 2, muted: 1, hosts: 1 },
  ]);
});

test("dead letters are listed newest first, page by page, opened with their bytes, counted, and forgotten for good", async () => {
  const letter = (number: number) => ({
    source: number < 2 ? "a" : "b",
    received: now + number,
    code: "bad-json",
    message: "is no JSON",
    format: "ndjson",
    delivery: "",
    index: number,
    bytes: Uint8Array.from([0xff, number]),
  });
  await lake.keepDeadLetters([1, 2, 3].map(letter));
  const box = createLetterBox(events);
  const [first] = await box.list({ limit: 1 });
  assert.deepEqual([first?.received, first?.size], [now + 3, 2]);
  const rest = await box.list({ limit: 10, before: first });
  assert.deepEqual(
    rest.map(({ received }) => received),
    [now + 2, now + 1],
  );
  assert.deepEqual([...(await box.open(first!.id))!.bytes], [0xff, 3]);
  assert.equal(await box.open("' or 1=1"), undefined);
  assert.deepEqual(await box.counts(), [
    { source: "a", code: "bad-json", count: 1 },
    { source: "b", code: "bad-json", count: 2 },
  ]);
  await box.forget([first!.id]);
  assert.deepEqual((await box.list({ source: "b", code: "bad-json", limit: 10 })).length, 1);
});
