import type { JsonObject } from "#sigma";
import type { FormatName } from "../../contract.ts";

/** A made-up record, and how it is told in OCSF. */
export interface Sample {
  readonly of: string;
  readonly body: JsonObject;
  readonly format?: FormatName;
  readonly type: string;
  /** Attributes that must come out so, by dotted path. */
  readonly says: Readonly<Record<string, unknown>>;
}

function windows(channel: string, id: number, data: JsonObject): JsonObject {
  return {
    Event: {
      System: {
        Provider: { "#attributes": { Name: "Made-Up" } },
        EventID: id,
        Level: 4,
        TimeCreated: { "#attributes": { SystemTime: "2025-03-04T05:06:07.891234Z" } },
        EventRecordID: 77,
        Channel: channel,
        Computer: "srv-07.site-a.example",
      },
      EventData: data,
    },
  };
}
const sysmon = (id: number, data: JsonObject): JsonObject =>
  windows("Microsoft-Windows-Sysmon/Operational", id, {
    UtcTime: "2025-03-04 05:06:07.890",
    ProcessGuid: "A1",
    ProcessId: 44,
    Image: "C:\\tools\\run.exe",
    User: "SITE\\ada",
    ...data,
  });
const security = (id: number, data: JsonObject): JsonObject =>
  windows("Security", id, {
    SubjectUserName: "ada",
    SubjectDomainName: "SITE",
    SubjectUserSid: "S-1-5-21-1-2-3-1001",
    SubjectLogonId: "0x3e7",
    ...data,
  });

const cloudTrail: JsonObject = {
  eventVersion: "1.09",
  userIdentity: {
    type: "IAMUser",
    principalId: "AIDAX",
    arn: "arn:aws:iam::1:user/ada",
    accountId: "1",
    userName: "ada",
  },
  eventTime: "2025-03-04T05:06:07Z",
  awsRegion: "eu-west-1",
  sourceIPAddress: "192.0.2.7",
  userAgent: "aws-cli/2",
  eventID: "e-1",
  recipientAccountId: "1",
};
const okta: JsonObject = {
  uuid: "u-1",
  published: "2025-03-04T05:06:07.891Z",
  severity: "WARN",
  displayMessage: "something happened",
  actor: { id: "00u1", type: "User", alternateId: "ada@example.org", displayName: "Ada L" },
  client: { ipAddress: "192.0.2.7", userAgent: { rawUserAgent: "Mozilla/5.0" } },
  outcome: { result: "FAILURE", reason: "INVALID_CREDENTIALS" },
  target: [{ id: "00u2", type: "User", alternateId: "bob@example.org", displayName: "Bob" }],
};

export const samples: readonly Sample[] = [
  {
    of: "Sysmon 1",
    body: sysmon(1, {
      CommandLine: "run /x",
      Hashes: "MD5=8B20EBCF5A2C5410B43765B5CEA17E5B",
      ParentProcessId: 7,
      ParentImage: "C:\\Windows\\cmd.exe",
      IntegrityLevel: "High",
    }),
    type: "Process Activity: Launch",
    says: {
      "process.pid": 44,
      "process.file.name": "run.exe",
      "process.user.domain": "SITE",
      "process.integrity_id": 4,
      "actor.process.pid": 7,
      "process.file.hashes.0.algorithm_id": 1,
      "device.hostname": "srv-07.site-a.example",
      severity_id: 1,
      time: 1741064767891,
    },
  },
  { of: "Sysmon 5", body: sysmon(5, {}), type: "Process Activity: Terminate", says: { "process.uid": "A1" } },
  {
    of: "Sysmon 8",
    body: sysmon(8, { TargetProcessId: 9, TargetImage: "C:\\b.exe", SourceProcessId: 4, SourceImage: "C:\\a.exe" }),
    type: "Process Activity: Inject",
    says: { "process.pid": 9, injection_type_id: 1 },
  },
  {
    of: "Sysmon 10",
    body: sysmon(10, { TargetProcessId: 9, SourceProcessId: 4, GrantedAccess: "0x1fffff" }),
    type: "Process Activity: Open",
    says: { requested_permissions: 2_097_151 },
  },
  {
    of: "Sysmon 3",
    body: sysmon(3, {
      SourceIp: "192.0.2.1",
      SourcePort: 50000,
      DestinationIp: "198.51.100.2",
      DestinationPort: 443,
      Initiated: "true",
      Protocol: "tcp",
    }),
    type: "Network Activity: Open",
    says: { "dst_endpoint.port": 443, "connection_info.direction_id": 2, "actor.process.pid": 44 },
  },
  {
    of: "Sysmon 7",
    body: sysmon(7, { ImageLoaded: "C:\\x\\y.dll" }),
    type: "Module Activity: Load",
    says: { "module.file.name": "y.dll" },
  },
  {
    of: "Sysmon 11",
    body: sysmon(11, { TargetFilename: "C:\\x\\new.txt" }),
    type: "File System Activity: Create",
    says: { "file.parent_folder": "C:\\x" },
  },
  {
    of: "Sysmon 17",
    body: sysmon(17, { PipeName: "\\evil" }),
    type: "File System Activity: Create",
    says: { "file.type_id": 6 },
  },
  {
    of: "Sysmon 23",
    body: sysmon(23, { TargetFilename: "C:\\x\\new.txt" }),
    type: "File System Activity: Delete",
    says: {},
  },
  {
    of: "Sysmon 12",
    body: sysmon(12, { EventType: "CreateKey", TargetObject: "HKLM\\A\\B" }),
    type: "Registry Key Activity: Create",
    says: { "reg_key.path": "HKLM\\A\\B", class_uid: 201_001, "metadata.extensions.0.name": "win" },
  },
  {
    of: "Sysmon 13",
    body: sysmon(13, { EventType: "SetValue", TargetObject: "HKLM\\A\\B\\v", Details: "1" }),
    type: "Registry Value Activity: Set",
    says: { "reg_value.name": "v", "reg_value.path": "HKLM\\A\\B" },
  },
  {
    of: "Sysmon 22",
    body: sysmon(22, { QueryName: "evil.example", QueryStatus: 9003, QueryResults: "type:  5 a.example;192.0.2.9;" }),
    type: "DNS Activity: Traffic",
    says: { "query.hostname": "evil.example", rcode_id: 3, "answers.1.rdata": "192.0.2.9" },
  },
  {
    of: "Security 4624",
    body: security(4624, {
      TargetUserName: "bob",
      TargetUserSid: "S-1-5-21-1-2-3-1002",
      LogonType: 3,
      AuthenticationPackageName: "NTLM",
      IpAddress: "192.0.2.3",
      IpPort: "50001",
      WorkstationName: "-",
    }),
    type: "Authentication: Logon",
    says: { "user.name": "bob", logon_type_id: 3, auth_protocol_id: 1, status_id: 1, "src_endpoint.ip": "192.0.2.3" },
  },
  {
    of: "Security 4625",
    body: security(4625, { TargetUserName: "bob", LogonType: 10, SubStatus: "0xc000006a" }),
    type: "Authentication: Logon",
    says: { status_id: 2, status_detail: "0xc000006a" },
  },
  {
    of: "Security 4634",
    body: security(4634, { TargetUserName: "bob", LogonType: 3 }),
    type: "Authentication: Logoff",
    says: {},
  },
  {
    of: "Security 4720",
    body: security(4720, { TargetUserName: "new", TargetSid: "S-1-5-21-1-2-3-1003" }),
    type: "Account Change: Create",
    says: { "user.uid": "S-1-5-21-1-2-3-1003", "actor.user.name": "ada" },
  },
  {
    of: "Security 4688",
    body: security(4688, {
      NewProcessId: "0x1a4",
      NewProcessName: "C:\\a.exe",
      ProcessId: "0x10",
      ParentProcessName: "C:\\p.exe",
      CommandLine: "a",
    }),
    type: "Process Activity: Launch",
    says: { "process.pid": 420, "process.parent_process.pid": 16 },
  },
  {
    of: "Security 4657",
    body: security(4657, {
      ObjectName: "\\REGISTRY\\A",
      ObjectValueName: "v",
      OperationType: "%%1905",
      OldValue: "0",
      NewValue: "1",
    }),
    type: "Registry Value Activity: Modify",
    says: { "prev_reg_value.data": "0" },
  },
  {
    of: "Security 5157",
    body: security(5157, {
      SourceAddress: "192.0.2.1",
      SourcePort: "1",
      DestAddress: "192.0.2.2",
      DestPort: "2",
      Protocol: "6",
      Direction: "%%14593",
    }),
    type: "Network Activity: Refuse",
    says: { "connection_info.protocol_num": 6, "connection_info.direction_id": 2 },
  },
  {
    of: "Defender 1116",
    body: windows("Microsoft-Windows-Windows Defender/Operational", 1116, {
      "Detection ID": "{1}",
      "Threat Name": "Trojan:X",
      "Severity ID": "5",
    }),
    type: "Detection Finding: Create",
    says: { "finding_info.title": "Trojan:X", severity_id: 5, is_alert: true },
  },
  {
    of: "Windows, unmapped",
    body: windows("System", 7036, { param1: "x" }),
    type: "Base Event: Unknown",
    says: { "unmapped.Event.EventData.param1": "x", "metadata.product.vendor_name": "Microsoft" },
  },

  {
    of: "CloudTrail call",
    body: {
      ...cloudTrail,
      eventSource: "ec2.amazonaws.com",
      eventName: "RunInstances",
      errorCode: "Client.UnauthorizedOperation",
    },
    type: "API Activity: Create",
    says: {
      "api.operation": "RunInstances",
      "actor.user.uid": "arn:aws:iam::1:user/ada",
      "src_endpoint.ip": "192.0.2.7",
      status_id: 2,
      "cloud.region": "eu-west-1",
    },
  },
  {
    of: "CloudTrail call by a service",
    body: {
      ...cloudTrail,
      userIdentity: { type: "AWSService", invokedBy: "ec2.amazonaws.com" },
      sourceIPAddress: "ec2.amazonaws.com",
      eventSource: "kms.amazonaws.com",
      eventName: "Decrypt",
    },
    type: "API Activity: decrypt",
    says: { activity_id: 99, "src_endpoint.domain": "ec2.amazonaws.com", "actor.app_name": "ec2.amazonaws.com" },
  },
  {
    of: "CloudTrail sign-in",
    body: {
      ...cloudTrail,
      eventSource: "signin.amazonaws.com",
      eventName: "ConsoleLogin",
      responseElements: { ConsoleLogin: "Failure" },
      additionalEventData: { MFAUsed: "No" },
    },
    type: "Authentication: Logon",
    says: { status_id: 2, is_mfa: false, "user.name": "ada" },
  },
  {
    of: "CloudTrail account",
    body: {
      ...cloudTrail,
      eventSource: "iam.amazonaws.com",
      eventName: "CreateUser",
      requestParameters: { userName: "eve" },
    },
    type: "Account Change: Create",
    says: { "user.name": "eve", "actor.user.name": "ada" },
  },

  {
    of: "Okta session",
    body: { ...okta, eventType: "user.session.start" },
    type: "Authentication: Logon",
    says: { "user.name": "ada@example.org", status_id: 2, severity_id: 3, "src_endpoint.ip": "192.0.2.7" },
  },
  {
    of: "Okta lock",
    body: { ...okta, eventType: "user.account.lock" },
    type: "Account Change: Lock",
    says: { "user.name": "bob@example.org", "actor.user.uid": "00u1" },
  },
  {
    of: "Okta policy",
    body: { ...okta, eventType: "policy.rule.update" },
    type: "API Activity: Update",
    says: { "api.operation": "policy.rule.update" },
  },
  {
    of: "GitHub",
    body: {
      "@timestamp": 1741064767891,
      _document_id: "d1",
      action: "repo.destroy",
      actor: "ada",
      actor_ip: "192.0.2.7",
      org: "acme",
    },
    type: "API Activity: Delete",
    says: { "actor.user.name": "ada", "metadata.original_event_uid": "d1" },
  },

  {
    of: "Cloudflare http_requests",
    body: {
      EdgeStartTimestamp: "2025-03-04T05:06:07Z",
      ClientIP: "192.0.2.7",
      ClientRequestMethod: "POST",
      ClientRequestHost: "app.example.org",
      ClientRequestURI: "/a?b=c",
      EdgeResponseStatus: 403,
      RayID: "r1",
    },
    type: "HTTP Activity: Post",
    says: {
      "http_request.url.query_string": "b=c",
      "http_request.url.hostname": "app.example.org",
      "http_response.code": 403,
    },
  },
  {
    of: "Cloudflare firewall_events",
    body: {
      Datetime: "2025-03-04T05:06:07Z",
      Action: "block",
      RuleID: "rule-1",
      Source: "waf",
      ClientIP: "192.0.2.7",
      ClientRequestMethod: "GET",
      ClientRequestHost: "app.example.org",
      ClientRequestPath: "/x",
    },
    type: "HTTP Activity: Get",
    says: { action_id: 2, disposition_id: 2, "firewall_rule.uid": "rule-1" },
  },
  {
    of: "Cloudflare gateway_dns",
    body: {
      Datetime: "2025-03-04T05:06:07Z",
      QueryName: "evil.example",
      ResolverDecision: "blockedByCategory",
      SrcIP: "192.0.2.7",
      Email: "ada@example.org",
      RCode: 0,
    },
    type: "DNS Activity: Traffic",
    says: { action_id: 2, "actor.user.email_addr": "ada@example.org" },
  },
  {
    of: "Cloudflare gateway_network",
    body: {
      Datetime: "2025-03-04T05:06:07Z",
      SessionID: "s1",
      Action: "block",
      SourceIP: "192.0.2.7",
      DestinationIP: "198.51.100.1",
      DestinationPort: 22,
    },
    type: "Network Activity: Refuse",
    says: { "dst_endpoint.port": 22 },
  },
  {
    of: "Cloudflare access_requests",
    body: {
      CreatedAt: "2025-03-04T05:06:07Z",
      Action: "login",
      Allowed: false,
      AppDomain: "app.example.org",
      IPAddress: "192.0.2.7",
      Email: "ada@example.org",
    },
    type: "Authentication: Logon",
    says: { status_id: 2, "service.name": "app.example.org" },
  },
  {
    of: "Cloudflare audit_logs",
    body: {
      When: "2025-03-04T05:06:07Z",
      ActionType: "delete",
      ActionResult: true,
      ResourceType: "zone",
      ActorEmail: "ada@example.org",
      ActorIP: "192.0.2.7",
      ID: "a1",
    },
    type: "API Activity: Delete",
    says: { status_id: 1, "metadata.original_event_uid": "a1" },
  },

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
