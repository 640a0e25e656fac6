import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { instant } from "#kernel";
import { settableClock } from "#platform";
import { createLog, createMetrics, exposeMetrics } from "#telemetry";
import { observePlatform } from "./observe-platform.ts";

function observed() {
  const metrics = createMetrics();
  const lines: string[] = [];
  const log = createLog({ level: "warn", format: "json", now: () => 0, write: (line) => void lines.push(line) });
  return { observer: observePlatform(metrics, log), shown: () => exposeMetrics(metrics).text, lines };
}

test("what waits in the outbox and what is dead shows in the metrics, and goes on showing as it changes", async () => {
  const { observer, shown } = observed();
  const clock = settableClock(instant(0));
  let counts = { waiting: 3, dead: 1 };
  await using _watch = observer.watch({ counts: async () => counts }, clock);
  while (clock.sleepers === 0) await tick();
  assert.match(shown(), /^meridian_outbox_waiting 3\n[^]*^meridian_outbox_dead 1\n/m);
  counts = { waiting: 0, dead: 2 };
  clock.advance(15_000);
  while (clock.sleepers === 0) await tick();
  assert.match(shown(), /^meridian_outbox_waiting 0\n[^]*^meridian_outbox_dead 2\n/m);
});

test("records that cannot be reached are counted and logged, and looked at again", async () => {
  const { observer, shown, lines } = observed();
  const clock = settableClock(instant(0));
  let asked = 0;
  const counts = async () => {
    asked += 1;
    if (asked === 1) throw new Error("gone");
    return { waiting: 0, dead: 0 };
  };
  await using _watch = observer.watch({ counts }, clock);
  while (clock.sleepers === 0) await tick();
  clock.advance(15_000);
  while (clock.sleepers === 0) await tick();
  assert.equal(asked, 2);
  assert.match(shown(), /^meridian_outbox_faults_total 1$/m);
  assert.match(lines.join(""), /"message":"gone"/);
});

test("each further try is counted by its part, each delivery by its handler and outcome", () => {
  const { observer, shown } = observed();
  observer.retried("records");
  observer.retried("records");
  observer.tried("cases.open", "postponed");
  observer.tried("cases.open", "delivered");
  assert.match(shown(), /^meridian_platform_retries_total\{part="records"\} 2$/m);
  for (const outcome of ["postponed", "delivered"])
    assert.ok(shown().includes(`\nmeridian_outbox_deliveries_total{handler="cases.open",outcome="${outcome}"} 1\n`));
});
