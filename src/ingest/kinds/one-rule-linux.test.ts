import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "#sigma";
import { hits, rule } from "./testing/hits.ts";

const laurel: JsonObject = {
  ID: "1709287200.000:1",
  SYSCALL: {
    syscall: 59,
    success: "yes",
    exe: "/usr/bin/perl",
    comm: "perl",
    a0: "0x5f",
    key: "susp",
    SYSCALL: "execve",
    UID: "root",
    PPID: { exe: "/usr/sbin/apache2", comm: "apache2" },
  },
  EXECVE: { argc: 3, ARGV: ["perl", "-e", "use Socket"] },
  CWD: { cwd: "/root" },
  PATH: [
    { item: 0, name: "/usr/bin/perl", nametype: "NORMAL" },
    { item: 1, name: "/lib64/ld-linux-x86-64.so.2", nametype: "NORMAL" },
  ],
};
const auditbeat: JsonObject = {
  "@timestamp": "2024-03-01T10:00:00Z",
  event: { module: "auditd", category: ["process"], type: ["start"] },
  auditd: {
    message_type: "syscall",
    result: "success",
    data: { syscall: "execve", a0: "5f" },
    paths: [{ name: "/usr/bin/perl", nametype: "NORMAL" }],
  },
  process: {
    executable: "/usr/bin/perl",
    name: "perl",
    args: ["perl", "-e", "use Socket"],
    working_directory: "/root",
  },
  user: { name: "root" },
  tags: ["susp"],
};

describe("all records of an audit event in one object", () => {
  for (const [name, body] of Object.entries({ LAUREL: laurel, auditbeat })) {
    const found = (detection: string) => hits(rule("product: linux, service: auditd", detection), body);
    test(`${name}: rules for any of its records hold`, () => {
      assert.deepEqual(found("{type: EXECVE, a0: perl, a1: '-e', a2|contains: Socket}"), ["hit"]);
      assert.deepEqual(found("{type: SYSCALL, SYSCALL: execve, exe|endswith: /perl, key: susp, success: 'yes'}"), [
        "hit",
      ]);
      assert.deepEqual(found("{type: PATH, name: /usr/bin/perl}"), ["hit"]);
      assert.deepEqual(found("{type: CWD, cwd: /root}"), ["hit"]);
      assert.deepEqual(found("{type: USER_LOGIN}"), []);
    });
    test(`${name}: it is a process creation`, () => {
      const creation = rule(
        "product: linux, category: process_creation",
        "{Image|endswith: /perl, CommandLine|contains: '-e use', User: root, CurrentDirectory: /root}",
      );
      assert.deepEqual(hits(creation, body), ["hit"]);
      assert.deepEqual(hits(rule("product: linux, category: file_event", "{TargetFilename|contains: perl}"), body), []);
    });
  }

  test("LAUREL remembers the parent", () => {
    const child = rule("product: linux, category: process_creation", "{ParentImage|endswith: /apache2}");
    assert.deepEqual([hits(child, laurel), hits(child, auditbeat)], [["hit"], []]);
  });

  test("a file made is a file event, under its own name", () => {
    const made = rule(
      "product: linux, category: file_event",
      "{TargetFilename|startswith: /etc/cron.d/, Image|endswith: /cp}",
    );
    const paths = [
      { name: "/etc/cron.d/", nametype: "PARENT" },
      { name: "/etc/cron.d/own", nametype: "CREATE" },
    ];
    assert.deepEqual(
      hits(made, { ID: "1709287200.000:1", SYSCALL: { SYSCALL: "openat", exe: "/usr/bin/cp" }, PATH: paths }),
      ["hit"],
    );
    const event = { module: "auditd", category: ["file"], type: ["creation"] };
    const auditd = { message_type: "syscall", data: { syscall: "openat" }, paths };
    assert.deepEqual(hits(made, { event, auditd, process: { executable: "/usr/bin/cp" } }), ["hit"]);
  });

  test("a login is told by its record", () => {
    const login = rule("product: linux, service: auditd", "{type: USER_LOGIN, acct: root, res: failed}");
    assert.deepEqual(hits(login, { ID: "1709287200.000:1", USER_LOGIN: [{ acct: "root", res: "failed" }] }), ["hit"]);
    const auditd = { message_type: "user_login", data: { acct: "root" }, result: "fail" };
    assert.deepEqual(hits(login, { event: { module: "auditd" }, auditd }), ["hit"]);
  });
});

describe("what containers write", () => {
  const keyword = (logsource: string) =>
    `title: hit\nlogsource: {${logsource}}\ndetection:\n  s: [evil]\n  condition: s\n`;
  const docker = { log: "evil happened\n", stream: "stdout", time: "2024-03-01T10:00:00Z" };
  const cri = { message: "2024-03-01T10:00:00.000000000+01:00 stderr F evil happened" };

  test("is text of any program, but no Windows event", () => {
    for (const [body, format] of [
      [docker, "ndjson"],
      [cri, "text"],
    ] as const) {
      assert.deepEqual(hits(keyword("product: acme"), body, format), ["hit"]);
      assert.deepEqual(hits(keyword("product: windows"), body, format), []);
      assert.deepEqual(hits(rule("product: acme", "{message: evil happened}"), body, format), ["hit"]);
    }
  });
  test("in JSON has its own fields", () =>
    assert.deepEqual(
      hits(rule("product: acme", "{user: ada, act|startswith: del}"), {
        ...docker,
        log: '{"user":"ada","act":"delete"}\n',
      }),
      ["hit"],
    ));
});

describe("rules for the network run over Suricata", () => {
  const eve = {
    timestamp: "2024-03-01T10:00:00Z",
    src_ip: "10.0.0.1",
    dest_ip: "192.0.2.1",
    dest_port: 53,
    proto: "UDP",
  };
  test("names, in every version of its format", () => {
    const dns = rule("category: dns", "{query|endswith: .evil.example, record_type: TXT}");
    const question = { rrname: "a.evil.example", rrtype: "TXT" };
    for (const body of [{ ...question, version: 2 }, { queries: [question], version: 3 }, { query: [question] }]) {
      assert.deepEqual(hits(dns, { ...eve, event_type: "dns", dns: body }), ["hit"]);
    }
  });
  test("requests and connections", () => {
    const http = { hostname: "h", url: "/shell.php?cmd=id", http_method: "POST", status: 200, http_user_agent: "x" };
    const web = rule(
      "category: webserver",
      "{cs-method: POST, cs-uri-query|contains: 'cmd=', sc-status: 200, cs-host: h}",
    );
    assert.deepEqual(hits(web, { ...eve, event_type: "http", http }), ["hit"]);
    const wall = rule("category: firewall", "{dst_port: 53, dst_ip|cidr: 192.0.2.0/24}");
    assert.deepEqual(hits(wall, { ...eve, event_type: "flow", flow: {} }), ["hit"]);
    assert.deepEqual(hits(wall, { ...eve, event_type: "tls", tls: {} }), []);
  });
});

test("rules for web servers run over nginx's JSON, whether the request is in one or in parts", () => {
  const web = rule(
    "category: webserver",
    "{cs-method|startswith: POST, cs-uri-query|contains: '/shell.php?cmd=', sc-status: 200}",
  );
  const base = { remote_addr: "203.0.113.1", status: "200" };
  assert.deepEqual(hits(web, { ...base, request_method: "POST", request_uri: "/shell.php?cmd=id" }), ["hit"]);
  assert.deepEqual(hits(web, { ...base, request: "POST /shell.php?cmd=id HTTP/1.1" }), ["hit"]);
});
