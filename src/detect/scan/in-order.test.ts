import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import fc from "fast-check";
import { inOrder, type Lane } from "./in-order.ts";

/** A lane that gives `task` parts, taking a different number of turns of the event loop for each. */
const lane = (pace: number): Lane<number, number> => ({
  async *work(task) {
    for (let part = 0; part < task; part++) {
      for (let i = 0; i < (task * 7 + part * 3 + pace) % 5; i++) await turn();
      yield part;
    }
  },
});

test("parts come in the order of the tasks, however fast each lane is", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      async (tasks, laneCount) => {
        const lanes = Array.from({ length: laneCount }, (_, i) => lane(i));
        const seen: [number, number][] = [];
        for await (const { task, part } of inOrder(tasks, lanes, new AbortController().signal)) seen.push([task, part]);
        assert.deepEqual(
          seen,
          tasks.flatMap((task) => Array.from({ length: task }, (_, part) => [task, part])),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test("a task that fails ends the whole with its own reason", async () => {
  const failing: Lane<number, number> = {
    async *work(task) {
      yield task;
      if (task === 2) throw new Error("the disk is gone");
    },
  };
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const { part } of inOrder([1, 2, 3], [failing], new AbortController().signal)) seen.push(part);
  }, /the disk is gone/);
  assert.deepEqual(seen, [1, 2]);
});

test("a reader that leaves early ends every lane", async () => {
  let open = 0;
  const endless: Lane<number, number> = {
    async *work() {
      open++;
      try {
        for (let i = 0; ; i++) {
          await turn();
          yield i;
        }
      } finally {
        open--;
      }
    },
  };
  const stop = new AbortController();
  const lanes: Lane<number, number>[] = [0, 1].map(() => ({
    async *work(task, signal) {
      for await (const part of endless.work(task, signal)) {
        if (signal.aborted) return;
        yield part;
      }
    },
  }));
  for await (const { part } of inOrder([1, 2, 3], lanes, stop.signal)) if (part === 5) break;
  assert.equal(open, 0);
});

test("an abort ends the whole with the signal's reason", async () => {
  const stop = new AbortController();
  await assert.rejects(async () => {
    for await (const { part } of inOrder([30, 30], [lane(0)], stop.signal))
      if (part === 3) stop.abort(new Error("enough"));
  }, /enough/);
});
