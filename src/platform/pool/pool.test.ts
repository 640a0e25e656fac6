import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createPool, PoolFull, type PoolOptions } from "./pool.ts";
import { WorkerCrash } from "./worker-crash.ts";
import type { TestTask } from "./testing/pool-worker.ts";

const module = new URL("testing/pool-worker.ts", import.meta.url);
const makePool = (options: Partial<PoolOptions> = {}) =>
  createPool<TestTask, unknown>({ module, size: 2, queue: 1000, ...options });

describe("a pool of workers", () => {
  test("gives each caller the answer to its own task", async () => {
    await using pool = makePool();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { maxLength: 40 }), async (numbers) => {
        const answers = await Promise.all(numbers.map((number) => pool.run({ does: "double", number })));
        assert.deepEqual(
          answers,
          numbers.map((number) => number * 2),
        );
      }),
      { numRuns: 20 },
    );
  });

  test("hands its data to each worker, and moves buffers instead of copying them", async () => {
    await using pool = makePool({ workerData: { rules: 3 } });
    assert.deepEqual(await pool.run({ does: "data" }), { rules: 3 });
    const bytes = new Uint8Array([1, 2, 3]);
    assert.deepEqual(
      await pool.run({ does: "reverse", bytes }, { transfer: [bytes.buffer] }),
      new Uint8Array([3, 2, 1]),
    );
    assert.equal(bytes.length, 0);
  });

  test("passes on what a task throws, and the worker goes on", async () => {
    await using pool = makePool({ size: 1 });
    await assert.rejects(pool.run({ does: "throw", message: "no" }), new RangeError("no"));
    await assert.rejects(pool.run({ does: "unclonable" }), /with a function/);
    await assert.rejects(pool.run((() => 1) as never), { name: "DataCloneError" });
    assert.equal(await pool.run({ does: "double", number: 4 }), 8);
  });

  test("replaces a worker that crashes, says so, and fails the task that it was at alone", async () => {
    const crashes: WorkerCrash[] = [];
    await using pool = makePool({ size: 1, onCrash: (crash) => crashes.push(crash) });
    const crashed = pool.run({ does: "exit" });
    const next = pool.run({ does: "double", number: 2 });
    await assert.rejects(crashed, WorkerCrash);
    assert.equal(await next, 4);
    assert.equal(crashes.length, 1);
  });

  test("outlives a worker that runs out of memory", async () => {
    await using pool = makePool({ size: 1, heapMegabytes: 32 });
    await assert.rejects(pool.run({ does: "hoard" }), WorkerCrash);
    assert.equal(await pool.run({ does: "double", number: 2 }), 4);
  });

  test("rejects everything when its module cannot start, instead of trying for ever", async () => {
    const pool = makePool({ workerData: { broken: true } });
    await assert.rejects(pool.run({ does: "double", number: 1 }), WorkerCrash);
    await assert.rejects(pool.run({ does: "double", number: 1 }), WorkerCrash);
    await pool[Symbol.asyncDispose]();
  });

  test("stops a busy task when its signal aborts, and goes on with the next", async () => {
    await using pool = makePool({ size: 1 });
    await pool.run({ does: "double", number: 1 });
    const stop = new AbortController();
    const reason = new Error("enough");
    const spinning = pool.run({ does: "spin" }, { signal: stop.signal });
    const queued = pool.run({ does: "double", number: 1 }, { signal: stop.signal });
    const next = pool.run({ does: "double", number: 2 });
    stop.abort(reason);
    assert.deepEqual(await Promise.allSettled([spinning, queued, next]), [
      { status: "rejected", reason },
      { status: "rejected", reason },
      { status: "fulfilled", value: 4 },
    ]);
    await assert.rejects(pool.run({ does: "double", number: 1 }, { signal: stop.signal }), reason);
  });

  test("ends at once when its own signal aborts", async () => {
    const stop = new AbortController();
    const pool = makePool({ size: 1, signal: stop.signal });
    const tasks = [pool.run({ does: "spin" }), pool.run({ does: "double", number: 1 })];
    const reason = new Error("shutting down");
    stop.abort(reason);
    const rejected = { status: "rejected", reason };
    assert.deepEqual(await Promise.allSettled(tasks), [rejected, rejected]);
    await assert.rejects(pool.run({ does: "double", number: 1 }), reason);
    await pool[Symbol.asyncDispose]();
  });

  test("does what it was given before it closes, and takes nothing after", async () => {
    const pool = makePool({ size: 1 });
    const tasks = [1, 2, 3].map((number) => pool.run({ does: "double", number }));
    const closed = pool[Symbol.asyncDispose]();
    await assert.rejects(pool.run({ does: "double", number: 4 }), /closed/);
    assert.deepEqual(await Promise.all(tasks), [2, 4, 6]);
    await closed;
  });

  test("never holds more tasks than its queue: room() waits, run() past it is refused", async () => {
    await using pool = makePool({ size: 1, queue: 1 });
    await pool.run({ does: "double", number: 0 });
    const tasks = [pool.run({ does: "double", number: 1 }), pool.run({ does: "double", number: 2 })];
    await assert.rejects(pool.run({ does: "double", number: 3 }), PoolFull);
    for (let number = 3; number < 30; number += 1) {
      await pool.room();
      tasks.push(pool.run({ does: "double", number }));
    }
    assert.equal((await Promise.all(tasks)).length, 29);
  });
});
