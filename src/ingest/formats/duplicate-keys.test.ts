import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Json } from "#sigma";
import { findDuplicateKey } from "./duplicate-keys.ts";
import { mayHideValues } from "./hidden-text.ts";
import { leastJson } from "./least-json.ts";
import { readBytes } from "./testing/read-all.ts";

type Tree = Json | { readonly pairs: readonly (readonly [string, Tree])[] };

const key = fc.oneof(fc.constantFrom("a", "b", "__proto__", "\u00e9", '"', "a\\b", ""), fc.string());

/** Objects as lists of pairs, so that a key may come twice. */
const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    fc.array(tie("tree"), { maxLength: 4 }) as fc.Arbitrary<Json>,
    fc.record({ pairs: fc.array(fc.tuple(key, tie("tree")), { maxLength: 6 }) }),
  ),
})).tree;
const blank = fc.constantFrom("", " ", "\n\t");

function write(value: Tree, blanks: string, escape: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => write(item, blanks, escape)).join(`,${blanks}`)}]`;
  if (typeof value === "object" && value !== null && "pairs" in value) {
    const pairs = (value.pairs as readonly (readonly [string, Tree])[]).map(
      ([name, item]) => `${text(name, escape)}${blanks}:${blanks}${write(item, blanks, escape)}`,
    );
    return `{${blanks}${pairs.join(`,${blanks}`)}}`;
  }
  return JSON.stringify(value);
}

function text(name: string, escape: boolean): string {
  const plain = JSON.stringify(name);
  return escape ? plain.replaceAll(/(?<!\\)a/g, "\\u0061") : plain;
}

function hasDuplicate(value: Tree): boolean {
  if (Array.isArray(value)) return value.some(hasDuplicate);
  if (typeof value !== "object" || value === null || !("pairs" in value)) return false;
  const pairs = value.pairs as readonly (readonly [string, Tree])[];
  return new Set(pairs.map(([name]) => name)).size < pairs.length || pairs.some(([, item]) => hasDuplicate(item));
}

describe("duplicate keys", () => {
  test("are found exactly when an object has one, however it is written", () => {
    fc.assert(
      fc.property(tree, blank, fc.boolean(), (value, blanks, escape) => {
        const json = Buffer.from(write(value, blanks, escape));
        assert.equal(findDuplicateKey(json) !== undefined, hasDuplicate(value));
      }),
      { numRuns: 1000 },
    );
  });

  test("are never denied by the length of the text", () => {
    fc.assert(
      fc.property(tree, blank, fc.boolean(), (value, blanks, escape) => {
        const json = write(value, blanks, escape);
        const parsed = JSON.parse(json) as Json;
        if (typeof parsed !== "object" || parsed === null || !hasDuplicate(value)) return;
        assert.ok(mayHideValues(json, leastJson(parsed, 100), 0));
      }),
      { numRuns: 1000 },
    );
  });

  test("are told apart from equal keys of other objects, and seen through escapes", () => {
    assert.equal(findDuplicateKey(Buffer.from('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')), undefined);
    assert.deepEqual(findDuplicateKey(Buffer.from('{"user":1,"\\u0075ser":2}')), { key: "user", offset: 10 });
  });

  test("are found among a hundred thousand keys", () => {
    const keys = Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`);
    assert.equal(findDuplicateKey(Buffer.from(`{${keys.join(",")}}`)), undefined);
    assert.equal(findDuplicateKey(Buffer.from(`{${keys.join(",")},"k4321":2}`))?.key, "k4321");
  });

  test("are told of by the readers, and the record is read with the last value", async () => {
    const hidden = '{"id":1,"CommandLine":"mimikatz.exe sekurlsa::logonpasswords","CommandLine":"x"}';
    const { records, problems } = await readBytes(`${hidden}\n{"id":2}\n`);
    assert.deepEqual(records[0]!.body, { id: 1, CommandLine: "x" });
    assert.deepEqual(
      problems.map(({ index, code, wasRead }) => ({ index, code, wasRead })),
      [{ index: 0, code: "duplicate-key", wasRead: true }],
    );
    const small = '{"id":1,"x":"long enough to make the hidden value a small part of the whole record","a":1,"a":2}\n';
    assert.equal((await readBytes(small.repeat(2))).problems.length, 0);
    assert.equal((await readBytes(small.repeat(2), { exactKeys: true })).problems.length, 2);
    assert.equal((await readBytes(`[${small.repeat(2).trim().replace("\n", ",")}]`)).problems.length, 2);
  });
});
