import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal, refusals } from "./refusal.ts";

const refuse = refusals("demo", { "too-long": { status: 413, says: "A name has at most {most} letters." } });

test("a refusal carries its room's stable code, its status and a filled sentence", () => {
  const cause = new Error("below");
  const no = refuse("too-long", { most: 10 }, cause);
  assert.ok(no instanceof Refusal);
  assert.deepEqual(
    [no.code, no.status, no.message, no.cause],
    ["demo/too-long", 413, "A name has at most 10 letters.", cause],
  );
});
