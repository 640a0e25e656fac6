import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { instant } from "#kernel";
import { createFindingsReading, createLakeStore, createRiskReading, type FindingRow, type OpenLakeStore } from "#lake";
import { type Clock, type Events, openChdbEvents, systemClock } from "#platform";
import { recordsMakers } from "#platform/testing";
import { levels } from "#sigma";
import { defaultRiskSettings, riskEntities, riskOfPieces, type RiskWindow } from "../core/risk-score.ts";
import { type FindingDraft } from "../spine/finding-rows.ts";
import type { WatchTables } from "../tables.ts";
import { openGround, type TestGround } from "../testing/open-spine.ts";
import { confidenceOf } from "./confidence-of.ts";
import { createRiskBook, type RiskBook, riskRule } from "./risk-book.ts";
import { keepRiskSettings, keepWeight, readRiskSettings, weightRows } from "./store.ts";

let folder = "";
let events: Events;
let store: OpenLakeStore;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "meridian-risk-"));
  events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
  store = createLakeStore({ events, clock: systemClock });
  await store.open();
});
after(async () => {
  await events[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const now = Date.UTC(2026, 5, 15, 12);
const clock: Clock = { ...systemClock, now: () => instant(now) };
let seed = 7;
const dice = (sides: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * sides);
};
const one = <Value>(...values: Value[]): Value => values[dice(values.length)]!;

const finding = (number: number, more: Partial<FindingRow> = {}): FindingRow => ({
  id: number.toString(16).padStart(32, "0"),
  time: now - number,
  received: now,
  type: "detection",
  rule: "rule",
  title: "A rule",
  level: "high",
  silent: 0,
  muted: "",
  alert: "",
  source: "s",
  kind: "k",
  site: "",
  host: "",
  user: "",
  entity: "source:s",
  tags: [],
  events: [`${number}`],
  matched: "[]",
  fields: "{}",
  raw: "",
  ...more,
});

const random = Array.from({ length: 600 }, (_, number) =>
  finding(number, {
    time: now - dice(8 * 86_400_000) + 3_600_000,
    rule: one("a", "b", "c", "meridian.indicator/x"),
    level: one(...levels, "none"),
    type: one("detection", "detection", "correlation", "risk"),
    silent: one(0, 0, 0, 1),
    muted: one("", "", "", "excepted"),
    host: one("", "web-1", "web-2", "it's"),
    user: one("", "eve", "corp\\bob"),
    entity: one("source:s", "host:web-1", "User:eve", "src_ip:2001:db8::1", "User:eve src_ip:10.0.0.1", "odd", "a: b"),
    tags: [one("attack.execution", "attack.Command_and_Control", "attack.t1059"), one("attack.impact", "car.1")],
    matched: one("[]", '[{"confidence":40}]', '[{"confidence":500}]', '{"type":"event_count"}'),
  }),
);

test("the lake's sums say what the definition of risk says, of every entity and window", async () => {
  await store.storeFindings(random);
  await using ground = await groundOf(0);
  const { book } = await bookOf(ground);
  const counted = random.filter(
    ({ silent, muted, type }) => silent === 0 && muted === "" && (type === "detection" || type === "correlation"),
  );
  const entities = new Set(counted.flatMap(riskEntities));
  for (const window of ["24h", "7d"] as RiskWindow[]) {
    const told = new Map((await book.top(window, { limit: 1_000 })).map(({ entity, risk }) => [entity, risk]));
    for (const entity of entities) {
      const pieces = counted
        .filter((row) => riskEntities(row).includes(entity))
        .map((row) => ({ ...row, confidence: confidenceOf(row) }));
      const wanted = riskOfPieces(pieces, { settings: defaultRiskSettings, window, at: now, factor: 1 });
      assert.ok(Math.abs((told.get(entity) ?? 0) - wanted) < 1e-5, `${window} ${entity} ${told.get(entity)} ${wanted}`);
      assert.ok(Math.abs((await book.of(window, entity)).risk - wanted) < 1e-5);
    }
    for (const entity of told.keys()) assert.ok(entities.has(entity), entity);
  }
});

test("an entity that crosses the threshold raises one finding, with those that made it, however often it is asked", async () => {
  const rows = ["r1", "r2", "r3", "r4", "r5"].map((rule, at) =>
    finding(10_000 + at, { rule, host: "edge-9", entity: "host:edge-9", tags: ["attack.execution"] }),
  );
  await store.storeFindings(rows);
  await using ground = await groundOf(0);
  const { book, raised } = await bookOf(ground);
  book.observe(rows);
  await book.check();
  const [draft] = raised;
  assert.deepEqual([raised.length, draft?.rule, draft?.entity, draft?.type], [1, riskRule, "host:edge-9", "risk"]);
  assert.deepEqual(draft?.events.toSorted(), rows.flatMap((row) => row.events).sort());
  book.observe(rows);
  await book.check();
  assert.equal(raised.length, 1);
  // Another process, or this one after a crash.
  const { book: again, raised: anew } = await bookOf(ground);
  await again.rebuild();
  await again.check();
  assert.deepEqual(
    anew.filter(({ entity }) => entity === "host:edge-9").map(({ id }) => id),
    [draft?.id],
  );
});

for (const [number, maker] of recordsMakers.entries())
  test(
    `how critical an entity is and what levels are worth outlive the process, in ${maker.name}`,
    { skip: maker.skip },
    async () => {
      await using ground = await groundOf(number);
      const { book } = await bookOf(ground);
      const is = async () => (await book.of("24h", "host:web-1")).risk;
      const plain = await is();
      const stamp = { changed_at: instant(now), changed_by: "me" };
      await ground.change(async (tx) => {
        await keepWeight(tx, { entity: "host:web-1", factor: 2, reason: "pays", ...stamp });
        await keepRiskSettings(tx, { ...defaultRiskSettings, threshold: 75.5 }, stamp);
      });
      await book.refresh();
      assert.ok(plain > 0 && (await is()) > plain);
      assert.deepEqual((await weightRows(ground.read))[0]?.factor, 2);
      assert.deepEqual(await readRiskSettings(ground.read), { ...defaultRiskSettings, threshold: 75.5 });
    },
  );

async function groundOf(maker: number) {
  const started = await recordsMakers[maker]!.start();
  const ground: TestGround = await openGround(started, systemClock);
  const read = ground.records.tables<WatchTables>();
  return {
    read,
    change: (work: (tx: Parameters<typeof keepWeight>[0]) => Promise<void>) =>
      ground.access.change({ id: "test", may: () => true } as never, "risk.manage", ({ tx }) => work(tx)),
    async [Symbol.asyncDispose]() {
      await ground[Symbol.asyncDispose]();
      await started.stop();
    },
  };
}

async function bookOf({
  read,
}: Awaited<ReturnType<typeof groundOf>>): Promise<{ book: RiskBook; raised: FindingDraft[] }> {
  const raised: FindingDraft[] = [];
  const book = createRiskBook({
    read,
    lake: { ...createRiskReading(events), ...createFindingsReading(events) },
    clock,
    raise: async (drafts) => void raised.push(...drafts),
    suppressed: () => false,
  });
  await book.refresh();
  return { book, raised };
}
