import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { instant } from "#kernel";
import { settableClock, systemClock } from "./clock.ts";

test("a settable clock wakes each sleeper once its time has come, in that order, and nobody else", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 20 }), fc.nat(1000), async (sleeps, moved) => {
      const clock = settableClock(instant(0));
      const woken: number[] = [];
      const all = sleeps.map((sleep) => clock.sleep(sleep).then(() => woken.push(sleep)));
      clock.advance(moved);
      assert.equal(clock.now(), moved);
      assert.equal(clock.sleepers, sleeps.filter((sleep) => sleep > moved).length);
      clock.advance(1000);
      await Promise.all(all);
      const now = sleeps.filter((sleep) => sleep === 0);
      const first = sleeps.filter((sleep) => sleep > 0 && sleep <= moved).sort((a, b) => a - b);
      const later = sleeps.filter((sleep) => sleep > moved).sort((a, b) => a - b);
      assert.deepEqual(
        woken.filter((sleep) => sleep > 0),
        [...first, ...later],
      );
      assert.deepEqual(
        woken.filter((sleep) => sleep === 0),
        now,
      );
    }),
  ));

test("both clocks reject a sleep with the signal's reason, before it began and during it", async () => {
  for (const clock of [systemClock, settableClock(instant(0))]) {
    const reason = new Error("enough");
    await assert.rejects(clock.sleep(60_000, AbortSignal.abort(reason)), reason);
    const stop = new AbortController();
    const sleeping = clock.sleep(60_000, stop.signal);
    stop.abort(reason);
    await assert.rejects(sleeping, reason);
  }
});

test("a clock does not run backwards", () => {
  const clock = settableClock(instant(5));
  assert.throws(() => clock.advance(-1), RangeError);
  assert.equal(clock.now(), 5);
});
