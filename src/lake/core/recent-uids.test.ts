import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { smallUid } from "../testing/small-batch.ts";
import { RecentUids } from "./recent-uids.ts";

function viewOf(number: number): DataView {
  const bytes = Buffer.from(smallUid(number), "hex");
  return new DataView(bytes.buffer, bytes.byteOffset, 16);
}

test("the newest uids are always known, in no more bytes than were allowed", () =>
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { maxLength: 2000 }), (numbers) => {
      const recent = new RecentUids({ slots: 64, generations: 3 });
      const newest: number[] = [];
      for (const number of numbers) {
        const known = recent.add(viewOf(number), 0);
        assert.ok(known || !newest.slice(-64).includes(number));
        if (!known) newest.push(number);
        assert.ok(recent.bytes <= 64 * 4 * 3);
      }
    }),
  ));

test("a uid that was never there is new", () => {
  const recent = new RecentUids({ slots: 2 ** 16, generations: 4 });
  for (let number = 0; number < 100_000; number += 1) assert.equal(recent.add(viewOf(number), 0), false);
});
