import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readBulk } from "./read-bulk.ts";

const document = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue(), { noNullPrototype: true });
const item = fc.record({
  action: fc.constantFrom("create", "index", "update", "delete"),
  id: fc.option(fc.stringMatching(/^\w{1,10}$/)),
  document,
});

test("each create and index is a line of the document as it was spelled; update and delete are refused alone", () =>
  fc.assert(
    fc.property(fc.array(item, { minLength: 1 }), fc.constantFrom("\n", "\r\n"), (items, end) => {
      const text = items
        .map(({ action, id, document: body }) => {
          const head = JSON.stringify({ [action]: id === null ? {} : { _id: id } });
          return action === "delete" ? `${head}${end}` : `${head}${end}${JSON.stringify(body)}${end}`;
        })
        .join("");
      const read = readBulk(text, "logs");
      assert.ok("items" in read);
      assert.deepEqual(
        read.items.map(({ action, refused }) => [action, refused !== undefined]),
        items.map(({ action }) => [action, action === "update" || action === "delete"]),
      );
      for (const [at, { line }] of read.items.entries()) {
        if (line === undefined) continue;
        const { id, document: body } = items[at]!;
        assert.ok(line.startsWith(JSON.stringify(body).slice(0, -1)));
        assert.deepEqual(JSON.parse(line), {
          ...(JSON.parse(JSON.stringify(body)) as object),
          _index: "logs",
          ...(id === null ? {} : { _id: id }),
        });
      }
    }),
  ));

test("a body that is no sequence of actions and documents is refused whole", () => {
  for (const body of [
    "",
    "\n",
    "x\n",
    "{}\n",
    '{"create":{},"index":{}}\n{}\n',
    '{"make":{}}\n{}\n',
    '{"index":{"_index":"a"}}\n',
    '{"index":[]}\n{}\n',
  ])
    assert.ok("fault" in readBulk(body, undefined), body);
  assert.ok("fault" in readBulk('{"index":{}}\n{}\n', undefined), "no index anywhere");
});

test("whatever the body, it is read or refused, and every line is JSON", () =>
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('{"index":{"_index":"a"}}\n', '{"create":{}}\n', "{}\n", "{", "}", "\n", '"', "1"),
      }),
      (text) => {
        const read = readBulk(text, "logs");
        if ("items" in read) for (const { line } of read.items) if (line !== undefined) JSON.parse(line);
      },
    ),
  ));

test("a request of more items than an answer can name is refused as a whole", () => {
  assert.ok("items" in readBulk('{"create":{}}\n{}\n'.repeat(200_000), "logs"));
  assert.ok("fault" in readBulk('{"create":{}}\n{}\n'.repeat(200_001), "logs"));
});
