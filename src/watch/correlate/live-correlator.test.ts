import assert from "node:assert/strict";
import { test } from "node:test";
import { readRules } from "#sigma";
import { createLiveCorrelator, type Observed } from "./live-correlator.ts";

const detection = (name: string) => `
title: ${name}
name: ${name}
logsource: { category: test }
detection: { selection: { a: 1 }, condition: selection }
`;
const set = (correlation: string) =>
  readRules([{ file: "rules.yml", text: [detection("knock"), detection("answer"), correlation].join("\n---\n") }]);
const burst = set(`
title: Burst
correlation: { type: event_count, rules: [knock], group-by: [host], timespan: 5m, condition: { gte: 3 } }
`);
const absence = set(`
title: Knock Without Answer
correlation:
  type: temporal
  rules: [knock, answer]
  group-by: [host]
  timespan: 30m
  condition: knock and not answer
`);
const minute = 60_000;
const now = Date.UTC(2026, 0, 31, 4);
let serial = 0;
const idOf = (rules: ReturnType<typeof set>, name: string) => rules.detections.find((rule) => rule.name === name)!.id;
const seen = (rule: string, time: number, host = "a"): Observed => ({
  rule,
  time,
  events: [String(serial++)],
  source: "s",
  site: "",
  kind: "test",
  host,
  user: "",
  fields: JSON.stringify({ host: [host] }),
});

test("what did not happen is found once time has run on, without a further event", () => {
  const rules = absence;
  const live = createLiveCorrelator({ rules, lateness: minute });
  const knock = idOf(rules, "knock");
  assert.deepEqual(live.observe(seen(knock, now), now), []);
  assert.deepEqual(live.advance(now + 30 * minute), []);
  const [match] = live.advance(now + 32 * minute);
  assert.equal(match?.rule.title, "Knock Without Answer");
});

test("an answer that comes late, but not too late, is counted where it belongs", () => {
  const rules = absence;
  const live = createLiveCorrelator({ rules, lateness: minute });
  live.observe(seen(idOf(rules, "knock"), now), now);
  live.advance(now + 30 * minute + 30_000);
  live.observe(seen(idOf(rules, "answer"), now + 29 * minute + 40_000), now + 30 * minute + 30_000);
  assert.deepEqual(live.advance(now + 60 * minute), []);
});

test("a log of last week is correlated among itself, and does not disturb what happens now", () => {
  const rules = burst;
  const live = createLiveCorrelator({ rules, lateness: minute });
  const knock = idOf(rules, "knock");
  live.advance(now);
  const week = 7 * 24 * 60 * minute;
  const found = [0, 1, 2].flatMap((at) => live.observe(seen(knock, now - week + at * 1_000), now));
  live.observe(seen(knock, now), now);
  const rest = live.advance(now + 3 * minute);
  assert.equal([...found, ...rest].length, 1);
  assert.equal(live.stats.past, 3);
});

test("a clock that runs ahead somewhere makes nobody else's events late", () => {
  const rules = burst;
  const live = createLiveCorrelator({ rules, lateness: minute });
  const knock = idOf(rules, "knock");
  live.observe(seen(knock, now + 24 * 60 * minute), now);
  for (const at of [0, 1, 2]) live.observe(seen(knock, now + at), now);
  assert.equal(live.stats.past, 0);
  assert.equal(live.advance(now + 3 * minute).length, 1);
});

test("rules that change keep what those that stay have seen", () => {
  const live = createLiveCorrelator({ rules: burst, lateness: 0 });
  const knock = idOf(burst, "knock");
  live.observe(seen(knock, now), now);
  live.observe(seen(knock, now + 1), now + 1);
  live.use({ ...burst, correlations: [...burst.correlations, ...absence.correlations] });
  assert.equal(live.observe(seen(knock, now + 2), now + 2).length, 1);
});

test("an answer that came before the knock, too late to be in order but not too late, is counted as well", () => {
  const rules = absence;
  const live = createLiveCorrelator({ rules, lateness: minute });
  live.observe(seen(idOf(rules, "knock"), now), now);
  live.observe(seen(idOf(rules, "answer"), now - 30_000), now + 1_000);
  assert.deepEqual(live.advance(now + 60 * minute), []);
  live.observe(seen(idOf(rules, "knock"), now + 60 * minute), now + 60 * minute);
  assert.equal(live.advance(now + 120 * minute).length, 1, "what was said an hour before is no answer");
});

test("what a restart has to look back over is the longest chain of reaches, and nothing where nothing is correlated", () => {
  assert.equal(createLiveCorrelator({ rules: burst, lateness: minute }).memory, 6 * minute);
  assert.equal(createLiveCorrelator({ rules: absence, lateness: minute }).memory, 61 * minute);
  assert.equal(createLiveCorrelator({ rules: { ...absence, correlations: [] }, lateness: minute }).memory, 0);
});
