import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal } from "#kernel";
import { mostRecords, OtlpError } from "./export-request.ts";
import { otlpLine, otlpLines } from "./otlp-line.ts";
import { readJson } from "./read-json.ts";
import { readProtobuf } from "./read-protobuf.ts";

test("bytes of any kind are read as Protocol Buffers or refused, never worse", () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        for (const record of readProtobuf(bytes)) JSON.parse(otlpLine(record));
      } catch (error) {
        assert.ok(error instanceof OtlpError, String(error));
      }
    }),
    { numRuns: 2_000 },
  ));

test("JSON of any shape is read or refused, never worse", () =>
  fc.assert(
    fc.property(shape(), (value) => {
      try {
        for (const record of readJson(JSON.stringify(value))) JSON.parse(otlpLine(record));
      } catch (error) {
        assert.ok(error instanceof OtlpError, String(error));
      }
    }),
  ));

test("values that nest without end are refused, not followed", () => {
  const deep = `${'{"arrayValue":{"values":['.repeat(5_000)}{"stringValue":"x"}${"]}}".repeat(5_000)}`;
  assert.throws(() => readJson(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${deep}}]}]}]}`), OtlpError);
  let bytes = Buffer.from([0x0a, 0x01, 0x78]);
  for (let depth = 0; depth < 300; depth += 1) bytes = field(5, field(1, bytes));
  const wire = field(1, field(2, field(2, field(5, bytes))));
  assert.throws(() => readProtobuf(wire), OtlpError);
});

test("a request of empty records, and one whose records each carry a large resource, are refused before they fill the memory", () => {
  const scope = field(2, Buffer.alloc(2 * (mostRecords + 1), Buffer.from([0x12, 0x00])));
  assert.throws(() => readProtobuf(field(1, scope)), OtlpError);
  const spread = Buffer.concat([field(1, field(2, Buffer.from([0x12, 0x00]))), field(1, scope.subarray(0, -2))]);
  assert.throws(() => readProtobuf(spread), OtlpError);
  const records = `[${"{},".repeat(mostRecords)}{}]`;
  assert.throws(() => readJson(`{"resourceLogs":[{"scopeLogs":[{"logRecords":${records}}]}]}`), OtlpError);
  const attributes = [{ key: "k", value: { stringValue: "x".repeat(100_000) } }];
  const logRecords = Array.from({ length: 2_000 }, () => ({}));
  const large = readJson(JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] }));
  assert.equal(large.length, 2_000);
  assert.throws(
    () => otlpLines(large),
    (error) => error instanceof Refusal && error.code === "intake/body-too-large",
  );
});

test("numbers that JavaScript has no room for stay exact, and what came under odd names is kept", () => {
  const attributes = [
    { key: "__proto__", value: { intValue: "9223372036854775807" } },
    { key: "constructor", value: { doubleValue: "NaN" } },
  ];
  const [record] = readJson(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] }));
  const line = otlpLine(record!);
  assert.match(line, /"__proto__":"9223372036854775807"/);
  assert.match(line, /"constructor":"NaN"/);
});

function field(number: number, bytes: Buffer): Buffer<ArrayBuffer> {
  const length: number[] = [];
  for (let left = bytes.length; ; left >>>= 7) {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}

function shape() {
  const any = fc.jsonValue();
  const or = <T>(one: fc.Arbitrary<T>) => fc.oneof({ arbitrary: one, weight: 4 }, { arbitrary: any, weight: 1 });
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: or(
      fc.oneof(
        { maxDepth: 4 },
        fc.record({ stringValue: or(fc.string()) }),
        fc.record({ intValue: or(fc.oneof(fc.bigInt().map(String), fc.integer())) }),
        fc.record({ arrayValue: or(fc.record({ values: or(fc.array(tie("value"), { maxLength: 3 })) })) }),
        fc.record({
          kvlistValue: fc.record({
            values: fc.array(fc.record({ key: fc.string(), value: tie("value") }), { maxLength: 3 }),
          }),
        }),
      ),
    ),
  }));
  const attributes = or(fc.array(fc.record({ key: or(fc.string()), value }), { maxLength: 3 }));
  const record = fc.record({ timeUnixNano: or(fc.bigInt().map(String)), body: value, attributes, severityNumber: any });
  const scopes = or(
    fc.array(fc.record({ scope: or(fc.record({ name: any })), logRecords: or(fc.array(record, { maxLength: 3 })) }), {
      maxLength: 2,
    }),
  );
  return fc.record({
    resourceLogs: or(
      fc.array(fc.record({ resource: or(fc.record({ attributes })), scopeLogs: scopes }), { maxLength: 2 }),
    ),
  });
}

test("a text that is JSON, nested without end, is taken as it was written", () => {
  const deep = `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  const request = {
    resourceLogs: [
      {
        scopeLogs: [
          { logRecords: [{ body: { stringValue: deep }, attributes: [{ key: "b", value: { intValue: 1 } }] }] },
        ],
      },
    ],
  };
  const [record] = readJson(JSON.stringify(request));
  assert.ok(otlpLine(record!).startsWith(deep.slice(0, -1)));
});
