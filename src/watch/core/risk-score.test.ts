import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { levels } from "#sigma";
import {
  defaultRiskSettings as settings,
  halfLifeOf,
  riskEntities,
  riskOfPieces,
  type RiskPiece,
} from "./risk-score.ts";

const now = 1_800_000_000_000;
const piece: fc.Arbitrary<RiskPiece> = fc.record({
  rule: fc.constantFrom("a", "b", "c", "d"),
  level: fc.constantFrom(...levels),
  time: fc.integer({ min: now - 700_000_000, max: now + 1_000 }),
  tags: fc.subarray(["attack.execution", "attack.impact", "attack.t1059", "other"]),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
});
const pieces = fc.array(piece, { maxLength: 60 });
const risk = (all: readonly RiskPiece[], at = now, factor = 1) =>
  riskOfPieces(all, { settings, window: "7d", at, factor });

test("risk does not depend on the order of findings", () => {
  fc.assert(fc.property(pieces, (all) => assert.ok(Math.abs(risk(all) - risk(all.toReversed())) <= 1e-6)));
});

test("risk is never below 0 and never 100, whatever was found and however critical the entity", () => {
  fc.assert(
    fc.property(pieces, fc.double({ min: 0, max: 1e6, noNaN: true }), (all, factor) => {
      const is = risk(all, now, factor);
      assert.ok(is >= 0 && is < 100);
    }),
  );
});

test("one more finding never lowers risk", () => {
  fc.assert(fc.property(pieces, piece, (all, one) => assert.ok(risk([...all, one]) >= risk(all) - 1e-6)));
});

test("without further findings risk only falls, and ends at nothing", () => {
  const past = pieces.map((all) => all.map((one) => ({ ...one, time: Math.min(one.time, now) })));
  fc.assert(
    fc.property(past, fc.nat(700_000_000), (all, later) => {
      assert.ok(risk(all, now + later) <= risk(all) + 1e-6);
      assert.equal(risk(all, now + 604_800_000), 0);
    }),
  );
});

test("points are halved with each half-life", () => {
  const points = (is: number) => -100 * Math.log(1 - is / 100);
  const one: RiskPiece = { rule: "a", level: "high", time: now, tags: [], confidence: 1 };
  assert.ok(Math.abs(points(risk([one])) - 25) < 1e-4);
  assert.ok(Math.abs(points(risk([one], now + halfLifeOf("7d"))) - 12.5) < 1e-4);
});

test("a hundred findings of one rule are less than as many of a hundred rules, and tactics make it more", () => {
  const of = (rule: string, tag = ""): RiskPiece => ({
    rule,
    level: "low",
    time: now,
    tags: tag === "" ? [] : [tag],
    confidence: 1,
  });
  const same = Array.from({ length: 100 }, () => of("a"));
  const different = Array.from({ length: 100 }, (_, at) => of(`rule ${at}`));
  assert.ok(risk(same) < risk(different) / 5);
  assert.ok(risk([of("a", "attack.execution"), of("b", "attack.impact")]) > risk([of("a"), of("b")]));
});

test("a finding adds to its host, its user and whom its alert is of, each once", () => {
  const entities = (host: string, user: string, entity: string) => riskEntities({ host, user, entity });
  assert.deepEqual(entities("h", "u", "host:h"), ["host:h", "user:u"]);
  assert.deepEqual(entities("", "", "src_ip:2001:db8::1"), ["src_ip:2001:db8::1"]);
  assert.deepEqual(entities("", "", "User:CORP\\eve"), ["user:CORP\\eve"]);
  assert.deepEqual(entities("", "", "source:edge"), []);
  assert.deepEqual(entities("", "", "User:a src_ip:10.0.0.1"), []);
});
