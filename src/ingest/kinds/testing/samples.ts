// Longer than 400 lines because it is a table: one record for every shape that the content knows.
import type { JsonObject } from "#sigma";
import type { FormatName } from "../../contract.ts";

/** One small made-up record per shape, with what it must be recognised as. */
export interface Sample {
  readonly name: string;
  readonly format: FormatName;
  readonly body: JsonObject;
  readonly kind: string;
  readonly time?: string;
  readonly host?: string;
}

const json = (name: string, kind: string, body: JsonObject, time?: string, host?: string): Sample => ({
  name,
  format: "ndjson",
  body,
  kind,
  ...(time !== undefined && { time }),
  ...(host !== undefined && { host }),
});
const text = (
  format: FormatName,
  name: string,
  kind: string,
  body: JsonObject,
  time?: string,
  host?: string,
): Sample => ({
  ...json(name, kind, body, time, host),
  format,
});

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
const at = "2024-03-01T10:00:00Z";

export const samples: readonly Sample[] = [
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
  text(
    "syslog",
    "Sysmon for Linux in syslog",
    "sysmon-for-linux/3 (syslog)",
    {
      program: "sysmon",
      host: "web1",
      message:
        '<Event><System><Provider Name="Linux-Sysmon"/><EventID>3</EventID><Computer>web1</Computer></System><EventData><Data Name="UtcTime">2024-03-01 10:00:00.000</Data></EventData></Event>',
    },
    at,
    "web1",
  ),
  json(
    "an audit record in a Syslog row",
    "log-analytics-linux/auditd/auoms_execve (syslog-table)",
    {
      Type: "Syslog",
      Facility: "user",
      ProcessName: "auoms",
      Computer: "web1",
      EventTime: at,
      SyslogMessage: 'type=AUOMS_EXECVE audit(1.0:1): exe="/bin/sh" cmdline="sh -c \\"id\\""',
    },
    at,
    "web1",
  ),
  json(
    "a connection",
    "log-analytics-connection (vmconnection)",
    { ConnectionId: "1", RemoteIp: "203.0.113.1", Direction: "outbound", TimeGenerated: at, Computer: "web1" },
    at,
    "web1",
  ),
  json(
    "ECS",
    "ecs/windows/process/start (ecs)",
    {
      "@timestamp": at,
      ecs: { version: "8.0" },
      event: { category: ["process"], type: ["start"] },
      host: { name: "pc1", os: { type: "windows" } },
    },
    at,
    "pc1",
  ),
  json(
    "OCSF",
    "ocsf/linux/process/1 (ocsf)",
    {
      class_uid: 1007,
      category_uid: 1,
      activity_id: 1,
      metadata: {},
      time: 1709287200000,
      device: { hostname: "web1", os: { type_id: 200 } },
    },
    at,
    "web1",
  ),
  json(
    "CloudTrail",
    "aws (cloudtrail)",
    {
      eventSource: "iam.amazonaws.com",
      eventName: "CreateUser",
      awsRegion: "us-east-1",
      eventTime: at,
      recipientAccountId: "123456789012",
    },
    at,
    "123456789012",
  ),
  json(
    "an Azure activity",
    "azure/activitylogs (diagnostic)",
    { time: at, operationName: "MICROSOFT.X/Y/WRITE", category: "Administrative", properties: {}, resourceId: "/s" },
    at,
    "/s",
  ),
  json(
    "an Azure sign-in",
    "azure/signinlogs (log-analytics)",
    { TimeGenerated: at, Type: "SigninLogs", ResultType: 0 },
    at,
  ),
  json(
    "a sign-in from Graph",
    "azure (graph-signin)",
    { createdDateTime: at, userPrincipalName: "a@b", appDisplayName: "x", status: { errorCode: 0 } },
    at,
  ),
  json(
    "Microsoft 365",
    "m365/exchange (unified-audit)",
    {
      CreationTime: "2024-03-01T10:00:00",
      Operation: "New-InboxRule",
      Workload: "Exchange",
      RecordType: 1,
      OrganizationId: "o",
    },
    at,
    "o",
  ),
  json(
    "Google Cloud",
    "gcp (log-entry)",
    { protoPayload: { serviceName: "compute.googleapis.com" }, logName: "l", timestamp: at },
    at,
  ),
  json(
    "Google Workspace in Cloud Logging",
    "gcp/google_workspace.admin (log-entry)",
    { protoPayload: { serviceName: "admin.googleapis.com" }, logName: "l", timestamp: at },
    at,
  ),
  json(
    "Google Workspace",
    "google-workspace/google_workspace.admin (reports)",
    { kind: "admin#reports#activity", id: { applicationName: "admin", time: at }, events: [], actor: {} },
    at,
  ),
  json(
    "Okta",
    "okta (system-log)",
    {
      eventType: "user.session.start",
      published: at,
      actor: { alternateId: "a@b" },
      outcome: { result: "SUCCESS" },
      client: { ipAddress: "203.0.113.1" },
    },
    at,
    "203.0.113.1",
  ),
  json("OneLogin", "onelogin (events)", { event_type_id: 5, account_id: 1, created_at: at }, at),
  json(
    "Duo",
    "duo (authentication)",
    { event_type: "authentication", factor: "duo_push", txid: "x", isotimestamp: at },
    at,
  ),
  json(
    "GitHub",
    "github (audit)",
    { action: "repo.create", actor: "a", _document_id: "x", "@timestamp": 1709287200000, org: "o" },
    at,
    "o",
  ),
  json(
    "Bitbucket",
    "bitbucket (audit)",
    { auditType: { category: "Security", action: "x" }, timestamp: { epochSecond: 1709287200 } },
    at,
  ),
  json(
    "Kubernetes",
    "kubernetes (audit)",
    {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      auditID: "x",
      stage: "ResponseComplete",
      verb: "create",
      stageTimestamp: at,
    },
    at,
  ),
  json(
    "OpenCanary",
    "opencanary (json)",
    { logtype: 4000, logdata: {}, node_id: "canary", utc_time: "2024-03-01 10:00:00.000000" },
    at,
    "canary",
  ),
  json(
    "Zeek by its path",
    "zeek/http (path)",
    { _path: "http", ts: 1709287200, uid: "C", "id.orig_h": "10.0.0.1" },
    at,
    "10.0.0.1",
  ),
  json(
    "Zeek by its fields",
    "zeek (dns)",
    { ts: 1709287200, uid: "C", query: "example.org", "id.orig_h": "10.0.0.1" },
    at,
    "10.0.0.1",
  ),
  text(
    "zeek",
    "Zeek's own format",
    "zeek/conn (path)",
    { _path: "conn", ts: 1709287200, uid: "C", "id.orig_h": "10.0.0.1" },
    at,
    "10.0.0.1",
  ),
  ...cloudflare(),
  text(
    "auditd",
    "an audit record",
    "auditd/execve (auditd)",
    { type: "EXECVE", time: at, a0: "id", process: { exe: "/usr/bin/id", command_line: "id" } },
    at,
  ),
  text(
    "syslog",
    "sshd",
    "syslog/sshd (syslog)",
    { time: "Mar  1 10:00:00", host: "web1", program: "sshd", message: "Accepted publickey" },
    at,
    "web1",
  ),
  text(
    "syslog",
    "a program that nobody knows",
    "syslog (syslog)",
    { time: "Mar  1 10:00:00", host: "web1", program: "own", message: "x" },
    at,
    "web1",
  ),
  text(
    "journald-export",
    "the journal",
    "syslog/sudo (journal)",
    {
      __REALTIME_TIMESTAMP: "1709287200000000",
      _HOSTNAME: "web1",
      SYSLOG_IDENTIFIER: "sudo",
      MESSAGE: "a : TTY=pts/0 ; USER=root ; COMMAND=/bin/sh",
    },
    at,
    "web1",
  ),
  text(
    "syslog",
    "Cisco IOS",
    "cisco/bgp (syslog)",
    { time: "Mar  1 10:00:00", host: "r1", message: "%BGP-5-ADJCHANGE: neighbor 10.0.0.1 Down" },
    at,
    "r1",
  ),
  text(
    "syslog",
    "Cisco's code where the program stands",
    "cisco (program)",
    { time: "Mar  1 10:00:00", host: "r1", program: "%SYS-5-CONFIG_I", message: "Configured from console" },
    at,
    "r1",
  ),
  text(
    "syslog",
    "Junos",
    "juniper/bgp (rpd)",
    { time: "Mar  1 10:00:00", host: "r2", program: "rpd", message: "x" },
    at,
    "r2",
  ),
  text(
    "syslog",
    "Huawei",
    "huawei/bgp (vrp)",
    { time: "Mar  1 10:00:00", host: "r3", message: "%%01BGP/3/STATE_CHG(l): x" },
    at,
    "r3",
  ),
  text(
    "syslog",
    "FortiGate",
    "fortigate/event (text)",
    {
      message:
        'date=2024-03-01 time=10:00:00 devname="fw1" logid="0100044546" type="event" action="Add" cfgpath="firewall.policy"',
    },
    at,
    "fw1",
  ),
  text(
    "syslog",
    "PAN-OS",
    "paloalto/globalprotect (csv)",
    { time: "Mar  1 10:00:00", host: "fw2", message: "1,2024/03/01 10:00:00,0123,GLOBALPROTECT,0,x" },
    at,
    "fw2",
  ),
  text(
    "cef",
    "CEF",
    "cef/paloalto (cef)",
    { deviceVendor: "Palo Alto Networks", rt: "1709287200000", dvchost: "fw2" },
    at,
    "fw2",
  ),
  text("leef", "LEEF", "leef (leef)", { deviceVendor: "Acme", devTime: "1709287200000" }, at),
  text(
    "access-log",
    "an access log",
    "webserver (access-log)",
    { time: "01/Mar/2024:10:00:00 +0000", "cs-method": "GET", "cs-host": "example.org" },
    at,
    "example.org",
  ),
  text(
    "w3c",
    "IIS",
    "webserver (w3c)",
    { date: "2024-03-01", time: "10:00:00", "cs-method": "GET", "s-ip": "10.0.0.2" },
    at,
    "10.0.0.2",
  ),
  text("text", "a line of text", "text (line)", { message: "something happened" }),
];

function cloudflare(): Sample[] {
  const sets: readonly (readonly [string, JsonObject, string?])[] = [
    [
      "http_requests",
      {
        ClientRequestMethod: "GET",
        ClientRequestHost: "h",
        EdgeResponseStatus: 200,
        ClientIP: "203.0.113.1",
        EdgeStartTimestamp: at,
      },
      "h",
    ],
    ["firewall_events", { Action: "block", RuleID: "r", Source: "waf", Datetime: at, ClientRequestHost: "h" }, "h"],
    [
      "gateway_dns",
      { QueryName: "example.org", ResolverDecision: "allowedOnNoPolicyMatch", Datetime: at, DeviceName: "d" },
      "d",
    ],
    [
      "gateway_http",
      { HTTPMethod: "GET", URL: "https://example.org/", Action: "allow", Datetime: at, DeviceName: "d" },
      "d",
    ],
    ["gateway_network", { SessionID: "s", DestinationPort: 22, Action: "allow", Datetime: at, DeviceName: "d" }, "d"],
    [
      "zero_trust_network_sessions",
      { SessionStartTime: 1709287200000000000, SessionID: "s", OriginPort: 22, DeviceName: "d" },
      "d",
    ],
    [
      "access_requests",
      { AppDomain: "app.example.org", Allowed: true, IPAddress: "203.0.113.1", CreatedAt: at },
      "app.example.org",
    ],
    ["audit_logs", { ActionType: "add", ResourceType: "dns", When: at, ActorEmail: "a@b" }],
    [
      "dns_logs",
      { QueryName: "example.org", QueryType: 1, ResponseCode: 0, Timestamp: at, SourceIP: "203.0.113.1" },
      "203.0.113.1",
    ],
    ["spectrum_events", { Application: "a", ConnectTimestamp: at, OriginIP: "10.0.0.2", Event: "connect" }, "10.0.0.2"],
  ];
  return sets.map(([name, body, host]) => json(`Cloudflare ${name}`, `cloudflare (${name})`, body, at, host));
}
