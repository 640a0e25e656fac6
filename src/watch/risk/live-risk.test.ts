import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FindingRow } from "#lake";
import { levels } from "#sigma";
import { defaultRiskSettings as settings, riskOfPieces } from "../core/risk-score.ts";
import { createLiveRisk } from "./live-risk.ts";

const start = Date.UTC(2026, 5, 1);
const hour = 3_600_000;
const finding = (more: Partial<FindingRow>): FindingRow => ({
  id: "",
  time: start,
  received: start,
  type: "detection",
  rule: "r",
  title: "",
  level: "high",
  silent: 0,
  muted: "",
  alert: "",
  source: "",
  kind: "",
  site: "",
  host: "h",
  user: "",
  entity: "",
  tags: [],
  events: [],
  matched: "[]",
  fields: "{}",
  raw: "",
  ...more,
});

test("whoever is past the threshold by the definition is told, in whatever parts findings come", () => {
  const rows = fc.array(
    fc.record({
      rule: fc.constantFrom("a", "b", "c"),
      level: fc.constantFrom(...levels),
      after: fc.nat(40 * hour),
      host: fc.constantFrom("x", "y"),
      tags: fc.subarray(["attack.execution", "attack.impact"]),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(rows, (all) => {
      const live = createLiveRisk({ settings: () => settings, factorOf: () => 1 });
      const seen: FindingRow[] = [];
      for (const { after, ...more } of all.toSorted((a, b) => a.after - b.after)) {
        const row = finding({ ...more, time: start + after });
        seen.push(row);
        const told = live.observe([row], row.time);
        const pieces = seen.filter(({ host }) => host === row.host).map((one) => ({ ...one, confidence: 1 }));
        const risk = riskOfPieces(pieces, { settings, window: "24h", at: row.time, factor: 1 });
        if (risk >= settings.threshold + 0.001) assert.ok(told.includes(`host:${row.host}`), String(risk));
      }
    }),
  );
});

test("no more entities are held than there is room for, and the risky ones stay", () => {
  const live = createLiveRisk({ settings: () => settings, factorOf: () => 1, most: 100 });
  const risky = ["a", "b", "c", "d"].map((rule) => finding({ rule, host: "risky", level: "critical" }));
  live.observe(risky, start);
  for (let number = 0; number < 1_000; number++)
    live.observe([finding({ host: `h${number}`, level: "low", entity: "" })], start);
  assert.ok(live.size <= 100);
  assert.deepEqual(live.observe([finding({ host: "risky", level: "low" })], start), ["host:risky"]);
});

test("what is muted, silent or a risk itself adds nothing", () => {
  const live = createLiveRisk({ settings: () => settings, factorOf: () => 1 });
  live.observe([finding({ muted: "excepted" }), finding({ silent: 1 }), finding({ type: "risk" })], start);
  assert.equal(live.size, 0);
});
