import type { JsonObject } from "#sigma";
import { at, json, type Sample } from "./sample.ts";

const sysmon = "Microsoft-Windows-Sysmon/Operational";
const winevent = (channel: string, id: number | JsonObject, data: JsonObject): JsonObject => ({
  Event: {
    System: {
      Provider: { "#attributes": { Name: "P" } },
      EventID: id,
      Channel: channel,
      Computer: "pc1",
      TimeCreated: { "#attributes": { SystemTime: "2024-03-01T10:00:00.1234567Z" } },
    },
    EventData: data,
  },
});

export const windowsSamples: readonly Sample[] = [
  json(
    "Sysmon from evtx_dump",
    "windows/sysmon/1 (winevent)",
    winevent(sysmon, 1, { Image: "C:\\a.exe" }),
    "2024-03-01T10:00:00.123Z",
    "pc1",
  ),
  json(
    "an event id with qualifiers",
    "windows/system (winevent)",
    winevent("System", { "#text": 7045, "#attributes": { Qualifiers: 16384 } }, {}),
    "2024-03-01T10:00:00.123Z",
    "pc1",
  ),
  json(
    "a channel that nobody knows",
    "windows (winevent)",
    winevent("Vendor/Own", 1, {}),
    "2024-03-01T10:00:00.123Z",
    "pc1",
  ),
  json(
    "a registry key made, in winlogbeat 7",
    "windows/sysmon/12/createkey (winlogbeat)",
    {
      "@timestamp": at,
      winlog: { channel: sysmon, event_id: 12, computer_name: "pc1", event_data: { EventType: "CreateKey" } },
    },
    at,
    "pc1",
  ),
  json(
    "dotted winlogbeat",
    "windows/sysmon/12/delete (winlogbeat-flat)",
    {
      "@timestamp": at,
      "winlog.channel": sysmon,
      "winlog.event_id": "12",
      "winlog.event_data.EventType": "DeleteValue",
      "host.name": "pc1",
    },
    at,
    "pc1",
  ),
  json(
    "winlogbeat 6",
    "windows/sysmon/22 (winlogbeat-6)",
    { "@timestamp": at, log_name: sysmon, event_id: 22, computer_name: "pc1", event_data: {} },
    at,
    "pc1",
  ),
  json(
    "NXLog",
    "windows/security/4688 (flat)",
    { Channel: "security", EventID: "4688", Hostname: "pc1", EventTime: "2024-03-01 10:00:00" },
    at,
    "pc1",
  ),
  json(
    "a row of WindowsEvent",
    "windows/sysmon/3 (log-analytics)",
    {
      Type: "WindowsEvent",
      Channel: sysmon,
      EventID: 3,
      Computer: "pc1",
      TimeGenerated: at,
      EventData: '{"UtcTime":"2024-03-01 10:00:00.000"}',
    },
    at,
    "pc1",
  ),
  json("a registry value set, as Security audits it", "windows/security/4657/set (flat)", {
    Channel: "Security",
    EventID: 4657,
    OperationType: "%%1904",
    ObjectName: "\\REGISTRY\\MACHINE\\A",
  }),
  json("malware found by Defender", "windows/windefend/malware (flat)", {
    Channel: "Microsoft-Windows-Windows Defender/Operational",
    EventID: 1116,
  }),
  json("RPC Firewall", "windows/rpcfw (flat)", { Channel: "RPCFW", EventID: 3 }),
  json(
    "Sysmon for Linux as an event",
    "windows/linux-sysmon/1 (winevent)",
    winevent("Linux-Sysmon/Operational", 1, {}),
    "2024-03-01T10:00:00.123Z",
    "pc1",
  ),
];
