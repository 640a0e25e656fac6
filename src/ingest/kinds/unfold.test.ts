import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "#sigma";
import { readEventXml } from "./read-event-xml.ts";
import { readNameValues } from "./read-name-values.ts";
import { unfolding } from "./unfold.ts";

describe("unfolding", () => {
  test("name-value text gives back every value that was written, quotes inside quotes too", () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
    const quoted = fc.string().map((text) => text.replaceAll("\n", " ").replaceAll(/" /g, "' ").replace(/"+$/, ""));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, fc.oneof(fc.stringMatching(/^[^\s"[\]]{0,12}$/), quoted)), {
          selector: ([key]) => key,
        }),
        (pairs) => {
          const line = pairs
            .map(([key, value]) => (/[\s"[\]]/.test(value) ? `${key}="${value}"` : `${key}=${value}`))
            .join(" ");
          const quotesInside = pairs.some(([, value]) => /"\s/.test(value));
          if (!quotesInside) assert.deepEqual({ ...readNameValues(line) }, Object.fromEntries(pairs));
        },
      ),
    );
    assert.deepEqual(
      { ...readNameValues('cmdline="sh -c "id -u"" l=["a","b"] e=') },
      { cmdline: 'sh -c "id -u"', l: ["a", "b"], e: "" },
    );
  });

  test("an event's XML gives its system fields and its data by name, entities resolved", () => {
    const xml =
      '<Event><System><Provider Name="P" Guid="{1}"/><EventID>3</EventID><Correlation/></System><EventData><Data Name="Image">a &lt;b&gt; &#65;</Data><Data Name="Empty"/></EventData></Event>';
    assert.deepEqual(readEventXml(xml), {
      System: { Provider: { "#attributes": { Name: "P", Guid: "{1}" } }, EventID: "3", Correlation: null },
      EventData: { Image: "a <b> A", Empty: "" },
    });
  });

  test("data with names move under them; data without stay a list", () => {
    const open = unfolding("windows-named-data");
    const data = (Data: JsonObject[]): JsonObject => ({ Event: { System: {}, EventData: { Data } } });
    assert.deepEqual(
      open(data([{ "#attributes": { Name: "A" }, "#text": "1" }, { "#text": "2" }, { "@Name": "B", "#text": "3" }])),
      {
        Event: { System: {}, EventData: { A: "1", B: "3", Data: ["2"] } },
      },
    );
    const plain: JsonObject = { Event: { System: {}, EventData: { Data: ["1", "2"] } } };
    assert.equal(open(plain), plain);
  });

  test("what is not folded comes back as the same object, and junk never throws", () => {
    const names = [
      "windows-named-data",
      "event-data-json",
      "syslog-message",
      "message-xml",
      "message-values",
      "registry-audit",
      "message-values",
      "audit-event",
      "container-log",
    ];
    const keys = [
      "Event",
      "EventData",
      "Data",
      "SyslogMessage",
      "message",
      "ObjectName",
      "winlog",
      "event_data",
      "#attributes",
      "Name",
      "SYSCALL",
      "EXECVE",
      "PATH",
      "ARGV",
      "auditd",
      "process",
      "log",
    ];
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "type=A x=[",
        "<Event><System>",
        "{",
        'a="b',
        "x ; USER=",
        "<Data Name='__proto__'>1</Data>",
        "2024-03-01T10:00:00Z stdout F {",
      ),
    );
    const value = fc.oneof(
      text,
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...keys), text),
      fc.array(fc.dictionary(fc.constantFrom(...keys), text)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.dictionary(fc.constantFrom(...keys), value), (name, body) => {
        const before = JSON.stringify(body);
        unfolding(name)(body as JsonObject);
        assert.equal(JSON.stringify(body), before);
      }),
      { numRuns: 1000 },
    );
    const plain: JsonObject = { hello: "world" };
    for (const name of names) assert.equal(unfolding(name)(plain), plain);
  });

  test("a name that isn't there is refused when the content is loaded", () =>
    assert.throws(() => unfolding("constructor"), /no unfolding is named/));
});
