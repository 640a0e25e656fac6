import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "#sigma";
import { readLog } from "../read-log.ts";
import type { FormatName } from "../contract.ts";
import { hits, rule } from "./testing/hits.ts";

const defender = "Microsoft-Windows-Windows Defender/Operational";
const cleared = "{EventID: 104, Channel: Security}";
const t = "2026-11-20T10:00:00Z";
const diagnostic = { time: t, operationName: "x", category: "AuditLogs", properties: {} };

describe("a rule reaches the field that it means", () => {
  const cases: [string, string, JsonObject, FormatName?][] = [
    [
      "Defender's own Source Name, not the provider",
      rule("product: windows, service: windefend", "{EventID: 1116, SourceName: AMSI}"),
      {
        Event: {
          System: {
            Provider: { "#attributes": { Name: "Microsoft-Windows-Windows Defender" } },
            EventID: 1116,
            Channel: defender,
          },
          EventData: { "Source Name": "AMSI" },
        },
      },
    ],
    [
      "Defender's own Source Name from winlogbeat",
      rule("product: windows, service: windefend", "{EventID: 1116, SourceName: AMSI}"),
      {
        winlog: {
          channel: defender,
          event_id: "1116",
          provider_name: "Defender",
          event_data: { "Source Name": "AMSI" },
        },
      },
    ],
    [
      "Defender's own Source Name from NXLog",
      rule("product: windows, service: windefend", "{EventID: 1116, SourceName: AMSI}"),
      { Channel: defender, EventID: 1116, SourceName: "Microsoft-Windows-Windows Defender", "Source Name": "AMSI" },
    ],
    [
      "the log that was cleared",
      rule("product: windows, service: system", cleared),
      { Event: { System: { EventID: 104, Channel: "System" }, UserData: { LogFileCleared: { Channel: "Security" } } } },
    ],
    [
      "the log that was cleared, from winlogbeat",
      rule("product: windows, service: system", cleared),
      { winlog: { channel: "System", event_id: "104", user_data: { Channel: "Security" } } },
    ],
    [
      "a proxy log's column c-uri",
      rule("category: proxy", "{c-uri|endswith: /x, c-useragent: Moz}"),
      { "cs-method": "GET", "c-uri": "http://h/x", "c-useragent": "Moz", "sc-status": 200 },
      "w3c",
    ],
    [
      "Exchange's operations",
      rule(
        "product: m365, service: exchange",
        "{eventSource: Exchange, eventName: Add-FederatedDomain, status: success}",
      ),
      {
        CreationTime: t,
        RecordType: 1,
        Workload: "Exchange",
        Operation: "Add-FederatedDomain",
        ResultStatus: "Succeeded",
      },
    ],
    [
      "names of an Azure rule as they stand",
      rule("product: azure, service: auditlogs", "{activityType: x, additionalDetails.additionalInfo|contains: y}"),
      { ...diagnostic, activityType: "x", additionalDetails: { additionalInfo: "xyz" } },
    ],
    [
      "a session that failed to authenticate on a Cisco router",
      rule("product: cisco, service: bgp", "{'|all': [':179', IP-TCP-3-BADAUTH]}"),
      { message: "%IP-TCP-3-BADAUTH : Invalid MD5 digest from 10.0.0.1:23 to 10.0.0.2:179" },
      "text",
    ],
  ];
  for (const [name, rules, body, format] of cases)
    test(name, () => assert.deepEqual(hits(rules, body, format), ["hit"]));
});

describe("a line of syslog is of the kind that its sender says", () => {
  const lines: [string, string, string, string][] = [
    [
      "Huawei's message code where the program stands",
      "<189>Aug 24 2024 10:11:12 r1 %%01BGP/3/BGP_AUTH_FAILED(l)[1]:BGP session authentication failed. (10.1.1.1:179)",
      "product: huawei, service: bgp",
      "{'|all': [':179', BGP_AUTH_FAILED]}",
    ],
    [
      "Huawei's message code without a number",
      "<189>Aug 24 2024 10:11:12 r1 %%01BGP/3/BGP_AUTH_FAILED(l):CID=0x80041;BGP failed. (10.1.1.1:179)",
      "product: huawei, service: bgp",
      "{'|all': [':179', BGP_AUTH_FAILED]}",
    ],
    [
      "a stored line of HPE's controller, without its priority",
      "2026-11-20T10:00:00+00:00 ilo1 #ILO 5: 11/20/2026 10:00 Server power removed.",
      "product: hpe, service: ilo",
      "{host: ilo1, message|contains: power removed}",
    ],
  ];
  for (const [name, line, logsource, detection] of lines)
    test(name, async () => assert.deepEqual(await hitsOfText(line, rule(logsource, detection)), ["hit"]));
});

test("the journal's host, program and message answer to the names that syslog's have", () => {
  const journal = {
    __REALTIME_TIMESTAMP: "1761398493116000",
    _HOSTNAME: "web1",
    SYSLOG_IDENTIFIER: "sshd",
    MESSAGE: "Failed password",
  };
  const sshd = rule("product: linux, service: sshd", "{host: web1, program: sshd, message|contains: failed}");
  assert.deepEqual(hits(sshd, journal), ["hit"]);
});

async function hitsOfText(line: string, rules: string): Promise<string[]> {
  const open = async function* () {
    yield new TextEncoder().encode(`${line}\n`);
  };
  const found: string[] = [];
  for await (const { records } of readLog({ name: "text", open }))
    for (const { body, format } of records) found.push(...hits(rules, body, format));
  return found;
}
