import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Json, JsonObject, SigmaEvent } from "#sigma";
import { readLog } from "../read-log.ts";
import { eventTime, hostOf } from "./event-time.ts";
import { loadKinds } from "./load-kinds.ts";
import { toEvent } from "./to-event.ts";

const recognise = loadKinds();
const at = "2026-11-20T10:00:00Z";

async function eventsOf(text: string): Promise<SigmaEvent[]> {
  const events: SigmaEvent[] = [];
  const open = async function* () {
    yield new TextEncoder().encode(`${text}\n`);
  };
  for await (const { records } of readLog({ name: "text", open })) {
    for (const record of records) events.push(toEvent(record, recognise));
  }
  return events;
}

/** What the layout's first path with a value leads to; lists are walked through. */
function valuesAt(event: SigmaEvent, field: string): Json[] {
  const step = (values: Json[], key: string) =>
    values
      .flatMap((value) => (Array.isArray(value) ? (value as Json[]) : [value]))
      .flatMap((value) => {
        const below = typeof value === "object" && value !== null ? (value as JsonObject)[key] : undefined;
        return below === undefined ? [] : [below];
      });
  for (const path of event.kind.layout.paths(field)) {
    const found = path.reduce(step, [event.body]);
    if (found.length > 0) return found.flat() as Json[];
  }
  return [];
}

const redfish = {
  "@odata.type": "#Event.v1_7_0.Event",
  Context: "fra3-n07",
  Events: [
    {
      EventTimestamp: "2026-11-20T11:00:00+0100",
      MessageId: "SEC0031",
      MessageArgs: ["a", "b"],
      OriginOfCondition: { "@odata.id": "/redfish/v1/Chassis/1" },
    },
  ],
  Name: "Event Array",
};
const entry = {
  "@odata.type": "#LogEntry.v1_11_0.LogEntry",
  Created: at,
  EntryType: "Event",
  MessageId: "OpenBMC.0.2.EventLogCleared",
  Links: { OriginOfCondition: { "@odata.id": "/redfish/v1/Systems/system" } },
};

describe("what a site's machines say of themselves is recognised, with its time and host:", () => {
  const lines: readonly (readonly [string, string, string, string?])[] = [
    ["a Redfish event", JSON.stringify(redfish), "redfish (event)", "fra3-n07"],
    ["an entry of a Redfish log", JSON.stringify(entry), "redfish (log-entry)"],
    [
      "iDRAC's syslog",
      `<166>${at} r1 Severity: Informational, Category: Audit, MessageID: USR0030, Message: Successfully logged in.`,
      "bmc (idrac)",
      "r1",
    ],
    ["iLO's syslog", `<134>${at} i1 #ILO 5: 11/20/2026 10:00 Server reset.`, "bmc (ilo)", "i1"],
    [
      "the kernel in syslog",
      `${at} h1 kernel: [    0.0] secureboot: Secure boot enabled`,
      "linux-kernel (syslog)",
      "h1",
    ],
    [
      "the kernel in the journal",
      `{"__REALTIME_TIMESTAMP":"1795168800000000","SYSLOG_IDENTIFIER":"kernel","_HOSTNAME":"h1","MESSAGE":"x"}`,
      "linux-kernel (journal)",
      "h1",
    ],
    ["a power strip", `<134>${at} p1 POWER: Outlet "A7" set to OFF by user "ADMN"`, "servertech (syslog)", "p1"],
    ["an SNMP trap", `${at} c1 snmptrapd[8]: SNMPv2-MIB::coldStart`, "snmptrapd (syslog)", "c1"],
  ];
  for (const [name, text, key, host] of lines) {
    test(name, async () => {
      const [event] = await eventsOf(text);
      assert.ok(event);
      assert.equal(event.kind.key, key);
      assert.equal(eventTime(event.body, event.kind), Date.parse(at));
      assert.equal(hostOf(event.body, event.kind), host);
    });
  }
});

test("of several events in one Redfish delivery each has its own fields and time, and the server's name", async () => {
  const [first] = redfish.Events;
  const later = { ...first, EventTimestamp: "2026-11-20T10:00:01Z", MessageId: "SEC0032" };
  const events = await eventsOf(JSON.stringify({ ...redfish, Events: [first, later] }));
  assert.deepEqual(
    events.map((event) => [valuesAt(event, "MessageId"), eventTime(event.body, event.kind)]),
    [
      [["SEC0031"], Date.parse(at)],
      [["SEC0032"], Date.parse(at) + 1000],
    ],
  );
  for (const { body, kind } of events) {
    assert.equal(kind.key, "redfish (event)");
    assert.equal(hostOf(body, kind), "fra3-n07");
  }
});

test("a Redfish event's fields answer by their own names, wherever the delivery holds them", async () => {
  const [event] = await eventsOf(JSON.stringify(redfish));
  assert.deepEqual(valuesAt(event!, "MessageId"), ["SEC0031"]);
  assert.deepEqual(valuesAt(event!, "MessageArgs"), ["a", "b"]);
  assert.deepEqual(valuesAt(event!, "OriginOfCondition"), ["/redfish/v1/Chassis/1"]);
  assert.deepEqual(valuesAt(event!, "host"), ["fra3-n07"]);
  const [logged] = await eventsOf(JSON.stringify(entry));
  assert.deepEqual(valuesAt(logged!, "OriginOfCondition"), ["/redfish/v1/Systems/system"]);
});

test("programs that merely begin like a power strip's words are no power strip", async () => {
  for (const program of ["power", "POWERD", "auth", "EVENTS"]) {
    const [event] = await eventsOf(`<134>${at} h1 ${program}: x`);
    assert.match(event!.kind.key, /^syslog/, program);
  }
});
