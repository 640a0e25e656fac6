import type { JsonObject } from "#sigma";
import { anyProgram } from "./processes.ts";
import { type Random, timeOf } from "./random.ts";

/** One event id of a Windows channel, as a fleet logs it all day. */
interface Template {
  readonly weight: number;
  readonly channel: string;
  readonly provider: string;
  readonly id: number;
  readonly summary: string;
  data(random: Random): Record<string, string>;
}

const security = { channel: "Security", provider: "Microsoft-Windows-Security-Auditing" };
const sysmon = { channel: "Microsoft-Windows-Sysmon/Operational", provider: "Microsoft-Windows-Sysmon" };
const subject = (random: Random): Record<string, string> => ({
  SubjectUserSid: `S-1-5-21-${random.below(1e9)}-${random.below(1e9)}-${1000 + random.below(9000)}`,
  SubjectUserName: random.fill("{user}"),
  SubjectDomainName: "CORP",
  SubjectLogonId: `0x${random.hex(6)}`,
});

const templates: readonly Template[] = [
  {
    weight: 25,
    ...security,
    id: 4624,
    summary: "An account was successfully logged on.",
    data: (random) => ({
      ...subject(random),
      TargetUserName: random.fill("{user}"),
      TargetDomainName: "CORP",
      TargetLogonId: `0x${random.hex(6)}`,
      LogonType: random.pick(["2", "3", "3", "3", "5", "10"]),
      LogonProcessName: random.pick(["Kerberos", "User32 ", "NtLmSsp "]),
      AuthenticationPackageName: random.pick(["Kerberos", "Negotiate", "NTLM"]),
      WorkstationName: random.fill("{host}"),
      LogonGuid: random.guid(),
      KeyLength: "0",
      ProcessId: `0x${random.hex(3)}`,
      ProcessName: "C:\\Windows\\System32\\svchost.exe",
      IpAddress: random.fill("{ip}"),
      IpPort: random.fill("{number}"),
      ImpersonationLevel: "%%1833",
      ElevatedToken: "%%1842",
    }),
  },
  {
    weight: 15,
    ...security,
    id: 4634,
    summary: "An account was logged off.",
    data: (random) => ({ ...subject(random), LogonType: "3" }),
  },
  {
    weight: 12,
    ...security,
    id: 4672,
    summary: "Special privileges assigned to new logon.",
    data: (random) => ({
      ...subject(random),
      PrivilegeList:
        "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\tSeDebugPrivilege",
    }),
  },
  {
    weight: 15,
    ...security,
    id: 5156,
    summary: "The Windows Filtering Platform has permitted a connection.",
    data: (random) => ({
      ProcessID: random.fill("{number}"),
      Application: "\\device\\harddiskvolume3\\windows\\system32\\svchost.exe",
      Direction: "%%14593",
      SourceAddress: random.fill("{ip}"),
      SourcePort: random.fill("{number}"),
      DestAddress: random.fill("{ip}"),
      DestPort: random.pick(["443", "53", "389", "88"]),
      Protocol: "6",
      FilterRTID: random.fill("{number}"),
      LayerName: "%%14611",
      LayerRTID: "48",
    }),
  },
  {
    weight: 10,
    ...security,
    id: 4663,
    summary: "An attempt was made to access an object.",
    data: (random) => ({
      ...subject(random),
      ObjectServer: "Security",
      ObjectType: "File",
      ObjectName: random.fill("D:\\Data\\{word}\\{word}.xlsx"),
      HandleId: `0x${random.hex(3)}`,
      AccessList: "%%4416\r\n\t\t\t\t",
      AccessMask: "0x1",
      ProcessId: `0x${random.hex(3)}`,
      ProcessName: "C:\\Windows\\explorer.exe",
      ResourceAttributes: "S:AI",
    }),
  },
  {
    weight: 8,
    ...security,
    id: 4688,
    summary: "A new process has been created.",
    data: (random) => {
      const program = anyProgram(random);
      return {
        ...subject(random),
        NewProcessId: `0x${random.hex(4)}`,
        NewProcessName: random.fill(program.image),
        TokenElevationType: "%%1936",
        ProcessId: `0x${random.hex(4)}`,
        CommandLine: random.fill(random.pick(program.commandLines)),
        TargetUserSid: "S-1-0-0",
        ParentProcessName: random.pick(program.parents),
        MandatoryLabel: "S-1-16-8192",
      };
    },
  },
  {
    weight: 8,
    ...sysmon,
    id: 3,
    summary: "Network connection detected:",
    data: (random) => ({
      RuleName: "-",
      ProcessGuid: random.guid(),
      ProcessId: random.fill("{number}"),
      Image: random.fill(anyProgram(random).image),
      User: random.fill("CORP\\{user}"),
      Protocol: "tcp",
      Initiated: "true",
      SourceIsIpv6: "false",
      SourceIp: random.fill("{ip}"),
      SourceHostname: random.fill("{host}.corp.example"),
      SourcePort: random.fill("{number}"),
      DestinationIsIpv6: "false",
      DestinationIp: random.fill("{ip}"),
      DestinationHostname: random.fill("{domain}"),
      DestinationPort: "443",
    }),
  },
  {
    weight: 4,
    channel: "System",
    provider: "Service Control Manager",
    id: 7036,
    summary: "A service entered another state.",
    data: (random) => ({ param1: random.fill("{word} {word} Service"), param2: random.pick(["running", "stopped"]) }),
  },
  {
    weight: 3,
    channel: "Microsoft-Windows-PowerShell/Operational",
    provider: "Microsoft-Windows-PowerShell",
    id: 4104,
    summary: "Creating Scriptblock text (1 of 1):",
    data: (random) => ({
      MessageNumber: "1",
      MessageTotal: "1",
      ScriptBlockId: random.guid(),
      Path: random.fill("C:\\Scripts\\{word}.ps1"),
      ScriptBlockText: random.fill(
        "function Get-{word} { param([string]$Server) $items = Get-ChildItem -Path D:\\{word} -Recurse; foreach ($item in $items) { Write-Output $item.FullName } }; Get-{word} -Server {host}",
      ),
    }),
  },
];
const totalWeight = templates.reduce((sum, { weight }) => sum + weight, 0);

function anyTemplate(random: Random): Template {
  let left = random.below(totalWeight);
  for (const template of templates) {
    left -= template.weight;
    if (left < 0) return template;
  }
  throw new Error("weights do not add up");
}

/** About 2.4 KB: the event's data twice, as fields and as the text that Windows renders for people. */
export function windowsRecord(random: Random, number: number): JsonObject {
  const template = anyTemplate(random);
  const data = template.data(random);
  return {
    Event: {
      "#attributes": { xmlns: "http://schemas.microsoft.com/win/2004/08/events/event" },
      System: {
        Provider: { "#attributes": { Name: template.provider, Guid: random.guid() } },
        EventID: template.id,
        Version: 2,
        Level: 0,
        Task: 12_544,
        Opcode: 0,
        Keywords: "0x8020000000000000",
        TimeCreated: { "#attributes": { SystemTime: timeOf(number).replace(" ", "T") + "Z" } },
        EventRecordID: number,
        Correlation: { "#attributes": { ActivityID: random.guid() } },
        Execution: { "#attributes": { ProcessID: 600 + random.below(400), ThreadID: random.below(9_000) } },
        Channel: template.channel,
        Computer: random.fill("{host}.corp.example"),
        Security: null,
      },
      EventData: data,
      RenderingInfo: {
        Culture: "en-US",
        Message: rendered(template.summary, data, random),
        Level: "Information",
        Channel: template.channel,
      },
    },
  };
}

/** Wording of our own, as long as that of Windows. */
function rendered(summary: string, data: Record<string, string>, random: Random): string {
  const lines = Object.entries(data).map(
    ([name, value]) => `\t${name.replace(/([a-z])([A-Z])/g, "$1 $2")}:\t\t${value}`,
  );
  let text = `${summary}\r\n\r\nDetails:\r\n${lines.join("\r\n")}\r\n\r\n`;
  const wanted = 1_500 - JSON.stringify(data).length / 2;
  while (text.length < wanted) text += random.pick(remarks) + "\r\n";
  return text;
}

const remarks = [
  "This entry is written on the computer where the account was used, at the moment when access to it was given.",
  "The fields above name the account that asked, which is mostly a service or a local process of the system.",
  "The kind field says what sort of access it was; the most frequent ones are interactive and by way of the network.",
  "Fields on the network say where a request from afar came from; the name of the other machine is not always known.",
  "The identifier can be used to bring this entry together with one that was written by the domain's own controller.",
  "Length of the key says how long the session's key is; it stays zero when no session key had been asked for.",
];
