import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { sniff } from "./sniff.ts";
import { bodiesOf, bytesInput, piecesOf, readAll, readBytes } from "./testing/read-all.ts";

const body = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 });
const bodies = fc.array(body, { minLength: 1, maxLength: 8 });
const indent = fc.constantFrom(0, 1, 2, "\t");
const cuts = fc.array(fc.nat(3000), { maxLength: 20 });

describe("JSON that was written is read back the same", () => {
  const layouts: Record<string, (values: readonly unknown[], space: string | number) => string> = {
    ndjson: (values) => values.map((value) => JSON.stringify(value)).join("\n"),
    "json-array": (values, space) => JSON.stringify(values, null, space),
    "json-concatenated": (values, space) => values.map((value) => JSON.stringify(value, null, space)).join(""),
    "json-envelope": (values, space) =>
      JSON.stringify({ count: 1, Records: values, more: { Records: [{}] } }, null, space),
  };
  for (const [format, write] of Object.entries(layouts)) {
    test(format, async () => {
      await fc.assert(
        fc.asyncProperty(bodies, indent, cuts, async (values, space, places) => {
          const bytes = Buffer.from(write(values, space));
          const options = { format: format as "ndjson", limits: { depth: 20 } };
          const { records, problems } = await readAll(bytesInput(piecesOf(bytes, places)), options);
          // Through JSON, because -0 and the like have no text of their own.
          assert.deepEqual(
            records.map((record) => JSON.stringify(record.body)),
            values.map((value) => JSON.stringify(value)),
          );
          assert.deepEqual(
            problems.filter(({ code }) => code !== "too-deep"),
            [],
          );
          for (const { offset, length, raw } of records) {
            assert.deepEqual(Buffer.from(raw!), bytes.subarray(offset, offset + length));
          }
        }),
      );
    });
  }
});

describe("envelopes", () => {
  const cases: readonly (readonly [string, string, ...unknown[]])[] = [
    ["CloudTrail", '{"Records":[{"a":1},{"b":2}]}', { a: 1 }, { b: 2 }],
    ["CloudTrail, several in one file", '{"Records":[{"a":1}]}\n{"Records":[{"b":2}]}\n', { a: 1 }, { b: 2 }],
    ["Azure", '{"records":[{"a":1}]}', { a: 1 }],
    ["Microsoft Graph", '{"@odata.context":"x","value":[{"a":1}],"@odata.nextLink":"y"}', { a: 1 }],
    [
      "CloudWatch Logs",
      '{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","subscriptionFilters":["f"],"logEvents":[{"id":"1"}]}',
      { id: "1" },
    ],
    ["Cloudflare's API", '{"result":[{"a":1}],"success":true}', { a: 1 }],
    [
      "Elasticsearch's answer",
      '{"took":1,"hits":{"total":{"value":2},"hits":[{"_index":"i","_source":{"a":1}},{"_id":"2","_source":{"b":2}}]}}',
      { a: 1 },
      { b: 2 },
    ],
    [
      "Elasticsearch's dump",
      '{"_index":"i","_id":"1","_source":{"a":1}}\n{"_index":"i","_id":"2","_source":{"b":2}}\n',
      { a: 1 },
      { b: 2 },
    ],
    [
      "Splunk's export",
      '{"preview":false,"offset":0,"result":{"a":"1"}}\n{"preview":false,"lastrow":true,"result":{"b":"2"}}\n',
      { a: "1" },
      { b: "2" },
    ],
    ["Okta's and GitHub's list", '[{"a":1},{"b":2}]', { a: 1 }, { b: 2 }],
    ["lists, one a line", '[{"a":1},{"b":2}]\n[{"c":3}]\n', { a: 1 }, { b: 2 }, { c: 3 }],
  ];
  for (const [name, text, ...expected] of cases) {
    test(`${name}: the records inside are the events`, async () => assert.deepEqual(await bodiesOf(text), expected));
  }

  test("an event that happens to hold a list of records stays whole", async () => {
    for (const text of [
      '{"eventName":"x","Records":[{"a":1}]}\n',
      '{"data":[{"a":1}],"kind":"event"}\n{"data":[{"a":2}],"kind":"event"}\n',
      '{"value":["a","b"]}\n',
      '{"a":1,"result":{"b":2}}\n{"result":{"b":2},"host":"h"}\n',
    ]) {
      assert.deepEqual(
        await bodiesOf(text),
        text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown),
      );
    }
  });
});

describe("broken JSON costs no more than itself", () => {
  test("pretty objects behind one that is never closed are read", async () => {
    const { records, problems } = await readBytes('{\n  "a": {\n    "x": 1\n\n{\n  "b": 2\n}\n{\n  "c": 3\n}\n');
    assert.deepEqual(
      records.map(({ body }) => body),
      [{ b: 2 }, { c: 3 }],
    );
    assert.deepEqual(
      problems.map(({ index, offset, code }) => [index, offset, code]),
      [[0, 0, "bad-json"]],
    );
  });

  test("pretty elements behind one whose string is never closed are read", async () => {
    const { records } = await readBytes('[\n  {\n    "a": "x\n  },\n  {\n    "b": 2\n  }\n]\n');
    assert.deepEqual(
      records.map(({ body }) => body),
      [{ b: 2 }],
    );
  });

  test("a line of NDJSON that is no JSON is told with its place", async () => {
    const { records, problems } = await readBytes('{"a":1}\n{"b":\n{"c":3}\n5\n');
    assert.deepEqual(
      records.map(({ index }) => index),
      [0, 2],
    );
    assert.deepEqual(
      problems.map(({ index, offset, length, code }) => [index, offset, length, code]),
      [
        [1, 8, 5, "bad-json"],
        [3, 22, 1, "not-an-object"],
      ],
    );
  });
});

describe("telling JSON apart", () => {
  for (const [format, text] of [
    ["ndjson", '{"a":1}\n{"a":2}\n'],
    ["ndjson", 'a banner\n{"a":1}\n{"a":2}\n{"a":3'],
    ["ndjson", '{"a":1}'],
    ["ndjson", '{"cut":\n{"a":1}\n{"a":2}\n'],
    ["json-concatenated", '{"a":1}{"a":2}'],
    ["json-concatenated", '{\n "a":1\n}\n{\n "a":2\n}\n'],
    ["json-concatenated", `{"a":"${"x".repeat(70_000)}"}\n{"a":1}\n`],
    ["json-array", ' [\n{"a":1}]'],
    ["json-array", "[]"],
    ["text", "[2024-01-01 10:00:00] started\n[2024-01-01 10:00:01] stopped\n"],
    ["text", "{not json at all}\n{nor this}\n"],
  ] as const) {
    test(`${JSON.stringify(text.slice(0, 30))} is ${format}`, () =>
      assert.equal(sniff(Buffer.from(text)).format, format));
  }
});
