import { cloudSamples } from "./cloud-samples.ts";
import { platformSamples } from "./platform-samples.ts";
import type { Sample } from "./sample.ts";
import { textSamples } from "./text-samples.ts";
import { windowsOperationsSamples } from "./windows-operations-samples.ts";
import { windowsSamples } from "./windows-samples.ts";

/** Records of every source that is mapped, made up. */
export const samples: readonly Sample[] = [
  ...windowsSamples,
  ...windowsOperationsSamples,
  ...cloudSamples,
  ...platformSamples,
  ...textSamples,
  {
    of: "auditd EXECVE",
    format: "auditd",
    body: {
      type: "EXECVE",
      node: "host-1",
      audit_id: "1.2:3",
      time: "2025-03-04T05:06:07.891Z",
      a0: "id",
      process: {
        pid: "12",
        ppid: "1",
        exe: "/usr/bin/id",
        comm: "id",
        command_line: "id -u",
        uid: "0",
        UID: "root",
        auid: "1000",
        AUID: "ada",
      },
    },
    type: "Process Activity: Launch",
    says: { "process.pid": 12, "actor.user.name": "ada", "device.hostname": "host-1" },
  },
  {
    of: "auditd USER_AUTH",
    format: "auditd",
    body: {
      type: "USER_AUTH",
      node: "host-1",
      audit_id: "1.2:4",
      time: "2025-03-04T05:06:07.891Z",
      acct: "root",
      exe: "/usr/bin/su",
      terminal: "pts/0",
      res: "failed",
      addr: "192.0.2.7",
      pid: "9",
    },
    type: "Authentication: Logon",
    says: { status_id: 2, "user.name": "root" },
  },
  {
    of: "Zeek conn",
    body: {
      _path: "conn",
      ts: 1741064767.891,
      uid: "C1",
      "id.orig_h": "192.0.2.1",
      "id.orig_p": 5,
      "id.resp_h": "192.0.2.2",
      "id.resp_p": 443,
      proto: "tcp",
      conn_state: "REJ",
    },
    type: "Network Activity: Refuse",
    says: { "src_endpoint.ip": "192.0.2.1", "connection_info.uid": "C1", "connection_info.direction_id": 0 },
  },
  {
    of: "Web server",
    format: "access-log",
    body: {
      time: "04/Mar/2025:05:06:07 +0000",
      "c-ip": "192.0.2.7",
      "cs-method": "GET",
      "cs-uri": "/x?y=1",
      "sc-status": 200,
    },
    type: "HTTP Activity: Get",
    says: { "http_request.url.path": "/x", "src_endpoint.ip": "192.0.2.7" },
  },
  {
    of: "OCSF already",
    body: {
      class_uid: 1007,
      category_uid: 1,
      activity_id: 2,
      severity_id: 3,
      time: 1741064767891,
      metadata: { version: "1.1.0", product: { name: "EDR" }, uid: "their-own" },
      process: { pid: 1 },
      actor: { user: { name: "ada" } },
      device: { type_id: 1, hostname: "h" },
    },
    type: "Process Activity: Terminate",
    says: { "metadata.uid": "their-own", "metadata.version": "1.1.0", severity: "Medium" },
  },
];
