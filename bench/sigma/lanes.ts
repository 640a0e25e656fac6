import type { JsonObject } from "#sigma";
import { anyProgram } from "./processes.ts";
import { Random, timeOf } from "./random.ts";
import { windowsRecord } from "./windows-records.ts";

/** A kind of traffic that the bench makes: the same bytes in every run. */
export interface Lane {
  readonly name: string;
  readonly about: string;
  /** What rsigma publishes for its lane of this kind with log source routing, events a second, on an Apple M4 Pro core. */
  readonly toBeat: number;
  event(random: Random, number: number): JsonObject;
}

export const lanes: readonly Lane[] = [
  { name: "structured", about: "Sysmon process creation, flat", toBeat: 29_800, event: processEvent },
  {
    name: "raw",
    about: "Windows Event JSON with its rendered message, many event ids",
    toBeat: 98_836,
    event: windowsRecord,
  },
  { name: "file", about: "Sysmon file creation, flat", toBeat: 45_481, event: fileEvent },
  { name: "syslog", about: "Cisco IOS syslog lines", toBeat: 106_241, event: ciscoEvent },
];

/** NDJSON. */
export function laneBytes(lane: Lane, events: number): Uint8Array {
  const random = new Random(20_251);
  const chunks: Buffer[] = [];
  let lines: string[] = [];
  for (let number = 0; number < events; number++) {
    lines.push(JSON.stringify(lane.event(random, number)), "\n");
    if (lines.length >= 4_000 || number === events - 1) {
      chunks.push(Buffer.from(lines.join("")));
      lines = [];
    }
  }
  return Buffer.concat(chunks);
}

function processEvent(random: Random, number: number): JsonObject {
  const { image, parents, commandLines, original, company } = anyProgram(random);
  const parent = random.pick(parents);
  const time = timeOf(number);
  return {
    "@timestamp": time.replace(" ", "T") + "Z",
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Provider_Name: "Microsoft-Windows-Sysmon",
    EventID: 1,
    Computer: random.fill("{host}.corp.example"),
    UtcTime: time,
    ProcessId: String(random.below(30_000)),
    Image: random.fill(image),
    FileVersion: "10.0.19041.1 (WinBuild.160101.0800)",
    Company: company,
    OriginalFileName: random.fill(original),
    CommandLine: random.fill(random.pick(commandLines)),
    CurrentDirectory: random.pick(["C:\\Windows\\system32\\", random.fill("C:\\Users\\{user}\\")]),
    User: random.fill("CORP\\{user}"),
    IntegrityLevel: random.pick(["Medium", "Medium", "High", "System"]),
    Hashes: `MD5=${random.hex(32).toUpperCase()}`,
    ParentProcessId: String(random.below(30_000)),
    ParentImage: parent,
    ParentCommandLine: parent.endsWith("svchost.exe") ? `${parent} -k netsvcs -p -s Schedule` : `"${parent}"`,
  };
}

const filePaths = [
  String.raw`C:\Users\{user}\AppData\Local\Google\Chrome\User Data\Default\Cache\Cache_Data\f_{hex}`,
  String.raw`C:\Users\{user}\AppData\Local\Temp\{guid}\{word}.tmp`,
  String.raw`C:\Users\{user}\Documents\{word} {word}.docx`,
  String.raw`C:\Windows\Prefetch\{word}.EXE-{hex}.pf`,
  String.raw`C:\Windows\Temp\{word}{number}.log`,
  String.raw`C:\ProgramData\Microsoft\Windows\WER\Temp\WER{number}.tmp.WERInternalMetadata.xml`,
  String.raw`C:\Program Files\{word}\bin\{word}.dll`,
  String.raw`C:\Windows\SoftwareDistribution\Download\{hex}\{word}.cab`,
  String.raw`D:\Data\{word}\{word}-{number}.csv`,
  String.raw`C:\src\{word}\node_modules\{word}\dist\index.js`,
];
const suspectPaths = [
  String.raw`C:\Users\{user}\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\Startup\{word}.lnk`,
  String.raw`C:\Users\Public\{word}.exe`,
  String.raw`C:\Temp\lsass.dmp`,
  String.raw`C:\inetpub\wwwroot\aspnet_client\{word}.aspx`,
  String.raw`C:\Windows\System32\spool\drivers\x64\3\{word}.dll`,
  String.raw`C:\Users\{user}\Downloads\mimikatz_trunk\x64\mimidrv.sys`,
];

function fileEvent(random: Random, number: number): JsonObject {
  const time = timeOf(number);
  return {
    "@timestamp": time.replace(" ", "T") + "Z",
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Provider_Name: "Microsoft-Windows-Sysmon",
    EventID: 11,
    Computer: random.fill("{host}.corp.example"),
    RuleName: "-",
    UtcTime: time,
    ProcessGuid: random.guid(),
    ProcessId: String(random.below(30_000)),
    Image: random.fill(anyProgram(random).image),
    TargetFilename: random.fill(random.next() < 0.02 ? random.pick(suspectPaths) : random.pick(filePaths)),
    CreationUtcTime: time,
    User: random.fill("CORP\\{user}"),
  };
}

const ciscoMessages = [
  "%SYS-5-CONFIG_I: Configured from console by {word} on vty0 ({ip})",
  "%LINK-3-UPDOWN: Interface GigabitEthernet1/0/{number}, changed state to up",
  "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet1/0/{number}, changed state to down",
  "%SEC-6-IPACCESSLOGP: list {word} denied tcp {ip}({number}) -> {ip}(443), 1 packet",
  "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: {word}] [Source: {ip}] [localport: 22] at 08:14:22 UTC Mon Mar 3 2025",
  "%OSPF-5-ADJCHG: Process 1, Nbr {ip} on Vlan{number} from LOADING to FULL, Loading Done",
  "%DUAL-5-NBRCHANGE: EIGRP-IPv4 100: Neighbor {ip} (Tunnel{number}) is up: new adjacency",
  "%PARSER-5-CFGLOG_LOGGEDCMD: User:{word}  logged command:interface GigabitEthernet1/0/{number}",
  "%SSH-5-SSH2_SESSION: SSH2 Session request from {ip} (tty = 0) using crypto cipher 'aes256-ctr', hmac 'hmac-sha2-256' Succeeded",
  "%ASA-6-302013: Built outbound TCP connection {number} for outside:{ip}/443 ({ip}/443) to inside:{ip}/{number}",
];
const suspectCiscoMessages = [
  "%PARSER-5-CFGLOG_LOGGEDCMD: User:{word}  logged command:no logging host {ip}",
  "%PARSER-5-CFGLOG_LOGGEDCMD: User:{word}  logged command:username {word} privilege 15 secret 0 {word}",
  "%PARSER-5-CFGLOG_LOGGEDCMD: User:{word}  logged command:monitor capture point ip cef {word} both",
];

function ciscoEvent(random: Random, number: number): JsonObject {
  const time = timeOf(number);
  const host = random.fill("sw-{word}-{number}");
  const text = random.fill(random.next() < 0.02 ? random.pick(suspectCiscoMessages) : random.pick(ciscoMessages));
  return {
    timestamp: time.replace(" ", "T") + "Z",
    hostname: host,
    facility: "local7",
    severity: 5,
    appname: "cisco-ios",
    message: `<189>${number}: ${host}: ${time}: ${text}`,
  };
}
