import type { JsonObject } from "#sigma";
import type { FormatName } from "../../contract.ts";
import type { Sample } from "./sample.ts";

const at = "2025-03-04T05:06:07.891Z";
const syslog = (program: string, message: string, type: string, says: Sample["says"]): Sample => ({
  of: `${program}: ${message}`,
  format: "syslog",
  body: { severity: "info", time: at, host: "web1", program, pid: "77", message },
  type,
  says: { "device.hostname": "web1", ...says },
});
const eve = (event_type: string, more: JsonObject, type: string, says: Sample["says"]): Sample => ({
  of: `Suricata ${event_type}`,
  body: {
    timestamp: at,
    flow_id: 9,
    event_type,
    src_ip: "192.0.2.1",
    dest_ip: "192.0.2.2",
    dest_port: 80,
    proto: "TCP",
    ...more,
  },
  type,
  says: { "src_endpoint.ip": "192.0.2.1", ...says },
});
const text = (of: string, format: FormatName, body: JsonObject, type: string, says: Sample["says"]): Sample => ({
  of,
  format,
  body,
  type,
  says,
});

export const textSamples: readonly Sample[] = [
  syslog(
    "sshd",
    "Accepted publickey for ada from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:x",
    "Authentication: Logon",
    {
      status_id: 1,
      "user.name": "ada",
      "src_endpoint.ip": "192.0.2.7",
      "src_endpoint.port": 50022,
      auth_protocol: "publickey",
      "actor.process.pid": 77,
    },
  ),
  syslog("sshd", "Failed password for invalid user a from b from 2001:db8::1 port 1 ssh2", "Authentication: Logon", {
    status_id: 2,
    "user.name": "a from b",
    "src_endpoint.ip": "2001:db8::1",
  }),
  syslog("sshd-session", "Disconnected from user ada 192.0.2.7 port 50022", "Authentication: Logoff", {
    "user.name": "ada",
  }),
  syslog("sshd", "Server listening on :: port 22.", "Base Event: Unknown", {
    message: "Server listening on :: port 22.",
  }),
  syslog("sudo", "ada : TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/usr/bin/id -u", "Authentication: Other", {
    "user.name": "root",
    "actor.user.name": "ada",
    "actor.process.cmd_line": "/usr/bin/id -u",
    "service.name": "sudo",
  }),
  syslog(
    "sudo",
    "pam_unix(sudo:session): session opened for user root(uid=0) by ada(uid=1000)",
    "Authentication: Logon",
    {
      "user.name": "root",
      status_id: 1,
    },
  ),
  syslog(
    "su",
    "pam_unix(su:auth): authentication failure; logname=ada uid=1 euid=0 tty=x ruser=ada rhost=  user=root",
    "Authentication: Logon",
    {
      "user.name": "root",
      status_id: 2,
    },
  ),
  text(
    "CEF connection",
    "cef",
    {
      deviceVendor: "Acme",
      deviceProduct: "Wall",
      name: "Dropped",
      severity: "7",
      rt: "1741064767891",
      src: "192.0.2.1",
      dst: "192.0.2.2",
      dpt: "22",
      act: "Deny",
      proto: "TCP",
    },
    "Network Activity: Refuse",
    { "dst_endpoint.port": 22, severity_id: 4, action_id: 2, message: "Dropped" },
  ),
  text(
    "CEF request",
    "cef",
    {
      deviceVendor: "Acme",
      rt: "1741064767891",
      requestMethod: "GET",
      request: "https://h/x?y=1",
      src: "192.0.2.1",
      act: "allowed",
    },
    "HTTP Activity: Get",
    { "http_request.url.hostname": "h", action_id: 1 },
  ),
  text(
    "LEEF connection",
    "leef",
    {
      deviceVendor: "Acme",
      eventId: "9",
      devTime: "1741064767891",
      src: "192.0.2.1",
      dst: "192.0.2.2",
      dstPort: "22",
      sev: "9",
      action: "allow",
    },
    "Network Activity: Open",
    { "dst_endpoint.port": 22, severity_id: 5, action_id: 1 },
  ),
  eve(
    "alert",
    { alert: { signature: "ET X", signature_id: 2, severity: 1, action: "allowed" } },
    "Detection Finding: Create",
    {
      "finding_info.uid": "2",
      severity_id: 4,
    },
  ),
  eve(
    "dns",
    { dns: { version: 3, type: "request", queries: [{ rrname: "a.example", rrtype: "A" }] } },
    "DNS Activity: Query",
    {
      "query.hostname": "a.example",
      "query.type": "A",
    },
  ),
  eve("http", { http: { hostname: "h", url: "/x?y=1", http_method: "GET", status: 200 } }, "HTTP Activity: Get", {
    "http_request.url.path": "/x",
    "http_response.code": 200,
  }),
  eve("flow", { flow: { state: "closed", bytes_toserver: 5, bytes_toclient: 7 } }, "Network Activity: Close", {
    "traffic.bytes_out": 5,
    "connection_info.uid": "9",
  }),
];
