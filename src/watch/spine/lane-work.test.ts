import assert from "node:assert/strict";
import { test } from "node:test";
import { readRules } from "#sigma";
import type { CompiledException } from "./exception-book.ts";
import { readCondition } from "../exceptions/read-condition.ts";
import { type LaneDelivery, place } from "./lane-protocol.ts";
import { createLaneWork } from "./lane-work.ts";

const rules = readRules([
  {
    file: "rules.yml",
    text: `
title: Whoami
name: whoami
id: 00000000-0000-4000-8000-000000000001
level: high
logsource: { category: process_creation, product: windows }
detection: { selection: { Image|endswith: '\\whoami.exe' }, condition: selection }
---
title: By User
id: 00000000-0000-4000-8000-000000000002
logsource: { category: process_creation, product: windows }
detection: { selection: { Image|endswith: '\\whoami.exe' }, condition: selection }
meridian: { alert: { group-by: [User], window: 5m } }
---
title: Many
correlation: { type: event_count, rules: [whoami], group-by: [Computer], timespan: 5m, condition: { gte: 3 }, generate: true }
`,
  },
]);
const lane = createLaneWork(rules, {});
const event = (user: string, more: object = {}) => ({
  "@timestamp": "2026-01-31T04:00:00.000Z",
  Channel: "Microsoft-Windows-Sysmon/Operational",
  Provider_Name: "Microsoft-Windows-Sysmon",
  EventID: 1,
  Computer: "ws-1",
  User: user,
  Image: "C:\\Windows\\System32\\whoami.exe",
  CommandLine: "whoami /all",
  ...more,
});
const delivery = (text: string, more: Partial<LaneDelivery> = {}): LaneDelivery => ({
  source: "s",
  site: "lis01",
  bytes: new TextEncoder().encode(text),
  format: undefined,
  key: undefined,
  receivedAt: Date.UTC(2026, 0, 31, 5),
  as: undefined,
  facts: undefined,
  skip: [],
  ...more,
});
const work = (deliveries: LaneDelivery[], exceptions?: readonly CompiledException[]) => {
  const bytes = Buffer.from(JSON.stringify(exceptions ?? []));
  const json = new SharedArrayBuffer(bytes.length);
  bytes.copy(new Uint8Array(json));
  return lane.work({
    deliveries,
    exceptions: exceptions && { version: Math.random(), json },
    place: new SharedArrayBuffer(place.bytes),
  });
};
const rowsOf = ({ rows }: { rows: Uint8Array }) =>
  Buffer.from(rows)
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((row) => JSON.parse(row) as Record<string, unknown>);

test("an event becomes a row, and each rule that holds for it a finding that names the row's uid, its entity and its values", async () => {
  const { batch, deliveries } = await work([delivery(`${JSON.stringify(event("CORP\\eve"))}\n`)]);
  const [row] = rowsOf(batch);
  const [first, second] = deliveries[0]!.found;
  assert.equal(row?.["host"], "ws-1");
  assert.equal(first?.uid, row?.["uid"]);
  assert.deepEqual([first?.entity, second?.entity], ["host:ws-1", "User:CORP\\eve"]);
  assert.deepEqual(JSON.parse(first!.fields), { Computer: ["ws-1"] });
  assert.equal(JSON.parse(first!.matched)[0].value, "C:\\Windows\\System32\\whoami.exe");
  assert.deepEqual(JSON.parse(first!.raw), event("CORP\\eve"));
});

test("the same delivery gives the same uids and findings again, whatever shares its task", async () => {
  const one = () => delivery(`${JSON.stringify(event("a"))}\n${JSON.stringify(event("b"))}\n`);
  const alone = await work([one()]);
  const among = await work([delivery(`${JSON.stringify(event("c"))}\n`), one(), delivery("no json\n")]);
  const ids = (of: typeof alone, at: number) => of.deliveries[at]!.found.map(({ id, uid }) => [id, uid]);
  assert.deepEqual(ids(among, 1), ids(alone, 0));
  assert.deepEqual(
    among.deliveries[1]!.found.map(({ row }) => row),
    [1, 1, 2, 2],
  );
});

test("what cannot be read is told with its place, and the rest is read", async () => {
  const good = JSON.stringify(event("a"));
  const { deliveries } = await work([delivery(`${good}\n{"cut":\n${good}\n`, { format: "ndjson" })]);
  const [told] = deliveries;
  assert.equal(told!.rows, 2);
  assert.deepEqual(
    told!.lost.map(({ index, offset, code }) => [index, offset, code]),
    [[1, good.length + 1, "bad-json"]],
  );
});

test("a record that ended lanes before is set aside unread", async () => {
  const text = [1, 2, 3].map((n) => `${JSON.stringify(event(`u${n}`))}\n`).join("");
  const { deliveries } = await work([delivery(text, { skip: [1] })]);
  assert.deepEqual([deliveries[0]!.rows, deliveries[0]!.lost[0]?.index], [2, 1]);
});

test("an exception holds for findings of its rule whose event meets it as a rule's selection would", async () => {
  const condition = readCondition("exception_1", { "User|endswith": "svc" }, "windows/process_creation/*");
  const exceptions = [{ id: "exception_1", rule: rules.detections[0]!.id, condition }];
  const text = ["CORP\\SVC", "CORP\\eve"].map((user) => `${JSON.stringify(event(user))}\n`).join("");
  const { deliveries } = await work([delivery(text)], exceptions);
  assert.deepEqual(
    deliveries[0]!.found.map(({ rule, excepted }) => [rule, excepted]),
    [
      [0, ["exception_1"]],
      [1, []],
      [0, []],
      [1, []],
    ],
  );
});

test("what a door knows lies beside the record's fields and does not make it another event", async () => {
  const text = `${JSON.stringify(event("a"))}\n`;
  const plain = await work([delivery(text)]);
  const { batch } = await work([delivery(text, { facts: { peer: "192.0.2.7" } })]);
  assert.deepEqual(batch.uids, plain.batch.uids);
  assert.deepEqual((JSON.parse(rowsOf(batch)[0]!["raw"] as string) as Record<string, unknown>)["_intake"], {
    peer: "192.0.2.7",
  });
});
