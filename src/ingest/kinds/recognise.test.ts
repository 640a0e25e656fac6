import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { unknownKind, type EventKind, type Json, type JsonObject } from "#sigma";
import type { FormatName } from "../contract.ts";
import { eventTime, hostOf, userOf } from "./event-time.ts";
import { loadKinds } from "./load-kinds.ts";
import { samples } from "./testing/samples.ts";
import { toEvent } from "./to-event.ts";

const recognise = loadKinds();

describe("recognising", () => {
  for (const { name, format, body, kind, time, host } of samples) {
    test(`${name} is ${kind}`, () => {
      const event = eventOf(body, format);
      assert.equal(event.kind.key, kind);
      assert.equal(eventTime(event.body, event.kind, 2024), time === undefined ? undefined : Date.parse(time), "time");
      assert.equal(hostOf(event.body, event.kind), host, "host");
    });
  }

  test("every record of a kind gets the same object, whatever else is in it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.dictionary(fc.string(), fc.jsonValue()),
        ({ body, format }, extra) => {
          const grown = { ...(extra as JsonObject), ...body };
          const kind = recognise(body, format);
          // Extra keys may complete another source's shape, but never make a kind of their own.
          assert.ok(recognise(grown, format) === kind || known.has(recognise(grown, format)));
          assert.equal(recognise(structuredClone(body), format), kind);
        },
      ),
    );
  });

  test("kinds are those of the content, however many channels and ids a log invents", () => {
    const kinds = new Set<EventKind>();
    for (let n = 0; n < 2000; n++) kinds.add(recognise({ Channel: `Invented-${n}/Operational`, EventID: n }, "ndjson"));
    assert.equal(kinds.size, 1);
  });

  test("upper and lower case of a channel, and an event id as number or text, make no difference", () => {
    const kind = recognise({ Channel: "Security", EventID: 4688 }, "ndjson");
    assert.equal(recognise({ Channel: "security", EventID: "4688" }, "ndjson"), kind);
    assert.equal(recognise({ Channel: "SECURITY", EventID: 4688 }, "ndjson"), kind);
  });

  test("no body makes it throw or take time out of proportion, and none has a time, host or user of the wrong type", () => {
    fc.assert(
      fc.property(
        junk,
        fc.constantFrom<FormatName>("ndjson", "syslog", "text", "cef", "auditd", "csv"),
        (body, format) => {
          const event = eventOf(body, format);
          assert.equal(typeof event.kind.key, "string");
          assert.ok(["number", "undefined"].includes(typeof eventTime(event.body, event.kind)));
          assert.ok(["string", "undefined"].includes(typeof hostOf(event.body, event.kind)));
          assert.ok(["string", "undefined"].includes(typeof userOf(event.body, event.kind)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("JSON that nothing recognises is unknown: every rule applies", () => {
    assert.equal(recognise({ hello: "world" }, "ndjson"), unknownKind);
  });

  test("a document exported from Elasticsearch is recognised inside its _source", () => {
    const body = {
      _index: "i",
      _source: {
        Channel: "Security",
        EventID: 4688,
        NewProcessName: "C:\\a.exe",
        "@timestamp": "2024-05-01T00:00:00Z",
      },
    };
    const { kind } = eventOf(body, "ndjson");
    assert.equal(kind.key, "windows/security/4688 (flat) in _source");
    assert.deepEqual(kind.layout.paths("NewProcessName")[0], ["_source", "NewProcessName"]);
    assert.equal(eventTime(body, kind), Date.parse("2024-05-01T00:00:00Z"));
    assert.equal(recognise(structuredClone(body), "ndjson"), kind);
  });
});

const known = new Set<EventKind>(samples.map(({ body, format }) => recognise(body, format)));

function eventOf(body: JsonObject, format: FormatName) {
  return toEvent({ index: 0, offset: 0, length: 0, format, body }, recognise);
}

/** Records that look like known ones and hold anything: the keys that recognition asks for, with values of any type. */
const telling = [
  "Event",
  "System",
  "EventData",
  "Channel",
  "EventID",
  "winlog",
  "channel",
  "event_id",
  "log_name",
  "event_data",
  "Type",
  "SyslogMessage",
  "Facility",
  "ProcessName",
  "class_uid",
  "category_uid",
  "metadata",
  "ecs",
  "event",
  "protoPayload",
  "logName",
  "eventType",
  "published",
  "actor",
  "outcome",
  "_path",
  "ts",
  "uid",
  "query",
  "message",
  "program",
  "type",
  "_source",
  "_index",
  "ObjectName",
  "NewValue",
  "__proto__",
  "constructor",
  "#text",
  "time",
  "date",
  "host",
  "id",
  "records",
];
const telltaleText = fc.constantFrom(
  "Security",
  "Microsoft-Windows-Sysmon/Operational",
  "4657",
  'type=AUOMS_EXECVE a="b',
  "<Event><System><EventID>1</EventID>",
  'logid="0100" type="event" ',
  "%SYS-5-CONFIG_I: x",
  '{"a":',
  "auoms",
  "sysmon",
  "WindowsEvent",
  "x ; USER=root ; COMMAND=/bin/sh",
  "=".repeat(500),
  '<Data Name="a">'.repeat(50),
);
const { body: junk } = fc.letrec<{ body: JsonObject; value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    telltaleText,
    fc.jsonValue() as fc.Arbitrary<Json>,
    tie("body"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
  body: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...telling), fc.string()), tie("value")), { maxLength: 8 })
    .map((pairs) => JSON.parse(JSON.stringify(Object.fromEntries(pairs))) as JsonObject),
}));
