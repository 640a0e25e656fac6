import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCsv } from "./read-csv.ts";
import { readLines } from "./read-lines.ts";
import { readStix } from "./read-stix.ts";
import { readPattern } from "./stix-pattern.ts";
import { valuesOf } from "./stix-values.ts";

const wishes = { reach: "below" } as const;
const plainOf = ({ indicators }: ReturnType<typeof readCsv>) => indicators.map(({ type, value }) => `${type} ${value}`);

test("a table's columns are found by their names, in any order, and it says which it took", () => {
  const read = readCsv(
    'Tags;Last Seen;IOC Value;Type;valid_until;Confidence\n"c2;evil";x;evil[.]example;domain;2026-12-01;high\n;y;10.0.0.1:443;ip:port;;\n;z;?;ip;;\n',
    wishes,
  );
  assert.deepEqual(read.columns, {
    value: "IOC Value",
    type: "Type",
    until: "valid_until",
    labels: "Tags",
    confidence: "Confidence",
  });
  assert.deepEqual(read.indicators, [
    {
      type: "domain",
      value: "evil.example",
      reach: "below",
      until: Date.UTC(2026, 11, 1),
      confidence: 85,
      labels: ["c2", "evil"],
      reference: "",
    },
    { type: "ip", value: "10.0.0.1", reach: "exact", labels: [], reference: "" },
  ]);
  assert.deepEqual(read.notTaken, [{ at: "line 4", code: "bad-value", why: "This is no ip: ?" }]);
});

test("a header among comments is one, and a table without a header has its values where they are", () => {
  const feed =
    '# A feed\n# "first_seen_utc","dst_ip","dst_port","malware"\n"2026-01-02 03:04:05","192.0.2.7","443","Bad"\n';
  const read = readCsv(feed, wishes);
  assert.deepEqual([plainOf(read), read.indicators[0]?.from], [["ip 192.0.2.7"], Date.UTC(2026, 0, 2, 3, 4, 5)]);
  assert.deepEqual(plainOf(readCsv("1,evil.example,x\n2,worse.example,y\n", wishes)), [
    "domain evil.example",
    "domain worse.example",
  ]);
});

test("a quote that nobody closes costs its own line and no other", () => {
  const read = readCsv(`value\n"open ${"x".repeat(70_000)}\nevil.example\n`, wishes);
  assert.deepEqual([plainOf(read), read.notTaken.map(({ at }) => at)], [["domain evil.example"], ["line 2"]]);
});

test("a plain list is a value a line, with comments, or a hosts file", () => {
  const read = readLines("# bad\n\nevil.example # why\n0.0.0.0 ads.example\n10.0.0.0/8\n10.0.0.1/8\n", wishes);
  assert.deepEqual(plainOf(read), ["domain evil.example", "domain ads.example", "cidr 10.0.0.0/8"]);
  assert.equal(read.notTaken[0]?.at, "line 6");
});

const meaning = (pattern: string) => {
  const read = readPattern(pattern);
  if (!read.ok) return read.why;
  const values = valuesOf(read.pattern);
  return values.ok
    ? values.values.map(({ type, value, reach }) => `${type} ${reach === "only-below" ? "*." : ""}${value}`)
    : values.why;
};

test("a pattern gives the values that each alone make it hold", () => {
  const cases: readonly [string, readonly string[]][] = [
    ["[ipv4-addr:value = '192.0.2.1']", ["ip 192.0.2.1"]],
    ["[ ipv4-addr:value IN ('192.0.2.1', '192.0.2.2/32') ]", ["ip 192.0.2.1", "ip 192.0.2.2"]],
    ["[ipv4-addr:value ISSUBSET '198.51.100.0/24']", ["cidr 198.51.100.0/24"]],
    [
      "[ipv6-addr:value ISSUBSET '2001:db8::/32' OR domain-name:value = 'Evil.example']",
      ["cidr 2001:db8::/32", "domain evil.example"],
    ],
    ["[domain-name:value LIKE '%.evil.example']", ["domain *.evil.example"]],
    [
      "[file:hashes.'SHA-256' = '" + "A".repeat(64) + "' OR file:hashes.MD5 = '" + "b".repeat(32) + "']",
      [`hash ${"a".repeat(64)}`, `hash ${"b".repeat(32)}`],
    ],
    [
      "([url:value = 'http://e.example/a'] OR [url:value = 'http://e.example/b'])",
      ["url http://e.example/a", "url http://e.example/b"],
    ],
    [
      "[email-addr:value = 'a@b.example'] /* who */ OR [user-account:account_login = 'Eve\\'s']",
      ["user a@b.example", "user eve's"],
    ],
    ["[ipv4-addr:value = '192.0.2.1' AND ipv4-addr:value = '192.0.2.1']", ["ip 192.0.2.1"]],
  ];
  for (const [pattern, wanted] of cases) assert.deepEqual(meaning(pattern), wanted, pattern);
});

test("a pattern that asks for more than one value of one event is left out whole, with the reason", () => {
  const cases: readonly [string, RegExp][] = [
    ["[ipv4-addr:value = '192.0.2.1' AND network-traffic:dst_port = 443]", /no value that events/],
    ["[ipv4-addr:value = '192.0.2.1' AND domain-name:value = 'e.example']", /AND asks for several/],
    ["[ipv4-addr:value = '192.0.2.1' OR process:name = 'x']", /process:name/],
    ["[domain-name:value != 'e.example']", /what it is not/],
    ["[domain-name:value NOT IN ('e.example')]", /what it is not/],
    ["[domain-name:value LIKE 'e%.example']", /LIKE/],
    ["[url:value MATCHES '^http']", /MATCHES/],
    ["[ipv4-addr:value = '10.0.0.0/8']", /this is no ip/],
    ["[ipv4-addr:value = '192.0.2.1'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.2']", /FOLLOWEDBY/],
    ["[ipv4-addr:value = '192.0.2.1'] WITHIN 5 SECONDS", /WITHIN/],
    ["[ipv4-addr:value = '192.0.2.1'] REPEATS 5 TIMES", /REPEATS/],
    ["[NOT EXISTS file:name]", /NOT EXISTS/],
    ["[ipv4-addr:value = '192.0.2.1'", /the end/],
    ["[ipv4-addr:value = 192.0.2.1]", /./],
    ["[]", /"\]"/],
    ["ipv4-addr:value = 'x'", /"\("/],
    ["[ipv4-addr:value = 'x'] ;", /patterns do not have/],
    ["[a:b = '", /patterns do not have/],
    [`${"(".repeat(100)}[a:b = 'c']${")".repeat(100)}`, /deep/],
  ];
  for (const [pattern, why] of cases) {
    const said = meaning(pattern);
    assert.ok(typeof said === "string", pattern);
    assert.match(said, why, pattern);
  }
});

const indicator = (more: object) => ({
  type: "indicator",
  id: "indicator--1",
  pattern: "[domain-name:value = 'evil.example']",
  pattern_type: "stix",
  valid_from: "2026-01-01T00:00:00Z",
  ...more,
});

test("a bundle's indicators keep their times, confidence, labels and what they indicate", () => {
  const bundle = {
    type: "bundle",
    objects: [
      indicator({
        valid_until: "2027-01-01T00:00:00.5Z",
        confidence: 70,
        labels: ["c2"],
        modified: "2026-02-01T00:00:00Z",
      }),
      indicator({ pattern: "[domain-name:value = 'old.example']", modified: "2026-01-01T00:00:00Z" }),
      { type: "malware", id: "malware--1", name: "Emotet" },
      { type: "relationship", relationship_type: "indicates", source_ref: "indicator--1", target_ref: "malware--1" },
    ],
  };
  assert.deepEqual(readStix(JSON.stringify(bundle)).indicators, [
    {
      type: "domain",
      value: "evil.example",
      reach: "exact",
      from: Date.UTC(2026, 0, 1),
      until: Date.UTC(2027, 0, 1) + 500,
      confidence: 70,
      labels: ["c2", "Emotet"],
      reference: "indicator--1",
    },
  ]);
});

test("what is revoked, in another language or broken is not taken, and told", () => {
  const objects = [
    indicator({ id: "1", revoked: true }),
    indicator({ id: "2", pattern_type: "sigma" }),
    indicator({ id: "3", pattern: 7 }),
    indicator({ id: "4", valid_until: "soon" }),
    7,
  ];
  const read = readStix(JSON.stringify({ type: "bundle", objects }));
  assert.equal(read.indicators.length, 0);
  assert.deepEqual(
    read.notTaken.map(({ at, code }) => [at, code]),
    [
      ["the bundle", "bad-object"],
      ["1", "revoked"],
      ["2", "unsupported"],
      ["3", "bad-object"],
      ["4", "bad-object"],
    ],
  );
});

/** Bytes that mean harm: what each is for stands beside it. */
const hostile = [
  "/*".repeat(5_000) + "*/".repeat(5_000), // comments within comments
  "/**/".repeat(10_000) + "x",
  "'" + "\\'".repeat(20_000), // a text that never ends
  "[" + "a:b = 'c' OR ".repeat(4_000) + "a:b = 'c']", // more comparisons than anybody writes
  "(".repeat(30_000),
  "[a:b IN (" + "'x',".repeat(15_000) + "'x')]",
  '"'.repeat(100_000),
  '"a","'.repeat(20_000),
  ",".repeat(200_000),
  "#".repeat(100_000),
  "#\n".repeat(50_000),
  "constructor,__proto__,value\ntoString,x,evil.example\n",
  "value,type\nevil.example,constructor\nevil.example,__proto__\n",
  "[.]".repeat(30_000),
  "h".repeat(100_000) + "://",
  '{"objects":' + "[".repeat(20_000) + "]".repeat(20_000) + "}",
  '{"type":"bundle","objects":[{"type":"indicator","id":{"a":1},"pattern":"[a:b=\'c\']","labels":{"length":1e9},"confidence":"__proto__"}]}',
  '{"__proto__":{"objects":[]},"objects":null}',
  "\u{feff}\u{0}\u{202e}evil.example\r\n\ud800",
];

test("hostile bytes end in values, reasons or a syntax error, never in a fault", () => {
  const ask = (text: string) => {
    readCsv(text, wishes);
    readLines(text, wishes);
    readPattern(text);
    try {
      readStix(text);
    } catch (error) {
      assert.ok(error instanceof SyntaxError, String(error));
    }
    readStix(
      JSON.stringify({ type: "bundle", objects: [indicator({ pattern: text, labels: [text], name: text, id: text })] }),
    );
  };
  for (const text of hostile) ask(text);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.json(),
        fc
          .array(
            fc.constantFrom(..."\",;\n\t#'[]()= ab:.%/*\\".split(""), "value", " AND ", " OR ", "ipv4-addr:value"),
            { maxLength: 40 },
          )
          .map((parts) => parts.join("")),
      ),
      ask,
    ),
  );
});

test("any value survives a table, quoted as RFC 4180 has it", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          label: fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !/[\p{Cc},;|]/u.test(text)),
          name: fc.domain(),
        }),
        { minLength: 1 },
      ),
      (rows) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = ["label,value", ...rows.map(({ label, name }) => `${quote(label)},${quote(name)}`)].join("\r\n");
        const read = readCsv(text, wishes);
        const wanted = new Map(rows.map(({ label, name }) => [name.toLowerCase(), label.trim()]));
        for (const one of read.indicators)
          assert.deepEqual(
            one.labels,
            [wanted.get(one.value)!].filter((label) => label !== ""),
          );
        assert.equal(read.indicators.length + new Set(read.notTaken.map(({ at }) => at)).size >= wanted.size, true);
      },
    ),
  );
});
