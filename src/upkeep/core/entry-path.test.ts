import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isEntryPath, staysBelow } from "./entry-path.ts";

const word = fc.constantFrom("a", "b", "..", ".", "", "..a", "\\", "c d", "\0", "\n");
const paths = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join("/"));

test("a path that is let through names a place below the folder, and only in one way", () => {
  fc.assert(
    fc.property(paths, (path) => {
      if (!isEntryPath(path)) return;
      assert.equal(posix.normalize(path), path);
      assert.match(posix.join("/root", path), /^\/root\/./);
    }),
  );
  assert.deepEqual(["data/a@", "..a/b"].map(isEntryPath), [true, true]);
  assert.deepEqual(["/a", "../a", "a/..", "a//b", "", "."].map(isEntryPath), Array(6).fill(false));
});

test("a link that is let through leads below the folder", () => {
  fc.assert(
    fc.property(paths.filter(isEntryPath), paths, (path, target) => {
      if (!staysBelow(path, target)) return;
      assert.match(posix.resolve("/root", posix.dirname(path), target), /^\/root\/./);
    }),
  );
  assert.equal(staysBelow("data/events/metadata/default", "../store/fd5/x"), true);
  assert.equal(staysBelow("data/x", "../../etc/passwd"), false);
  assert.equal(staysBelow("data/x", "/etc/passwd"), false);
  // Where `a/up` is a link to `..`, this is outside.
  assert.equal(staysBelow("a/x", "up/../../passwd"), false);
});
