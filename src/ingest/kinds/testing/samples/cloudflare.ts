import type { JsonObject } from "#sigma";
import { at, json, type Sample } from "./sample.ts";

/** Data set, record, host. */
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
  ["audit_logs_v2", { ActionType: "add", ActorType: "user", ActionTimestamp: at, ActorEmail: "a@b" }],
  ["dns_firewall_logs", { QueryName: "example.org", ClusterID: "c", Timestamp: at, SourceIP: "10.0.0.1" }, "10.0.0.1"],
  [
    "network_analytics_logs",
    {
      AttackID: "",
      MitigationSystem: "magic-firewall",
      Datetime: at,
      IPDestinationAddress: "192.0.2.1",
      Outcome: "drop",
    },
    "192.0.2.1",
  ],
  [
    "magic_ids_detections",
    { SignatureID: 1, SignatureMessage: "x", Timestamp: at, DestinationIP: "192.0.2.1" },
    "192.0.2.1",
  ],
  [
    "device_posture_results",
    { PostureCheckType: "firewall", PostureEvaluatedResult: false, Timestamp: at, DeviceName: "d" },
    "d",
  ],
  [
    "casb_findings",
    { FindingTypeID: "f", IntegrationID: "i", DetectedTimestamp: at, AssetDisplayName: "x.docx" },
    "x.docx",
  ],
  [
    "workers_trace_events",
    { ScriptName: "s", EventTimestampMs: 1709287200000, Outcome: "ok", EventType: "fetch" },
    "s",
  ],
  ["email_security_alerts", { AlertID: "a", FinalDisposition: "malicious", Timestamp: at, SMTPEnvelopeFrom: "a@b" }],
  [
    "page_shield_events",
    { ResourceType: "script", PageURL: "https://h/", CSPDirective: "x", Timestamp: at, Host: "h" },
    "h",
  ],
  ["nel_reports", { LastKnownGoodColoCode: "FRA", Phase: "dns", Type: "x", Timestamp: at }],
  ["sinkhole_http_logs", { SinkholeID: "s", Timestamp: at, Host: "h", SrcAddr: "203.0.113.1" }, "h"],
  ["warp_toggle_changes", { Toggled: true, DeviceRegistrationID: "r", Hostname: "d", Timestamp: at }, "d"],
  [
    "warp_config_changes",
    { ConfigNameFrom: "a", ConfigNameTo: "b", DeviceRegistrationID: "r", Hostname: "d", Timestamp: at },
    "d",
  ],
  ["dlp_forensic_copies", { ForensicCopyID: "f", GatewayRequestID: "g", Datetime: at }],
  ["biso_user_actions", { Decision: "block", DomainName: "h", UserEmail: "a@b", Type: "copy", Timestamp: at }],
  [
    "ssh_logs",
    { ProgramType: "exec", SessionID: "s", TargetID: "t", Datetime: at, ServerAddress: "10.0.0.2" },
    "10.0.0.2",
  ],
];

export const cloudflareSamples: readonly Sample[] = sets.map(([name, body, host]) =>
  json(`Cloudflare ${name}`, `cloudflare (${name})`, body, at, host),
);
