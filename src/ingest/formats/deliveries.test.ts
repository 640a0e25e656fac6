import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readBytes } from "./testing/read-all.ts";

const envelope = { "@odata.type": "#Event.v1_7_0.Event", Context: "fra3-n07", Id: "1", Name: "Event Array" };
const event = fc.record(
  { MessageId: fc.string(), MessageArgs: fc.array(fc.string(), { maxLength: 3 }) },
  { noNullPrototype: true },
);
const deliveries = fc.array(fc.array(event, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });

describe("a delivery of several events is one record for each", () => {
  test("Redfish: with all that the delivery says, in its order, at the delivery's address, however it is written", async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.constantFrom("lines", "pretty", "list"), async (lists, layout) => {
        const whole = lists.map((Events) => ({ ...envelope, Events }));
        const text =
          layout === "list"
            ? JSON.stringify(whole)
            : whole.map((one) => JSON.stringify(one, null, layout === "pretty" ? 1 : 0)).join("\n");
        const { records, problems } = await readBytes(text, { exactKeys: true });
        assert.deepEqual(problems, []);
        assert.deepEqual(
          records.map(({ body }) => body),
          lists.flatMap((list) => list.map((one) => ({ ...envelope, Events: [one] }))),
        );
        assert.deepEqual(
          records.map(({ index }) => index),
          records.map((_, index) => index),
        );
        const bytes = Buffer.from(text);
        const addressed = records.map(({ offset, length }) =>
          JSON.parse(bytes.subarray(offset, offset + length).toString()),
        );
        assert.deepEqual(
          addressed,
          lists.flatMap((list) => list.map(() => ({ ...envelope, Events: list }))),
        );
        for (const { raw, offset, length, body } of records) {
          if (raw === undefined) continue;
          assert.deepEqual(Buffer.from(raw), bytes.subarray(offset, offset + length));
          assert.deepEqual(JSON.parse(Buffer.from(raw).toString()), body, "bytes are handed on of single events alone");
        }
      }),
    );
  });

  test("Okta's event hooks, one event or several: each with what the hook says beside it", async () => {
    const hook = { eventType: "com.okta.event_hook", source: "https://example.okta.com/api/v1/eventHooks/1" };
    for (const events of [[{ eventType: "a" }], [{ eventType: "a" }, { eventType: "b" }]]) {
      const { records } = await readBytes(JSON.stringify({ ...hook, data: { events } }));
      assert.deepEqual(
        records.map(({ body }) => body),
        events.map((one) => ({ eventHook: hook, ...one })),
      );
    }
  });

  test("pages of Microsoft Graph, one a line", async () => {
    const page = (...value: unknown[]) => JSON.stringify({ "@odata.context": "x", value, "@odata.nextLink": "y" });
    const { records } = await readBytes(`${page({ a: 1 }, { b: 2 })}\n${page({ c: 3 })}\n`);
    assert.deepEqual(
      records.map(({ body }) => body),
      [{ a: 1 }, { b: 2 }, { c: 3 }],
    );
  });

  test("what is no event among them is told, and takes a number", async () => {
    const { records, problems } = await readBytes('{"Events":[{"MessageId":"a"},7,{"MessageId":"b"}]}\n');
    assert.deepEqual(
      records.map(({ index, body }) => [index, body]),
      [
        [0, { Events: [{ MessageId: "a" }] }],
        [2, { Events: [{ MessageId: "b" }] }],
      ],
    );
    assert.deepEqual(
      problems.map(({ index, code, wasRead }) => [index, code, wasRead]),
      [[1, "not-an-object", false]],
    );
  });
});

test("what merely looks like a delivery stays whole", async () => {
  for (const body of [
    { Events: [{ a: 1 }, { a: 2 }] },
    { Events: ["a", "b"] },
    { Events: [] },
    { eventType: "com.okta.event_hook", data: { events: "x" } },
    { eventType: "user.session.start", data: { events: [{ a: 1 }, { b: 1 }] } },
    { value: [{ a: 1 }, { b: 1 }], host: "h" },
  ]) {
    const { records } = await readBytes(`${JSON.stringify(body)}\n{"next":1}\n`);
    assert.deepEqual(records[0]!.body, body);
    assert.equal(records.length, 2);
  }
});

test("nobody makes much of little: events can't carry more of their delivery than so many times its size", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 400 }), fc.nat(20_000), async (count, size) => {
      const body = { Context: "c".repeat(size), Events: Array.from({ length: count }, () => ({ MessageId: "a" })) };
      const text = JSON.stringify(body);
      const { records } = await readBytes(text);
      assert.ok(records.length === 1 || records.length === count);
      const made = records.reduce((sum, one) => sum + JSON.stringify(one.body).length, 0);
      assert.ok(made <= 18 * text.length, `${made} of ${text.length}`);
    }),
    { numRuns: 50 },
  );
});
