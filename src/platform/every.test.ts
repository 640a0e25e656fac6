import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { instant } from "#kernel";
import { settableClock } from "./clock.ts";
import { every } from "./every.ts";

test("work is done at once and again at each time, whatever it threw, and not after it was disposed of", async () => {
  const clock = settableClock(instant(0));
  const faults: unknown[] = [];
  let done = 0;
  const repeated = every(
    1_000,
    async () => {
      done += 1;
      if (done === 2) throw new Error("no");
    },
    { clock, onFault: (error) => void faults.push(error) },
  );
  for (const times of [1, 2, 3]) {
    while (clock.sleepers === 0) await tick();
    assert.equal(done, times);
    clock.advance(1_000);
    await tick();
  }
  await repeated[Symbol.asyncDispose]();
  const before = done;
  clock.advance(10_000);
  await tick();
  assert.equal(done, before);
  assert.equal(faults.length, 1);
  assert.equal(clock.sleepers, 0);
});

test("disposal tells the work by its signal, waits for its end, and takes what it throws then for no fault", async () => {
  let ended = false;
  const repeated = every(
    1,
    (signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => {
          ended = true;
          reject(signal.reason);
        }),
      ),
    { clock: settableClock(instant(0)), onFault: () => assert.fail("no fault") },
  );
  await repeated[Symbol.asyncDispose]();
  assert.ok(ended);
});
