import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SourceHabit } from "./source-habit.ts";

const minute = 60_000;
const day = 1_440 * minute;
const start = Date.UTC(2026, 0, 5, 0, 0);

/** Events in a minute, by the minute since `start`. */
type Traffic = (at: number) => number;

/** Lets minutes pass; gives the minutes at which the habit said silent. */
function live(habit: SourceHabit, traffic: Traffic, from: number, to: number): number[] {
  const alarms: number[] = [];
  for (let at = from; at < to; at += minute) {
    habit.advance(at);
    const count = traffic(at);
    if (count > 0) habit.counted(count, at + 30_000);
    if (habit.silence(at + minute - 1) !== undefined) alarms.push(at);
  }
  return alarms;
}

/** Noise that depends on its place alone, from 0 to 1. */
function noise(seed: number, at: number): number {
  const x = Math.sin((at / minute) * 12.9898 + seed * 78.233) * 43_758.5453;
  return x - Math.floor(x);
}

const hourOf = (at: number) => Math.floor(at / (60 * minute)) % 24;
const dayOf = (at: number) => (new Date(at).getUTCDay() + 6) % 7;

const busy = fc.record({ seed: fc.nat(1_000), rate: fc.integer({ min: 5, max: 5_000 }) });

test("no daily or weekly rhythm is an alarm: busy days, slow nights, quiet nights and weekends, from the first day on", () =>
  fc.assert(
    fc.property(busy, fc.constantFrom("wave", "office", "hourly", "sparse"), ({ seed, rate }, shape) => {
      const traffic: Traffic = (at) => {
        const n = noise(seed, at);
        if (shape === "wave") return Math.round(rate * (1.2 + Math.sin((hourOf(at) / 24) * 2 * Math.PI)) * n);
        if (shape === "office") return dayOf(at) < 5 && hourOf(at) >= 8 && hourOf(at) < 18 ? Math.round(rate * n) : 0;
        if (shape === "hourly") return Math.floor(at / minute) % 60 === 7 ? rate : 0;
        return n > 0.995 ? 1 : 0;
      };
      assert.deepEqual(live(new SourceHabit(start), traffic, start, start + 21 * day), []);
    }),
    { numRuns: 8 },
  ));

test("a busy source that stops is silent within six minutes, at any hour, after a day of never being quiet", () =>
  fc.assert(
    fc.property(busy, fc.integer({ min: 1_500, max: 12 * 1_440 }), ({ seed, rate }, stop) => {
      const traffic: Traffic = (at) => 1 + Math.round(rate * (1 + noise(seed, at)));
      const habit = new SourceHabit(start);
      const stopAt = start + stop * minute;
      assert.deepEqual(live(habit, traffic, start, stopAt), []);
      const [first = Infinity] = live(habit, () => 0, stopAt, stopAt + 30 * minute);
      assert.ok(first - stopAt <= 6 * minute, `${(first - stopAt) / minute} minutes`);
    }),
    { numRuns: 20 },
  ));

test("a source of office hours that does not begin its day is silent in the morning, and not at night", () => {
  const office: Traffic = (at) =>
    dayOf(at) < 5 && hourOf(at) >= 8 && hourOf(at) < 18 ? 50 + Math.round(20 * noise(1, at)) : 0;
  const habit = new SourceHabit(start);
  const stop = start + 21 * day;
  assert.deepEqual(live(habit, office, start, stop), []);
  const [first = 0] = live(habit, () => 0, stop, stop + day);
  assert.ok(hourOf(first) >= 8 && hourOf(first) <= 10, new Date(first).toISOString());
});

test("who tries to send and can't be taken is not silent; who comes back is not silent any more", () => {
  const habit = new SourceHabit(start);
  const full: Traffic = () => 100;
  live(habit, full, start, start + 2 * day);
  let at = start + 2 * day;
  for (; at < start + 2 * day + 60 * minute; at += minute) {
    habit.refused(at);
    assert.equal(habit.silence(at + 1), undefined);
  }
  assert.ok(live(habit, () => 0, at, at + 10 * minute).length > 0);
  assert.deepEqual(live(habit, full, at + 10 * minute, at + 20 * minute), []);
});

test("what was learnt outlives a restart, and the time in between is nobody's silence", () => {
  const before = new SourceHabit(start);
  live(before, () => 100, start, start + 2 * day);
  const state = JSON.parse(JSON.stringify(before.state)) as SourceHabit["state"];
  const again = new SourceHabit(start + 3 * day, state);
  assert.equal(again.silence(start + 3 * day + 4 * minute), undefined);
  assert.equal(again.silence(start + 3 * day + 7 * minute)?.expectedPerMinute, 100);
});

test("ten times what such hours ever held is a surge, and the busiest hour that is known is none", () => {
  const habit = new SourceHabit(start);
  const wave: Traffic = (at) => 200 + Math.round(800 * noise(3, at));
  for (let at = start; at < start + 10 * day; at += minute) {
    live(habit, wave, at, at + minute);
    assert.ok(!habit.surging(at));
  }
  live(habit, () => 50_000, start + 10 * day, start + 10 * day + 12 * minute);
  assert.ok(habit.surging(start + 10 * day + 12 * minute));
});

test("an outage teaches no patience: the next one is an alarm as soon", () => {
  const habit = new SourceHabit(start);
  const full: Traffic = () => 100;
  let at = start;
  for (let turn = 0; turn < 5; turn += 1) {
    assert.deepEqual(live(habit, full, at, at + 2 * day), []);
    at += 2 * day;
    const [first = Infinity] = live(habit, () => 0, at, at + 180 * minute);
    assert.ok(first - at <= 6 * minute);
    at += 180 * minute;
  }
});
