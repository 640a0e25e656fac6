import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { worstOf } from "./finding.ts";
import * as judge from "./judge-machine.ts";

const GiB = 1024 ** 3;
const day = 86_400_000;

test("every finding that is not ok says what to do, and no finding has a hole in its sentence", () => {
  const numbers = fc.maxSafeNat();
  fc.assert(
    fc.property(
      numbers,
      numbers,
      fc.option(numbers, { nil: undefined }),
      fc.array(numbers),
      (one, other, maybe, many) => {
        const findings = [
          judge.judgeNode(`v${Math.floor(one)}.0.0`),
          judge.judgeMemory(one, maybe),
          judge.judgeRoom(Math.min(one, other), Math.max(one, other)),
          judge.judgeFsync(many),
          judge.judgeFileSystem(Math.floor(one)),
          judge.judgeOpenFiles(maybe),
          judge.judgeClock(one > other, "x"),
          judge.judgeTimeZones(Math.floor(one), "UTC"),
          judge.judgeCertificate("x", "It", one - other),
          judge.judgeBackup(maybe),
        ];
        for (const { state, says, advice } of findings) {
          assert.equal(advice !== undefined, state !== "ok", says);
          assert.doesNotMatch(says, /undefined|NaN|-\d/);
        }
      },
    ),
  );
});

test("what loses data is bad, what may hurt later is worth a look", () => {
  const states = [
    judge.judgeNode("v22.1.0"),
    judge.judgeRoom(GiB, 100 * GiB),
    judge.judgeRoom(10 * GiB, 100 * GiB),
    judge.judgeRoom(50 * GiB, 100 * GiB),
    judge.judgeFileSystem(0x01021994),
    judge.judgeFileSystem(0x6969),
    judge.judgeFileSystem(0xef53),
    judge.judgeFsync([1, 1, 90]),
    judge.judgeFsync([30, 30, 1]),
    judge.judgeCertificate("x", "It", -1),
    judge.judgeCertificate("x", "It", 20 * day),
    judge.judgeCertificate("x", "It", 90 * day),
    judge.judgeClock(false, "x"),
    judge.judgeClock(undefined, "x"),
    judge.judgeBackup(undefined),
    judge.judgeBackup(8 * day),
    judge.judgeBackup(day),
    judge.judgeMemory(2 * GiB, 2 * GiB),
  ].map(({ state }) => state);
  const wanted = "bad bad look ok bad look ok ok look bad look ok bad look look look ok look";
  assert.equal(states.join(" "), wanted);
});

test("the worst finding is the whole's", () => {
  const finding = fc.constantFrom("ok", "look", "bad").map((state) => ({ id: "x", state, says: "x" }) as const);
  fc.assert(
    fc.property(fc.array(finding), (findings) => {
      const states = findings.map(({ state }) => state);
      assert.equal(worstOf(findings), states.includes("bad") ? "bad" : states.includes("look") ? "look" : "ok");
    }),
  );
});
