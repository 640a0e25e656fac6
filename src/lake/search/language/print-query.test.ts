import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseQuery } from "./parse-query.ts";
import { printQuery } from "./print-query.ts";
import { queries, withoutPlaces } from "./testing/queries.ts";

test("a search printed and read again is the same search", () =>
  fc.assert(
    fc.property(queries(), (query) => {
      const read = parseQuery(printQuery(query));
      assert.ok(read.ok, JSON.stringify([printQuery(query), read]));
      assert.deepEqual(withoutPlaces(read.value), withoutPlaces(query));
    }),
    { numRuns: 1_000 },
  ));
