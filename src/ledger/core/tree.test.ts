import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { consistencyPath, verifyConsistency } from "./consistency.ts";
import { Frontier } from "./frontier.ts";
import { inclusionPath, verifyInclusion } from "./inclusion.ts";
import { cutOf, hashRange, highestBit, nodeId, nodesOf } from "./subtree.ts";
import { treeHash } from "./tree-hash.ts";

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
const hash = treeHash(sha256);
const most = 200;
const entries = Array.from({ length: most }, (_, n) => new TextEncoder().encode(`entry ${n}`));
const leaves = entries.map((entry) => hash.leaf(entry));

/** MTH of RFC 9162, section 2.1.1, as it is written there. */
function mth(data: readonly Uint8Array[]): Uint8Array {
  if (data.length === 0) return sha256(new Uint8Array(0));
  if (data.length === 1) return sha256(Uint8Array.from([0, ...(data[0] ?? [])]));
  let k = 1;
  while (k * 2 < data.length) k *= 2;
  return sha256(Uint8Array.from([1, ...mth(data.slice(0, k)), ...mth(data.slice(k))]));
}

const roots = Array.from({ length: most + 1 }, (_, size) => mth(entries.slice(0, size)));
const root = (size: number) => roots[size] ?? assert.fail();
const leaf = (index: number) => leaves[index] ?? assert.fail();

const nodes = new Map<number, Uint8Array>();
const grown = new Frontier(hash);
const incremental = [grown.root()];
for (const one of leaves) {
  for (const made of grown.append(one)) nodes.set(made.id, made.hash);
  incremental.push(grown.root());
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const pathOf = (ranges: ReturnType<typeof inclusionPath>) => ranges.map((range) => hashRange(range, nodes, hash.node));
const flip = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

test("small trees have the roots that RFC 9162 writes down, worked out by hand", () => {
  const h = (...parts: (string | number)[]) =>
    createHash("sha256")
      .update(
        Buffer.concat(parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : Buffer.from(part, "hex")))),
      )
      .digest("hex");
  // The empty tree is SHA-256 of nothing, FIPS 180-4's own example; a leaf without bytes is SHA-256 of one zero byte.
  assert.equal(hex(hash.empty), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(hex(hash.leaf(new Uint8Array(0))), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  const [a, b, c, d, e, f, g] = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"].map((x) => h(0, x));
  assert.ok(a && b && c && d && e && f && g);
  // The tree of section 2.1.5, with seven entries: hash = node(node(ab, cd), node(ef, g)).
  const expected = h(1, h(1, h(1, a, b), h(1, c, d)), h(1, h(1, e, f), g));
  const seven = new Frontier(hash);
  for (const one of [a, b, c, d, e, f, g]) seven.append(Buffer.from(one, "hex"));
  assert.equal(hex(seven.root()), expected);
});

test("the proofs of RFC 9162, section 2.1.5, are those of its drawing", () => {
  const range = (start: number, end: number) => ({ start, end });
  // Entries d0 to d6; a = d0 … j = d6; g = d0–d1, h = d2–d3, i = d4–d5, k = d0–d3, l = d4–d6.
  assert.deepEqual(inclusionPath(0, 7), [range(1, 2), range(2, 4), range(4, 7)]); // b, h, l
  assert.deepEqual(inclusionPath(3, 7), [range(2, 3), range(0, 2), range(4, 7)]); // c, g, l
  assert.deepEqual(inclusionPath(4, 7), [range(5, 6), range(6, 7), range(0, 4)]); // f, j, k
  assert.deepEqual(inclusionPath(6, 7), [range(4, 6), range(0, 4)]); // i, k
  assert.deepEqual(consistencyPath(3, 7), [range(2, 3), range(3, 4), range(0, 2), range(4, 7)]); // c, d, g, l
  assert.deepEqual(consistencyPath(4, 7), [range(4, 7)]); // l
  assert.deepEqual(consistencyPath(6, 7), [range(4, 6), range(6, 7), range(0, 4)]); // i, j, k
});

test("a tree grown entry by entry has the root of the recursive definition at every size", () => {
  assert.deepEqual(incremental.map(hex), roots.map(hex));
  for (let size = 0; size <= most; size += 1) {
    const edge = nodesOf({ start: 0, end: size }).map((id) => nodes.get(id) ?? assert.fail());
    assert.equal(hex(new Frontier(hash, size, edge).root()), hex(root(size)));
  }
});

test("nodes have numbers of their own, and an entry makes two on average", () => {
  assert.ok(nodes.size <= 2 * most);
  for (let index = 0; index < most; index += 1)
    assert.equal(hex(nodes.get(nodeId(0, index)) ?? assert.fail()), hex(leaf(index)));
});

test("every entry is proven to be in every tree of up to 200 entries that holds it, at its own place alone", () => {
  for (let size = 1; size <= most; size += 1)
    for (let index = 0; index < size; index += 1) {
      const path = pathOf(inclusionPath(index, size));
      const claim = { index, size, leaf: leaf(index), root: root(size), path };
      assert.ok(verifyInclusion(hash, claim), `${index} in ${size}`);
      assert.ok(!verifyInclusion(hash, { ...claim, index: (index + 1) % size }) || size === 1);
      assert.ok(!verifyInclusion(hash, { ...claim, path: [...path, leaf(0)] }));
      if (path.length > 0) assert.ok(!verifyInclusion(hash, { ...claim, path: path.slice(1) }));
      assert.ok(path.length <= Math.ceil(Math.log2(size)));
    }
});

test("every tree of up to 200 entries is proven to be the beginning of every later one", () => {
  for (let second = 0; second <= most; second += 1)
    for (let first = 0; first <= second; first += 1) {
      const path = pathOf(consistencyPath(first, second));
      const claim = { first, firstRoot: root(first), second, secondRoot: root(second), path };
      assert.ok(verifyConsistency(hash, claim), `${first} in ${second}`);
      if (first === second) continue;
      assert.ok(!verifyConsistency(hash, { ...claim, firstRoot: root(first + 1) }));
      assert.ok(!verifyConsistency(hash, { ...claim, path: [...path, leaf(0)] }));
      if (path.length > 0) assert.ok(!verifyConsistency(hash, { ...claim, path: path.slice(0, -1) }));
    }
});

const sizes = fc.integer({ min: 1, max: most });
const bits = fc.integer({ min: 0, max: 255 });

test("no inclusion proof survives one flipped bit, wherever it is", () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), bits, (size, some, other, bit) => {
      const index = some % size;
      const path = pathOf(inclusionPath(index, size));
      const parts = [leaf(index), root(size), ...path];
      const bad = parts.map((part, n) => (n === other % parts.length ? flip(part, bit) : part));
      const [badLeaf = leaf(0), badRoot = leaf(0), ...badPath] = bad;
      assert.ok(!verifyInclusion(hash, { index, size, leaf: badLeaf, root: badRoot, path: badPath }));
    }),
    { numRuns: 2_000 },
  );
});

test("no consistency proof survives one flipped bit, wherever it is", () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), bits, (second, some, other, bit) => {
      const first = 1 + (some % second);
      const parts = [root(first), root(second), ...pathOf(consistencyPath(first, second))];
      const bad = parts.map((part, n) => (n === other % parts.length ? flip(part, bit) : part));
      const [firstRoot = leaf(0), secondRoot = leaf(0), ...path] = bad;
      assert.ok(!verifyConsistency(hash, { first, firstRoot, second, secondRoot, path }));
    }),
    { numRuns: 2_000 },
  );
});

test("verifying takes any numbers and any hashes, and neither throws nor goes on for ever", () => {
  const numbers = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(numbers, numbers, hashes, hashes, fc.array(hashes, { maxLength: 70 }), (a, b, one, two, path) => {
      assert.equal(verifyInclusion(hash, { index: a, size: b, leaf: one, root: two, path }), false);
      assert.ok(
        [true, false].includes(verifyConsistency(hash, { first: a, second: b, firstRoot: one, secondRoot: two, path })),
      );
    }),
  );
});

test("places in trees of up to 2^52 entries are exact, and no proof reads more than twice the tree's height", () => {
  const large = fc.integer({ min: 2, max: 2 ** 52 });
  fc.assert(
    fc.property(large, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (size, share) => {
      const index = Math.floor(size * share);
      const level = highestBit(size);
      assert.ok(2 ** level <= size && 2 ** (level + 1) > size);
      assert.ok(cutOf(size) < size && cutOf(size) * 2 >= size);
      for (const path of [inclusionPath(index, size), consistencyPath(index, size)]) {
        const read = path.flatMap(nodesOf);
        assert.ok(path.length <= level + 2 && read.length <= 2 * (level + 2));
        assert.ok(read.every(Number.isSafeInteger));
        assert.equal(new Set(read).size, read.length);
      }
    }),
  );
});
