import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "#sigma";
import { hits, rule } from "./testing/hits.ts";

const sysmon = "Microsoft-Windows-Sysmon/Operational";

describe("one rule for process creation runs over", () => {
  const windows = rule(
    "product: windows, category: process_creation",
    String.raw`{Image|endswith: '\cmd.exe', CommandLine|contains: whoami}`,
  );
  const data = { Image: "C:\\Windows\\cmd.exe", CommandLine: "cmd /c whoami" };
  const bodies: Record<string, JsonObject> = {
    "Sysmon from evtx_dump": { Event: { System: { Channel: sysmon, EventID: 1 }, EventData: data } },
    "Sysmon with its data as a list of elements": {
      Event: {
        System: { Channel: sysmon, EventID: 1 },
        EventData: { Data: Object.entries(data).map(([Name, text]) => ({ "#attributes": { Name }, "#text": text })) },
      },
    },
    "winlogbeat 7": { winlog: { channel: sysmon, event_id: "1", event_data: data } },
    "dotted winlogbeat": {
      "winlog.channel": sysmon,
      "winlog.event_id": 1,
      "winlog.event_data.Image": data.Image,
      "winlog.event_data.CommandLine": data.CommandLine,
    },
    "winlogbeat 6": { log_name: sysmon, event_id: 1, event_data: data },
    NXLog: { Channel: sysmon, EventID: 1, ...data },
    "a row of WindowsEvent": { Type: "WindowsEvent", Channel: sysmon, EventID: 1, EventData: JSON.stringify(data) },
    "Security 4688": { Channel: "Security", EventID: 4688, NewProcessName: data.Image, CommandLine: data.CommandLine },
    ECS: {
      ecs: { version: "8" },
      event: { category: "process", type: "start" },
      host: { os: { type: "windows" } },
      process: { executable: data.Image, command_line: data.CommandLine },
    },
    OCSF: {
      class_uid: 1007,
      category_uid: 1,
      activity_id: 1,
      metadata: {},
      device: { os: { type: "Windows" } },
      process: { file: { path: data.Image }, cmd_line: data.CommandLine },
    },
  };
  for (const [name, body] of Object.entries(bodies)) test(name, () => assert.deepEqual(hits(windows, body), ["hit"]));

  const linux = rule("product: linux, category: process_creation", "{Image|endswith: /id, CommandLine|contains: '-u'}");
  test("Linux audit", () =>
    assert.deepEqual(
      hits(
        linux,
        { type: "EXECVE", a0: "id", a1: "-u", process: { exe: "/usr/bin/id", command_line: "id -u" } },
        "auditd",
      ),
      ["hit"],
    ));
  test("Linux audit in Log Analytics", () =>
    assert.deepEqual(
      hits(linux, {
        Type: "Syslog",
        Facility: "user",
        ProcessName: "auoms",
        SyslogMessage: 'type=AUOMS_EXECVE audit(1.0:1): exe="/usr/bin/id" cmdline="id "-u"" redactors=',
      }),
      ["hit"],
    ));
  test("Sysmon for Linux in syslog", () =>
    assert.deepEqual(
      hits(
        linux,
        {
          program: "sysmon",
          message:
            '<Event><System><Provider Name="Linux-Sysmon"/><EventID>1</EventID></System><EventData><Data Name="Image">/usr/bin/id</Data><Data Name="CommandLine">id -u &amp;</Data></EventData></Event>',
        },
        "syslog",
      ),
      ["hit"],
    ));
});

describe("fields that exporters write differently", () => {
  const security = (detection: string) => rule("product: windows, category: process_creation", detection);
  const audit = {
    Channel: "Security",
    EventID: 4688,
    MandatoryLabel: "S-1-16-12288",
    SubjectUserName: "alice",
    SubjectDomainName: "CORP",
    SubjectLogonId: "0x3e7",
  };
  test("integrity level, user and logon id of Security 4688", () => {
    assert.deepEqual(hits(security("{IntegrityLevel: High, User|contains: CORP, LogonId: '0x3e7'}"), audit), ["hit"]);
    assert.deepEqual(hits(security("{IntegrityLevel: System}"), audit), []);
  });

  const hashed = { Channel: sysmon, EventID: 1, Hashes: "MD5=AA,IMPHASH=BB" };
  test("a hash is found by its own name and inside Hashes", () => {
    assert.deepEqual(hits(security("{Imphash: bb}"), hashed), ["hit"]);
    assert.deepEqual(hits(security("{Hashes|contains: 'IMPHASH=BB'}"), hashed), ["hit"]);
    assert.deepEqual(hits(security("{Imphash: aa}"), hashed), []);
    assert.deepEqual(
      hits(security("{Hashes|contains: 'MD5=AA'}"), {
        ecs: { version: "8" },
        event: { category: "process", type: "start" },
        host: { os: { type: "windows" } },
        process: { hash: { md5: "aa" } },
      }),
      ["hit"],
    );
  });

  test("Provider_Name, Computer and data names with spaces", () => {
    const body = {
      Event: {
        System: {
          Channel: "Microsoft-Windows-Windows Defender/Operational",
          EventID: 1116,
          Computer: "pc1",
          Provider: { "#attributes": { Name: "Defender" } },
        },
        EventData: { "Threat Name": "Mimikatz", "Feature Name": "x", Path: "file:_C:\\m.exe" },
      },
    };
    assert.deepEqual(
      hits(
        rule(
          "product: windows, service: windefend",
          "{Provider_Name: Defender, Computer: pc1, ThreatName: Mimikatz, Feature_Name: x}",
        ),
        body,
      ),
      ["hit"],
    );
    assert.deepEqual(
      hits(rule("category: antivirus", "{Signature|contains: Mimikatz, Filename|endswith: .exe}"), body),
      ["hit"],
    );
  });

  test("levels as words", () =>
    assert.deepEqual(
      hits(rule("product: windows, service: application", "{Level: 2}"), {
        log_name: "Application",
        event_id: 1,
        level: "Error",
      }),
      ["hit"],
    ));

  test("user data, whatever element holds it", () =>
    assert.deepEqual(
      hits(rule("product: windows, service: wmi", "{EventID: 5861, Query|contains: select}"), {
        Event: {
          System: { Channel: "Microsoft-Windows-WMI-Activity/Operational", EventID: 5861 },
          UserData: { Operation_x: { Query: "select *" } },
        },
      }),
      ["hit"],
    ));

  test("a registry value set, as Security audits it", () => {
    const body = {
      Channel: "Security",
      EventID: 4657,
      OperationType: "%%1905",
      ObjectName: "\\REGISTRY\\MACHINE\\SOFTWARE\\Run",
      ObjectValueName: "Evil",
      NewValueType: "%%1876",
      NewValue: "1",
      ProcessName: "C:\\reg.exe",
    };
    assert.deepEqual(
      hits(
        rule(
          "product: windows, category: registry_set",
          String.raw`{TargetObject: 'HKLM\SOFTWARE\Run\Evil', Details: 'DWORD (0x00000001)', Image|endswith: '\reg.exe'}`,
        ),
        body,
      ),
      ["hit"],
    );
    assert.deepEqual(hits(rule("product: windows, category: registry_delete", "{EventID: 4657}"), body), []);
  });

  test("a connection, as Security audits it", () =>
    assert.deepEqual(
      hits(
        rule(
          "product: windows, category: network_connection",
          String.raw`{Image|endswith: '\a.exe', Initiated: 'true', DestinationPort: 443}`,
        ),
        {
          Channel: "Security",
          EventID: 5156,
          Application: "\\device\\harddiskvolume2\\a.exe",
          Direction: "%%14593",
          DestPort: "443",
        },
      ),
      ["hit"],
    ));
});

describe("registry events of Sysmon", () => {
  const added = rule("product: windows, category: registry_add", "{TargetObject|contains: Run}");
  const deleted = rule("product: windows, category: registry_delete", "{TargetObject|contains: Run}");
  const event = (EventType: string | undefined) => ({
    Channel: sysmon,
    EventID: 12,
    TargetObject: "HKLM\\Run",
    ...(EventType && { EventType }),
  });
  test("a key made is no key deleted", () => {
    assert.deepEqual([hits(added, event("CreateKey")), hits(deleted, event("CreateKey"))], [["hit"], []]);
    assert.deepEqual([hits(added, event("DeleteValue")), hits(deleted, event("DeleteKey"))], [[], ["hit"]]);
  });
  test("where the exporter lost the type it may have been either", () =>
    assert.deepEqual([hits(added, event(undefined)), hits(deleted, event("INFO"))], [["hit"], ["hit"]]));
});

describe("rules for the web run over", () => {
  const web = rule(
    "category: webserver",
    "{cs-method: POST, cs-uri-query|contains: '/shell.php?cmd=', sc-status: 200}",
  );
  test("access logs", () =>
    assert.deepEqual(
      hits(
        web,
        {
          "cs-method": "POST",
          "cs-uri": "/shell.php?cmd=id",
          "cs-uri-stem": "/shell.php",
          "cs-uri-query": "cmd=id",
          "sc-status": 200,
        },
        "access-log",
      ),
      ["hit"],
    ));
  test("Cloudflare HTTP requests", () =>
    assert.deepEqual(
      hits(web, {
        ClientRequestMethod: "POST",
        ClientRequestURI: "/shell.php?cmd=id",
        EdgeResponseStatus: 200,
        ClientIP: "203.0.113.1",
      }),
      ["hit"],
    ));
  test("Zeek", () =>
    assert.deepEqual(hits(web, { _path: "http", ts: 1, method: "POST", uri: "/shell.php?cmd=id", status_code: 200 }), [
      "hit",
    ]));
  test("DNS rules over Cloudflare Gateway and Zeek", () => {
    const dns = rule("category: dns", "{query|endswith: .evil.example, record_type: TXT}");
    assert.deepEqual(hits(dns, { QueryName: "a.evil.example", ResolverDecision: "x", QueryType: 16 }), ["hit"]);
    assert.deepEqual(hits(dns, { _path: "dns", ts: 1, query: "a.evil.example", qtype_name: "TXT" }), ["hit"]);
  });
});

describe("what is known keeps rules away", () => {
  test("a line of text matches keywords for any program, but none for Windows", () => {
    const line = { message: "evil happened" };
    const keyword = (logsource: string) =>
      `title: hit\nlogsource: {${logsource}}\ndetection:\n  s: [evil]\n  condition: s\n`;
    assert.deepEqual(hits(keyword("product: linux"), line, "text"), ["hit"]);
    assert.deepEqual(hits(keyword("product: acme, service: own"), line, "text"), ["hit"]);
    assert.deepEqual(hits(keyword("product: windows, service: security"), line, "text"), []);
  });
  test("sudo's values are fields", () =>
    assert.deepEqual(
      hits(
        rule("product: linux, service: sudo", "{USER: root, COMMAND|startswith: /usr/bin/id -u}"),
        { program: "sudo", message: "alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/id -u x" },
        "syslog",
      ),
      ["hit"],
    ));
});
