import assert from "node:assert/strict";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { Secret } from "./secret.ts";

test("a secret shows in no text, JSON, inspection or error; only reveal gives it", () => {
  const secret = new Secret("hunter2");
  for (const shown of [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ deep: [secret] }),
    format("%s %o %j", secret, secret, secret),
    Object.values(secret).join(),
  ])
    assert.ok(!shown.includes("hunter2"), shown);
  assert.equal(secret.reveal(), "hunter2");
});
