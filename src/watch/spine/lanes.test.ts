import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LaneDelivery } from "./lane-protocol.ts";
import { createLanes, LanesDown } from "./lanes.ts";

const module = new URL("../testing/lane-worker.ts", import.meta.url);
const open = (of = module) =>
  createLanes({ ruleSet: new SharedArrayBuffer(0), size: 1, limits: {}, module: of, onCrash: () => {} });
const delivery = (letters: string): LaneDelivery => ({
  source: "s",
  site: "",
  bytes: new TextEncoder().encode(letters),
  format: undefined,
  key: undefined,
  receivedAt: 0,
  as: undefined,
  facts: undefined,
  skip: [],
});

test("of a delivery that ends lanes, all records are read but those that do it, which are set aside", async () => {
  await using lanes = open();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("...", "..x", "x.", "."), { minLength: 1, maxLength: 3 }).map((all) => all.join("")),
      async (letters) => {
        const poisonous = [...letters].flatMap((letter, index) => (letter === "x" ? [index] : []));
        const [answer] = await lanes.run([delivery(letters)], { exceptions: undefined });
        const [told] = answer!.deliveries;
        assert.deepEqual(
          told!.lost.map(({ index }) => index),
          poisonous,
        );
        assert.equal(told!.rows, letters.length - poisonous.length);
      },
    ),
    { numRuns: 8 },
  );
});

test("deliveries that shared a task with one that ends lanes are read as if it had not been there", async () => {
  await using lanes = open();
  const answers = await lanes.run([delivery(".."), delivery("x"), delivery("...")], { exceptions: undefined });
  const told = answers.flatMap(({ deliveries }) => deliveries);
  assert.deepEqual(
    told.map(({ rows, lost }) => [rows, lost.length]),
    [
      [2, 0],
      [0, 1],
      [3, 0],
    ],
  );
});

test("a delivery that ends lanes while they cut it into records is set aside whole", async () => {
  await using lanes = open();
  const [answer] = await lanes.run([delivery("..r..")], { exceptions: undefined });
  const [told] = answer!.deliveries;
  assert.deepEqual(
    told!.lost.map(({ offset, length, code }) => [offset, length, code]),
    [[0, 5, "ends-a-lane"]],
  );
  const [next] = await lanes.run([delivery("..")], { exceptions: undefined });
  assert.equal(next!.deliveries[0]!.rows, 2);
});

test("lanes that cannot start say so and set nothing aside", async () => {
  const missing = new URL("../testing/no-such-worker.ts", import.meta.url);
  await using lanes = open(missing);
  await assert.rejects(lanes.run([delivery("..")], { exceptions: undefined }), LanesDown);
  await assert.rejects(lanes.ready());
});
