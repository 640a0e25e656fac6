import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { instant, Refusal } from "#kernel";
import { settableClock, systemClock } from "#platform";
import { type InsertEnd, MemoryEvents } from "../testing/memory-events.ts";
import { smallBatch, smallUid } from "../testing/small-batch.ts";
import { OnceTable } from "./once-table.ts";

const recent = { slots: 2 ** 12, generations: 4 };
const limits = { pause: 0 };

function tableOf(events: MemoryEvents, more: object = {}): OnceTable {
  return new OnceTable({
    events: events as never,
    clock: systemClock,
    table: "events",
    id: "uid",
    recent,
    limits,
    ...more,
  });
}

const ends = fc.array(fc.constantFrom<InsertEnd>("well", "fails before", "fails after", "full"), { maxLength: 12 });
const numbers = fc.array(fc.nat(20), { maxLength: 8 });

describe("a table in which each uid stands once", () => {
  test("whatever fails, comes twice or at once: what was acknowledged is there, and nothing is there twice", () =>
    fc.assert(
      fc.asyncProperty(
        ends,
        fc.array(fc.array(numbers, { maxLength: 5 }), { maxLength: 5 }),
        async (howTheyEnd, waves) => {
          const events = new MemoryEvents(howTheyEnd);
          const table = tableOf(events);
          const acknowledged = new Set<string>();
          const fresh: string[] = [];
          for (const wave of waves)
            await Promise.all(
              wave.map(async (batch) => {
                const answer = await table.store(smallBatch(batch)).catch(() => undefined);
                batch.forEach((number, row) => {
                  if (answer) acknowledged.add(smallUid(number));
                  if (answer?.fresh[row] === 1) fresh.push(smallUid(number));
                });
              }),
            );
          const there = events.lines.map((line) => (JSON.parse(line) as { uid: string }).uid);
          assert.equal(new Set(there).size, there.length);
          assert.equal(new Set(fresh).size, fresh.length);
          for (const uid of acknowledged) assert.ok(there.includes(uid));
          for (const uid of fresh) assert.ok(there.includes(uid));
        },
      ),
      { numRuns: 300 },
    ));

  test("says of each row whether it is new, the first of equal ones alone", async () => {
    const table = tableOf(new MemoryEvents());
    assert.deepEqual([...(await table.store(smallBatch([1, 2, 1, 3]))).fresh], [1, 1, 0, 1]);
    assert.deepEqual([...(await table.store(smallBatch([3, 4, 4, 1]))).fresh], [0, 1, 0, 0]);
  });

  test("joins what comes while inserts are on their way", async () => {
    const events = new MemoryEvents();
    const table = tableOf(events);
    await Promise.all(Array.from({ length: 100 }, (_, number) => table.store(smallBatch([number]))));
    assert.equal(events.lines.length, 100);
    assert.ok(events.inserts.length <= 4, `${events.inserts.length} inserts`);
  });

  test("what is added in one go is inserted in one go", async () => {
    const events = new MemoryEvents();
    const table = tableOf(events);
    await Promise.all([1, 2, 3].map((number) => table.store(smallBatch([number]))));
    assert.deepEqual(events.inserts, [3]);
  });

  test("begins small inserts no more often than every so many milliseconds", async () => {
    const clock = settableClock(instant(1_000_000));
    const events = new MemoryEvents();
    const table = tableOf(events, { clock, limits: { pause: 100 } });
    await table.store(smallBatch([1]));
    const second = table.store(smallBatch([2]));
    const third = table.store(smallBatch([3]));
    await setImmediate();
    assert.equal(clock.sleepers, 1);
    assert.deepEqual(events.inserts, [1]);
    clock.advance(100);
    await Promise.all([second, third]);
    assert.deepEqual(events.inserts, [1, 2]);
  });

  test("refuses, before it takes anything, when as much waits as may wait", async () => {
    const events = new MemoryEvents();
    const { promise, resolve } = Promise.withResolvers<void>();
    events.gate = promise;
    const table = tableOf(events, { limits: { pause: 0, waiting: 1, atOnce: 2 } });
    const taken = [1, 2, 3].map((number) => table.store(smallBatch([number])));
    await assert.rejects(table.store(smallBatch([4])), (error) => isRefusal(error, "lake/busy"));
    resolve();
    await Promise.all(taken);
    await table.store(smallBatch([4]));
    assert.equal(events.lines.length, 4);
  });

  test("tells senders to come again while the disk is full, and takes what they send then", async () => {
    const events = new MemoryEvents(["full", "full"]);
    const table = tableOf(events);
    for (const _ of [1, 2])
      await assert.rejects(table.store(smallBatch([1])), (error) => isRefusal(error, "lake/full"));
    assert.deepEqual([...(await table.store(smallBatch([1]))).fresh], [1]);
  });

  test("one bundle's fault is not another's", async () => {
    const events = new MemoryEvents();
    const sound = events.insertLines.bind(events);
    events.insertLines = async (name, bytes) => {
      if (Buffer.from(bytes).includes(smallUid(13))) throw new Error("a row that no table takes");
      await sound(name, bytes);
    };
    const table = tableOf(events, { limits: { pause: 0, atOnce: 1 } });
    const answers = await Promise.allSettled([1, 2, 13, 4].map((number) => table.store(smallBatch([number]))));
    assert.deepEqual(
      answers.map(({ status }) => status),
      ["fulfilled", "fulfilled", "rejected", "fulfilled"],
    );
  });

  test("stops waiting when aborted; the rows are stored all the same", async () => {
    const events = new MemoryEvents();
    const table = tableOf(events);
    const stop = new AbortController();
    const reason = new Error("enough");
    const storing = table.store(smallBatch([1]), { signal: stop.signal });
    stop.abort(reason);
    await assert.rejects(storing, reason);
    assert.deepEqual([...(await table.store(smallBatch([1]))).fresh], [0]);
  });
});

function isRefusal(error: unknown, code: string): boolean {
  return error instanceof Refusal && error.code === code && Number(error.details["retryAfter"]) > 0;
}
