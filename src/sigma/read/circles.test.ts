import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { inCircles, usesOf } from "./circles.ts";

const graphs = fc.integer({ min: 1, max: 8 }).chain((size) => {
  const node = fc.nat(size - 1);
  return fc.record({ size: fc.constant(size), edges: fc.array(fc.tuple(node, node), { maxLength: 14 }) });
});

test("a node is in a circle exactly when it can be reached from one and leads to one", () => {
  fc.assert(
    fc.property(graphs, ({ size, edges }) => {
      const nodes = Array.from({ length: size }, (_, index) => index);
      const reach = (from: number, forward: boolean) => {
        const seen = new Set<number>();
        const open = [from];
        for (let at = open.pop(); at !== undefined; at = open.pop()) {
          for (const [a, b] of edges) {
            const [start, end] = forward ? [a, b] : [b, a];
            if (start !== at || seen.has(end)) continue;
            seen.add(end);
            open.push(end);
          }
        }
        return seen;
      };
      const circular = nodes.filter((node) => reach(node, true).has(node));
      const touches = (node: number, forward: boolean) =>
        circular.some((one) => one === node || reach(node, forward).has(one));
      const expected = nodes.filter((node) => touches(node, true) && touches(node, false));
      const found = inCircles(usesOf(nodes, (node) => edges.filter(([from]) => from === node).map(([, to]) => to)));
      assert.deepEqual([...found].toSorted(), expected);
    }),
  );
});
