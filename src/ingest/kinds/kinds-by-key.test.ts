import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventKind } from "#sigma";
import { loadEveryKind, loadKindsByKey } from "./kinds-by-key.ts";
import { loadKinds } from "./load-kinds.ts";
import { takeAs } from "./take-as.ts";
import { samples } from "./testing/samples.ts";

const kindOf = loadKindsByKey();
const recognise = loadKinds();
const as = takeAs(recognise, { product: ["acme"], category: ["proxy", "dns"] });

/** All but functions, which are not to be compared. */
const plain = (kind: EventKind | undefined) => kind && (JSON.parse(JSON.stringify(kind)) as unknown);

test("a key gives the kind that recognition gave, of documents of a search engine too", () => {
  assert.ok(samples.length > 50);
  for (const { body, format } of samples)
    for (const record of [body, { _index: "logs", _source: body }]) {
      const kind = recognise(record, format);
      assert.deepEqual(plain(kindOf(kind.key)), plain(kind));
      assert.equal(kindOf(kind.key), kindOf(kind.key));
    }
});

test("a key gives the kind that a source's own word made of what nothing recognises", () => {
  for (const [body, format] of [
    [{ some: "thing" }, "ndjson"],
    [{ message: "a line" }, "text"],
    [{ _index: "i", _source: { a: 1 } }, "ndjson"],
  ] as const) {
    const kind = as(body, format);
    assert.match(kind.key, / as acme\/\*\/proxy\+dns$/);
    assert.deepEqual(plain(kindOf(kind.key)), plain(kind));
  }
});

test("a key that nothing is named by gives none", () => {
  for (const key of ["", "no such kind", "unknown as", "unknown as a/b", "unknown as a/b/c/d", "no such kind as a/b/c"])
    assert.equal(kindOf(key), undefined);
});

test("every kind that records are recognised as is named once", () => {
  const every = loadEveryKind().map(({ key }) => key);
  assert.equal(new Set(every).size, every.length);
  const named = new Set(every);
  for (const { body, format } of samples) assert.ok(named.has(recognise(body, format).key));
  assert.equal(every.at(-1), "unknown");
});
