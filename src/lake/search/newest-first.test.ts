import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { newestFirst } from "./newest-first.ts";

test("windows cover a time from its end to its beginning, each moment once, and are few", () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 41 }), fc.integer({ min: 0, max: 2 ** 41 }), (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const windows = [...newestFirst({ from, to })];
      let end = to;
      for (const window of windows) {
        assert.equal(window.to, end);
        assert.ok(window.from < window.to);
        end = window.from;
      }
      assert.equal(end, from);
      assert.ok(windows.length <= 10);
    }),
  ));
