import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { Refusal, refusals } from "#kernel";
import { recordsMakers, type TestMaker } from "#platform/testing";
import type { RuleFacts } from "../rules/generation.ts";
import { listAlerts } from "../alerts/store.ts";
import type { WatchTables } from "../tables.ts";
import { memoryLake } from "../testing/memory-lake.ts";
import { testBytes, type TestEvent } from "../testing/memory-lanes.ts";
import { openGround, openSpine, quickClock } from "../testing/open-spine.ts";

const rule = (number: number, silent = false): RuleFacts => ({
  id: `rule-${number}`,
  title: `Rule ${number}`,
  type: "detection",
  level: number === 0 ? "high" : "low",
  tags: [],
  silent,
  window: 1_000,
  file: "",
  set: "",
});
let maker: TestMaker;
before(async () => void (maker = await recordsMakers[0]!.start()));
after(() => maker.stop());

const rules = [rule(0), rule(1), rule(2, true)];

const events = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 40 }),
    host: fc.constantFrom("a", "b"),
    time: fc.integer({ min: 0, max: 5_000 }),
    rules: fc.subarray([0, 1, 2]),
  }),
  { minLength: 1, maxLength: 8 },
);
/** One event is the same wherever it comes again. */
const deliveries = fc.array(events, { minLength: 1, maxLength: 6 }).map((all) => {
  const first = new Map<number, TestEvent>();
  return all.map((delivery) =>
    delivery.map((event) => {
      if (!first.has(event.id)) first.set(event.id, event);
      return first.get(event.id)!;
    }),
  );
});

test("whatever fails and whenever the process dies, no acknowledged finding is lost, none is double, and alerts count them", async () => {
  await fc.assert(
    fc.asyncProperty(
      deliveries,
      fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
      fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }),
      async (sent, dice, deaths) => {
        const lake = memoryLake();
        await using ground = await openGround(maker, quickClock);
        let steps = 0;
        const die = new Set(deaths);
        let opened = await openSpine({ lake, ground, rules, failAlerts: () => step() });
        function step(): void {
          steps++;
          if (die.delete(steps)) {
            opened.crash();
            throw new Error("killed");
          }
          const { value } = dice.next();
          if (value === 0) throw new Error("the disk is slow");
        }
        lake.fail = () => step();
        for (const delivery of sent) {
          for (let tries = 0; ; tries++) {
            try {
              const taken = await opened.take({ source: "s", bytes: testBytes(delivery), receivedAt: 0 });
              assert.equal(taken.accepted, delivery.length);
              break;
            } catch (error) {
              assert.ok(error instanceof Refusal && error.code === "watch/busy", String(error));
              // Its process may have died; the sender does not know, and sends again.
              const calm = lake.fail;
              lake.fail = () => {};
              opened = await openSpine({ lake, ground, rules, failAlerts: () => step() });
              lake.fail = calm;
            }
          }
        }
        lake.fail = () => {};
        const all = new Map(sent.flat().map((event) => [event.id, event]));
        const expected = [...all.values()].flatMap((event) => event.rules.map((number) => `${number} ${event.id}`));
        const held = [...lake.stored.values()].map(
          ({ rule: id, raw }) => `${id.slice(5)} ${(JSON.parse(raw) as TestEvent).id}`,
        );
        assert.deepEqual(held.sort(), expected.sort());
        assert.equal(lake.events.size, all.size);
        const alerts = await listAlerts(ground.records.tables<WatchTables>(), { limit: 1_000 });
        const loud = [...lake.stored.values()].filter(({ silent }) => silent === 0);
        const counts = Map.groupBy(loud, ({ alert }) => alert);
        assert.deepEqual(
          new Map(alerts.map(({ id, findings }) => [id as string, findings])),
          new Map([...counts].map(([id, of]) => [id, of.length])),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("a delivery with a record that is no event keeps the others, and the record's bytes", async () => {
  const lake = memoryLake();
  await using ground = await openGround(maker, quickClock);
  const { take } = await openSpine({ lake, ground, rules });
  const event = { id: 1, host: "a", time: 1, rules: [0] };
  const taken = await take({ source: "s", bytes: testBytes([event, "!", { ...event, id: 2 }]), receivedAt: 0 });
  assert.equal(taken.accepted, 2);
  assert.equal(taken.rejected, 1);
  assert.deepEqual(
    taken.errors.map(({ index, code }) => [index, code]),
    [[1, "bad-json"]],
  );
  assert.equal(lake.letters.size, 1);
});

test("past its bytes the spine refuses at once and says when to come again; what it holds is done all the same", async () => {
  const lake = memoryLake();
  await using ground = await openGround(maker, quickClock);
  const { take } = await openSpine({ lake, ground, rules, mostBytes: 100 });
  const one = () => ({ source: "s", bytes: testBytes([{ id: 1, host: "a", time: 1, rules: [] }]), receivedAt: 0 });
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => take(one())));
  const refused = outcomes.filter(({ status }) => status === "rejected");
  assert.ok(refused.length > 0 && refused.length < 5);
  for (const outcome of refused) {
    const { reason } = outcome as PromiseRejectedResult;
    assert.ok(reason instanceof Refusal && reason.status === 429 && Number(reason.details["retryAfter"]) > 0);
  }
});

test("a full disk refuses with the store's own patience, stores nothing by half, and the same again is taken later", async () => {
  const lake = memoryLake();
  await using ground = await openGround(maker, quickClock);
  const { take } = await openSpine({ lake, ground, rules });
  const full = refusals("lake", { full: { status: 429, says: "The disk is full." } });
  lake.fail = (step) => {
    if (step === "events") throw full("full", { retryAfter: 30 });
  };
  const one = () => ({
    source: "s",
    bytes: testBytes([{ id: 1, host: "a", time: 1, rules: [0] }]),
    receivedAt: 0,
  });
  await assert.rejects(
    take(one()),
    (error) =>
      error instanceof Refusal &&
      error.code === "watch/busy" &&
      error.status === 429 &&
      error.details["retryAfter"] === 30,
  );
  assert.equal(lake.stored.size, 0);
  lake.fail = () => {};
  assert.equal((await take(one())).accepted, 1);
  assert.equal(lake.stored.size, 1);
});

test("an end takes nothing more and waits for what was accepted", async () => {
  const lake = memoryLake();
  await using ground = await openGround(maker, quickClock);
  const { take, spine } = await openSpine({ lake, ground, rules });
  const going = take({ source: "s", bytes: testBytes([{ id: 7, host: "a", time: 1, rules: [1] }]), receivedAt: 0 });
  const closed = spine[Symbol.asyncDispose]();
  await assert.rejects(take({ source: "s", bytes: testBytes(["!"]), receivedAt: 0 }), { code: "watch/busy" });
  await closed;
  assert.equal((await going).accepted, 1);
  assert.equal(lake.stored.size, 1);
});
