import type { JsonObject } from "#sigma";
import type { Sample } from "./sample.ts";

export function windows(channel: string, id: number, data: JsonObject): JsonObject {
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
export const sysmon = (id: number, data: JsonObject): JsonObject =>
  windows("Microsoft-Windows-Sysmon/Operational", id, {
    UtcTime: "2025-03-04 05:06:07.890",
    ProcessGuid: "A1",
    ProcessId: 44,
    Image: "C:\\tools\\run.exe",
    User: "SITE\\ada",
    ...data,
  });
export const security = (id: number, data: JsonObject): JsonObject =>
  windows("Security", id, {
    SubjectUserName: "ada",
    SubjectDomainName: "SITE",
    SubjectUserSid: "S-1-5-21-1-2-3-1001",
    SubjectLogonId: "0x3e7",
    ...data,
  });

export const windowsSamples: readonly Sample[] = [
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
];
