import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FormatName } from "../contract.ts";
import { bodiesOf, readBytes } from "./testing/read-all.ts";

type Table = readonly (readonly [promise: string, text: string, ...bodies: unknown[]])[];

const tables: Partial<Record<FormatName, Table>> = {
  syslog: [
    [
      "RFC 3164 with priority, host, tag and process id",
      "<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed",
      {
        facility: "auth",
        severity: "crit",
        time: "Oct 11 22:14:15",
        host: "mymachine",
        program: "su",
        pid: "77",
        message: "'su root' failed",
      },
    ],
    [
      "a file's line without priority",
      "Oct  1 02:04:05 web-1 CRON[9]: (root) CMD (x: y)",
      { time: "Oct  1 02:04:05", host: "web-1", program: "CRON", pid: "9", message: "(root) CMD (x: y)" },
    ],
    ["no host", "Oct  1 02:04:05 su: failed", { time: "Oct  1 02:04:05", program: "su", message: "failed" }],
    [
      "RFC 3339 times, as rsyslog writes them",
      "2024-03-01T10:00:00.123456+01:00 db postgres[9]: started",
      { time: "2024-03-01T10:00:00.123456+01:00", host: "db", program: "postgres", pid: "9", message: "started" },
    ],
    [
      "RFC 5424 with structured data, escapes and a byte order mark",
      '<165>1 2003-10-11T22:14:15.003Z host app 12 ID47 [a@1 b="c\\"d\\]e\\\\" b="2"][h] \ufeffAn event',
      {
        facility: "local4",
        severity: "notice",
        time: "2003-10-11T22:14:15.003Z",
        host: "host",
        program: "app",
        pid: "12",
        msgid: "ID47",
        structured: { "a@1": { b: ['c"d]e\\', "2"] }, h: {} },
        message: "An event",
      },
    ],
    ["RFC 5424 with nothing known", "<0>1 - - - - - -", { facility: "kern", severity: "emerg", message: "" }],
    [
      "a Cisco device",
      "<189>Mar  1 2024 18:46:11.123 UTC: %SYS-5-CONFIG_I: Configured from console",
      {
        facility: "local7",
        severity: "notice",
        time: "Mar  1 2024 18:46:11.123 UTC",
        program: "%SYS-5-CONFIG_I",
        message: "Configured from console",
      },
    ],
    [
      "a priority and free text",
      "<13>anything at all",
      { facility: "user", severity: "notice", message: "anything at all" },
    ],
    ["a continuation line stays a record of text", "    at Main.java:5", { message: "    at Main.java:5" }],
    [
      "counted octets, messages with newlines in them",
      "16 <13>app: one\ntwo 12 <13>app: xyz",
      { facility: "user", severity: "notice", program: "app", message: "one\ntwo" },
      { facility: "user", severity: "notice", program: "app", message: "xyz" },
    ],
  ],
  cef: [
    [
      "escapes in header and extension, values with blanks, a name twice",
      "CEF:0|a\\|b|c\\\\|1|e=x|f|9|msg=a \\= b\\nc cs1=x y cs1=z=1 empty=",
      {
        cefVersion: "0",
        deviceVendor: "a|b",
        deviceProduct: "c\\",
        deviceVersion: "1",
        deviceEventClassId: "e=x",
        name: "f",
        severity: "9",
        msg: "a = b\nc",
        cs1: ["x y", "z=1"],
        empty: "",
      },
    ],
    [
      "an extension field never hides a header field",
      "CEF:0|v|p|1|c|n|3|severity=10",
      {
        cefVersion: "0",
        deviceVendor: "v",
        deviceProduct: "p",
        deviceVersion: "1",
        deviceEventClassId: "c",
        name: "n",
        severity: ["3", "10"],
      },
    ],
    ["a header that ends early stays text", "CEF:0|v|p", { message: "CEF:0|v|p" }],
  ],
  leef: [
    [
      "1.0: tabs",
      "LEEF:1.0|v|p|1|id|a=1\tb=2=3\t=x\tnone",
      {
        leefVersion: "1.0",
        deviceVendor: "v",
        deviceProduct: "p",
        deviceVersion: "1",
        eventId: "id",
        a: "1",
        b: "2=3",
      },
    ],
    ...(["^", "x5E", "0x5e", "0x5E"].map((separator) => [
      `2.0: separator ${separator}`,
      `LEEF:2.0|v|p|1|id|${separator}|a=1^b=2`,
      { leefVersion: "2.0", deviceVendor: "v", deviceProduct: "p", deviceVersion: "1", eventId: "id", a: "1", b: "2" },
    ]) as unknown as Table),
    [
      "2.0 without a separator: tabs",
      "LEEF:2.0|v|p|1|id|a=1\tb=2",
      { leefVersion: "2.0", deviceVendor: "v", deviceProduct: "p", deviceVersion: "1", eventId: "id", a: "1", b: "2" },
    ],
  ],
  "access-log": [
    [
      "common log format",
      '::1 - - [10/Oct/2000:13:55:36 -0700] "POST /x HTTP/1.1" 302 -',
      {
        time: "10/Oct/2000:13:55:36 -0700",
        "c-ip": "::1",
        "cs-method": "POST",
        "cs-uri": "/x",
        "cs-uri-stem": "/x",
        "cs-version": "HTTP/1.1",
        "sc-status": 302,
      },
    ],
    [
      "combined, a virtual host before, a field behind, escapes",
      'www.x:443 1.2.3.4 - bob smith [10/Oct/2000:13:55:36 -0700] "GET /a?b=\\"c\\" d HTTP/1.1" 200 5 "http://r/" "U\\x41" "10.0.0.1"',
      {
        time: "10/Oct/2000:13:55:36 -0700",
        "cs-host": "www.x:443",
        "c-ip": "1.2.3.4",
        "cs-username": "bob smith",
        "cs-method": "GET",
        "cs-uri": '/a?b="c" d',
        "cs-uri-stem": "/a",
        "cs-uri-query": 'b="c" d',
        "cs-version": "HTTP/1.1",
        "sc-status": 200,
        "sc-bytes": 5,
        "cs-referer": "http://r/",
        "cs-user-agent": "UA",
        rest: '"10.0.0.1"',
      },
    ],
    [
      "a request that is none",
      '1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "\\x16\\x03" 400 0 "-" "-"',
      { time: "10/Oct/2000:13:55:36 -0700", "c-ip": "1.2.3.4", request: "\x16\x03", "sc-status": 400, "sc-bytes": 0 },
    ],
  ],
  w3c: [
    [
      "fields by the last header, absent values left out, request headers under Sigma's names",
      "#Version: 1.0\n#Fields: date c-ip cs(User-Agent)\n2024-01-01 - Mozilla/5.0+(X)\n#Fields: x\n1\n",
      { date: "2024-01-01", "cs-user-agent": "Mozilla/5.0 (X)" },
      { x: "1" },
    ],
    [
      "Exchange: commas and quotes",
      '#Fields: date-time,client-ip,subject\n2024,10.0.0.1,"a, ""b"""\n',
      { "date-time": "2024", "client-ip": "10.0.0.1", subject: 'a, "b"' },
    ],
    [
      "quotes that a client sent hide nothing, those of a proxy hold blanks",
      '#Fields: cs-uri-query cs(User-Agent) sc-status\n"><script> "x 200\n"a" "b c" 404\n',
      { "cs-uri-query": '"><script>', "cs-user-agent": '"x', "sc-status": "200" },
      { "cs-uri-query": "a", "cs-user-agent": "b c", "sc-status": "404" },
    ],
    ["a row that does not fit stays text", "#Fields: a b\n1 2 3\n", { message: "1 2 3" }],
  ],
  zeek: [
    [
      "types, sets, unset and empty values, escapes",
      "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n" +
        "#fields\tts\tid.orig_p\tquery\tanswers\trejected\tn\n#types\ttime\tport\tstring\tvector[string]\tbool\tcount\n" +
        "1.5\t53\ta\\x09b\tx,-\tF\t18446744073709551615\n-\t-\t(empty)\t(empty)\tT\t0\n",
      {
        _path: "dns",
        ts: 1.5,
        "id.orig_p": 53,
        query: "a\tb",
        answers: ["x", null],
        rejected: false,
        n: "18446744073709551615",
      },
      { _path: "dns", query: "", answers: [], rejected: true, n: 0 },
    ],
  ],
  csv: [
    [
      "quotes, newlines and separators in values",
      'a,b\r\n"1,""x""",2\r\n"two\nlines",\r\n',
      { a: '1,"x"', b: "2" },
      { a: "two\nlines", b: "" },
    ],
    ["semicolons, named by Excel's hint", "sep=;\na;b\n1,5;2\n", { a: "1,5", b: "2" }],
    ["tabs", "a\tb\tc\n1\t2\t3\n", { a: "1", b: "2", c: "3" }],
    ["bars", "a|b|c\n1|2|3\n", { a: "1", b: "2", c: "3" }],
    ["a column's name twice keeps both values", "a,b,a\n1,2,3\n", { a: ["1", "3"], b: "2" }],
    ["a quote inside a value is a quote", 'a,b\n1"x",2\n', { a: '1"x"', b: "2" }],
    ["more values than names", "a,b\n1,2,3\n", { a: "1", b: "2", column_3: "3" }],
  ],
  "journald-export": [
    [
      "text and binary fields, a name twice",
      "__CURSOR=1\nMESSAGE\n\x03\0\0\0\0\0\0\0a\nb\nX=1\nX=2\n\n\n__CURSOR=2\n",
      { __CURSOR: "1", MESSAGE: "a\nb", X: ["1", "2"] },
      { __CURSOR: "2" },
    ],
  ],
  auditd: [
    [
      "hex in the fields that the kernel encodes, and only there",
      "type=PATH msg=audit(1.500:7): item=0 name=2F746D702F6120622E706E67 inode=4142 nametype=CREATE",
      {
        type: "PATH",
        audit_id: "1.500:7",
        time: "1970-01-01T00:00:01.500Z",
        item: "0",
        name: "/tmp/a b.png",
        inode: "4142",
        nametype: "CREATE",
      },
    ],
    [
      "the enriched part, several keys, unset values left out",
      'node=n1 type=SYSCALL msg=audit(1.500:7): arch=c00000b7 syscall=221 a0=1a exe="/x y" key=6101622062 tty=(none)\x1dAUID="root"',
      {
        type: "SYSCALL",
        node: "n1",
        audit_id: "1.500:7",
        time: "1970-01-01T00:00:01.500Z",
        arch: "c00000b7",
        syscall: "221",
        a0: "1a",
        exe: "/x y",
        key: ["a", "b b"],
        AUID: "root",
        SYSCALL: "execve",
      },
    ],
    [
      "what user space adds in msg",
      "type=SERVICE_STOP msg=audit(1.500:7): pid=1 msg='unit=firewalld comm=\"systemd\" res=success'",
      {
        type: "SERVICE_STOP",
        audit_id: "1.500:7",
        time: "1970-01-01T00:00:01.500Z",
        pid: "1",
        unit: "firewalld",
        comm: "systemd",
        res: "success",
      },
    ],
  ],
  text: [["any line", "hello\n\n world ", { message: "hello" }, { message: " world " }]],
};

for (const [format, table] of Object.entries(tables)) {
  describe(format, () => {
    for (const [promise, text, ...bodies] of table) {
      test(promise, async () => {
        assert.deepEqual(await bodiesOf(Buffer.from(text), format as FormatName), bodies);
      });
    }
  });
}

describe("auditd events", () => {
  const event = [
    'type=SYSCALL msg=audit(1.500:7): arch=c000003e syscall=59 success=yes a0=26 a1=7ffe ppid=1 pid=2 uid=33 euid=33 comm="nc" exe="/usr/bin/nc" key="net"',
    'type=EXECVE msg=audit(1.500:7): argc=3 a0="nc" a1="-e" a2=2F62696E2F73682078',
    'type=CWD msg=audit(1.500:7): cwd="/tmp"',
    'type=PATH msg=audit(1.500:7): item=0 name="/usr/bin/nc"',
  ].join("\n");

  test("each record is an event with its own a0, so that rules on type and argument hold", async () => {
    const bodies = (await bodiesOf(event)) as Record<string, unknown>[];
    assert.deepEqual(
      bodies.map(({ type, a0, SYSCALL }) => [type, a0, SYSCALL]),
      [
        ["SYSCALL", "26", "execve"],
        ["EXECVE", "nc", undefined],
        ["CWD", undefined, undefined],
        ["PATH", undefined, undefined],
      ],
    );
  });

  test("EXECVE tells what was run, by whom and where, wherever batches and pieces end", async () => {
    const many = Array.from({ length: 400 }, (_, at) => event.replaceAll("1.500:7", `1.500:${at}`)).join("\n");
    const { records } = await readBytes(many);
    const execve = records.filter(({ body }) => body["type"] === "EXECVE");
    assert.equal(execve.length, 400);
    for (const { body } of execve) {
      assert.deepEqual(body["process"], {
        exe: "/usr/bin/nc",
        comm: "nc",
        pid: "2",
        ppid: "1",
        uid: "33",
        euid: "33",
        key: "net",
        cwd: "/tmp",
        command_line: "nc -e /bin/sh x",
      });
    }
  });

  test("an argument in parts is put together", async () => {
    const [body] = await bodiesOf('type=EXECVE msg=audit(1.500:7): argc=2 a0="sh" a1_len=8 a1[0]=2D63 a1[1]="ls"');
    assert.equal((body as Record<string, unknown>)["a1"], "-cls");
  });
});

describe("hostile lines of half a megabyte end in reasonable time", () => {
  const size = 512 * 1024;
  for (const [format, start, unit] of [
    ["syslog", '<13>1 - - - - - [a x="', '\\"'],
    ["syslog", "<13>1 - - - - - ", '[a b="c"]'],
    ["syslog", "<13>", "a["],
    ["cef", "CEF:0|", "\\|"],
    ["cef", "CEF:0|a|b|c|d|e|f|", " a=b"],
    ["cef", "CEF:0|a|b|c|d|e|f|", "a"],
    ["leef", "", "LEEF:1.0|"],
    ["leef", "LEEF:1.0|a|b|c|d|", "a=1\t"],
    ["access-log", "1.1.1.1 - - [10/Oct/2000:13:55:36 -0700] ", '"\\"'],
    ["access-log", "", "a:1"],
    ["auditd", "type=A msg=audit(1.000:1): ", "a"],
    ["auditd", "type=A msg=audit(1.000:1): ", "a=1 "],
    ["auditd", "type=A msg=audit(1.000:1): ", "a='"],
    ["auditd", 'type=A msg=audit(1.000:1): key="a"', '\x01"b"'],
    ["w3c", "#Fields: ", "a,"],
    ["w3c", "#Fields: x ", ",,"],
    ["zeek", "#fields", "\t\\x41"],
    ["csv", "a,b\n", ","],
    ["csv", "a,b\n", '"\n'],
    ["journald-export", "", "A=1\n"],
    ["json-concatenated", "", '{"a":'],
    ["json-concatenated", "", '{"a":"\n'],
    ["json-concatenated", "", "{\n"],
    ["json-array", "[", "[1,"],
    ["ndjson", "", '{"a":'],
  ] as const) {
    test(`${format}: ${JSON.stringify(start.slice(-20))} and many times ${JSON.stringify(unit)}`, async () => {
      const text = start + unit.repeat(size / unit.length);
      const { records, problems } = await readBytes(`${text}\n${text} x\n`, { format });
      assert.ok(records.length + problems.length >= 0);
    });
  }
});
