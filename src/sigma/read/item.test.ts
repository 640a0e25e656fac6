import assert from "node:assert/strict";
import { test } from "node:test";
import { ANY, ONE, type Expr, type Origin } from "../plan.ts";
import { readRules } from "./read-rules.ts";
import type { ReadOptions } from "./read-documents.ts";

const start = "title: T\nlogsource:\n  category: test\ndetection:\n  condition: s\n  s:\n";

/** The plan of a rule whose only selection `s` holds these lines, without the places; or the code of its error. */
function meaning(lines: string, options?: ReadOptions): unknown {
  const text = start + lines.replace(/^/gm, "    ");
  const { detections, setAside } = readRules([{ file: "t.yml", text }], options);
  return detections[0] ? bare(detections[0].plan) : setAside[0]!.reason.code;
}

type Bare = Record<string, unknown> | readonly unknown[];

function bare(expr: Expr): Bare {
  switch (expr.kind) {
    case "and":
    case "or":
      return [expr.kind, ...expr.of.map(bare)];
    case "not":
      return ["not", bare(expr.of)];
    case "constant":
      return [expr.value];
    case "field":
      return { [expr.field]: expr.test };
    case "keyword":
      return { "": expr.test };
  }
}

const like = (...pattern: (string | typeof ANY | typeof ONE)[]) => ({ op: "like", pattern, cased: false });
const regex = (source: string, flags = "") => ({
  op: "regex",
  source,
  ignoreCase: flags.includes("i"),
  multiline: flags.includes("m"),
  dotAll: flags.includes("s"),
});

test("every modifier of the specification means what it says", () => {
  const table: [string, unknown][] = [
    ["F: value", { F: like("value") }],
    ["F: 'a*b?c'", { F: like("a", ANY, "b", ONE, "c") }],
    ["F: 4625", { F: like("4625") }],
    ["F: true", { F: like("true") }],
    ["F: ''", { F: like() }],
    ["F: null", { F: { op: "absent" } }],
    ["F:", { F: { op: "absent" } }],
    ["F: [a, b]", ["or", { F: like("a") }, { F: like("b") }]],
    ["F|contains: x", { F: like(ANY, "x", ANY) }],
    ["F|startswith: x", { F: like("x", ANY) }],
    ["F|endswith: x", { F: like(ANY, "x") }],
    ["F|contains|all: [x, y]", ["and", { F: like(ANY, "x", ANY) }, { F: like(ANY, "y", ANY) }]],
    ["F|all: ['*x*', y]", ["and", { F: like(ANY, "x", ANY) }, { F: like("y") }]],
    ["F|cased: x", { F: { ...like("x"), cased: true } }],
    ["F|contains|cased: x", { F: { ...like(ANY, "x", ANY), cased: true } }],
    ["F|neq: x", ["not", { F: like("x") }]],
    ["F|neq: [x, 3]", ["not", ["or", { F: like("x") }, { F: like("3") }]]],
    ["F|neq: null", ["not", { F: { op: "absent" } }]],
    ["F|exists: true", { F: { op: "exists" } }],
    ["F|exists: false", ["not", { F: { op: "exists" } }]],
    ["F|re: 'a\\d+\\*'", { F: regex("a\\d+\\*") }],
    ["F|re|i: x", { F: regex("x", "i") }],
    ["F|re|i|m|s: x", { F: regex("x", "ims") }],
    ["F|re|ignorecase|multiline|dotall: x", { F: regex("x", "ims") }],
    ["F|re: '(?i)x'", { F: regex("x", "i") }],
    ["F|re: '(?is)x(?i)y'", { F: regex("x(?i)y", "is") }],
    ["F|re|startswith: 'a|b'", { F: regex("^(?:a|b)") }],
    ["F|re|endswith: 'a|b'", { F: regex("(?:a|b)$") }],
    ["F|re|contains: 'a|b'", { F: regex("a|b") }],
    ["F|cidr: 10.0.0.0/8", { F: { op: "cidr", network: "10.0.0.0/8" } }],
    ["F|cidr: 'fe80::/10'", { F: { op: "cidr", network: "fe80::/10" } }],
    ["F|cidr: 192.0.2.1", { F: { op: "cidr", network: "192.0.2.1/32" } }],
    ["F|lt: 5", { F: { op: "compare", than: "lt", number: 5 } }],
    ["F|lte: -5", { F: { op: "compare", than: "lte", number: -5 } }],
    ["F|gt: '1.5'", { F: { op: "compare", than: "gt", number: 1.5 } }],
    ["F|gte: 1e3", { F: { op: "compare", than: "gte", number: 1000 } }],
    ["F|minute: 7", { F: { op: "time", part: "minute", is: "eq", number: 7 } }],
    ["F|hour|gte: 22", { F: { op: "time", part: "hour", is: "gte", number: 22 } }],
    [
      "F|day: [1, 2]",
      [
        "or",
        { F: { op: "time", part: "day", is: "eq", number: 1 } },
        { F: { op: "time", part: "day", is: "eq", number: 2 } },
      ],
    ],
    ["F|week: 3", { F: { op: "time", part: "week", is: "eq", number: 3 } }],
    ["F|month|lt: 3", { F: { op: "time", part: "month", is: "lt", number: 3 } }],
    ["F|year|neq: 2024", ["not", { F: { op: "time", part: "year", is: "eq", number: 2024 } }]],
    ["F|fieldref: G", { F: { op: "fieldref", field: "G", how: "equals", cased: false } }],
    ["F|fieldref|startswith: G", { F: { op: "fieldref", field: "G", how: "startswith", cased: false } }],
    ["F|fieldref|endswith: G.h", { F: { op: "fieldref", field: "G.h", how: "endswith", cased: false } }],
    ["F|fieldref|contains|cased: G", { F: { op: "fieldref", field: "G", how: "contains", cased: true } }],
    ["F|fieldref|neq: G", ["not", { F: { op: "fieldref", field: "G", how: "equals", cased: false } }]],
    ["F|base64: cmd", { F: like("Y21k") }],
    ["F|base64|contains: cmd", { F: like(ANY, "Y21k", ANY) }],
    [
      "F|base64offset|contains: foobar",
      ["or", { F: like(ANY, "Zm9vYmFy", ANY) }, { F: like(ANY, "Zvb2Jhc", ANY) }, { F: like(ANY, "mb29iYX", ANY) }],
    ],
    ["F|wide|base64: cmd", { F: like("YwBtAGQA") }],
    ["F|utf16le|base64: cmd", { F: like("YwBtAGQA") }],
    ["F|utf16be|base64: cmd", { F: like("AGMAbQBk") }],
    ["F|utf16|base64: cmd", { F: like("//5jAG0AZAA=") }],
    ["F|wide|base64: é", { F: like("6QA=") }],
    ["F|wide|contains: ab", { F: like(ANY, "a\0b\0", ANY) }],
  ];
  for (const [lines, expected] of table) assert.deepEqual(meaning(lines), expected, lines);
});

test("one value that a modifier makes several of stays a choice, under all too", () => {
  const forms = (text: string) => [
    "or",
    ...["-", "/", "–", "—", "―"].map((dash) => ({ F: like(ANY, `${dash}${text}`, ANY) })),
  ];
  assert.deepEqual(meaning("F|contains|windash: -x"), forms("x"));
  assert.deepEqual(meaning("F|contains|all|windash: [-x, -y]"), ["and", forms("x"), forms("y")]);
  const placeholders = { srv: ["a*", "b"] };
  assert.deepEqual(meaning("F|expand: '%srv%'", { placeholders }), ["or", { F: like("a", ANY) }, { F: like("b") }]);
  assert.deepEqual(meaning("F|contains|all|expand: ['%srv%', x]", { placeholders }), [
    "and",
    ["or", { F: like(ANY, "a", ANY) }, { F: like(ANY, "b", ANY) }],
    { F: like(ANY, "x", ANY) },
  ]);
});

test("a placeholder's values fit into what they stand in", () => {
  const placeholders = { nets: ["10.0.0.0/8", "fd00::/8"], host: ["a.b*"] };
  assert.deepEqual(meaning("F|cidr|expand: '%nets%'", { placeholders }), [
    "or",
    { F: { op: "cidr", network: "10.0.0.0/8" } },
    { F: { op: "cidr", network: "fd00::/8" } },
  ]);
  assert.deepEqual(meaning("F|re|expand: '^%host%$'", { placeholders }), { F: regex("^a\\.b.*$") });
  assert.deepEqual(meaning("F|expand: '\\%plain%host%'", { placeholders }), { F: like("%plaina.b", ANY) });
  assert.deepEqual(meaning("F: '%host%'", { placeholders }), { F: like("%host%") });
});

test("maps are and, lists are or, lists without fields are keywords over the whole event", () => {
  assert.deepEqual(meaning("A: x\nB: y"), ["and", { A: like("x") }, { B: like("y") }]);
  assert.deepEqual(meaning("- A: x\n  B: y\n- C: z"), [
    "or",
    ["and", { A: like("x") }, { B: like("y") }],
    { C: like("z") },
  ]);
  assert.deepEqual(meaning("- evil\n- 'a*b'\n- 17"), [
    "or",
    { "": like("evil") },
    { "": like("a", ANY, "b") },
    { "": like("17") },
  ]);
  assert.deepEqual(meaning("'|all':\n  - evil\n  - '*worse*'"), ["and", { "": like("evil") }, { "": like("worse") }]);
  assert.deepEqual(meaning("- evil\n- A: x"), ["or", { "": like("evil") }, { A: like("x") }]);
  assert.deepEqual(meaning("evil"), { "": like("evil") });
  assert.deepEqual(meaning("'|re|i': ev.l"), { "": regex("ev.l", "i") });
  assert.deepEqual(meaning("'|cased': Evil"), { "": { ...like("Evil"), cased: true } });
});

test("field names are kept letter by letter", () => {
  for (const field of ["a.b.c", "Threat Name", "user-agent", "ÄÖ", "__proto__"]) {
    assert.deepEqual(Object.keys(meaning(`'${field}': x`) as object), [field]);
  }
});

test("what makes no sense is refused, by a code that says what", () => {
  const table: [string, string][] = [
    ["F|contain: x", "unknown-modifier"],
    ["F|: x", "unknown-modifier"],
    ["F|contains|re: x", "contradictory-modifiers"],
    ["F|re|cased: x", "contradictory-modifiers"],
    ["F|re|m|startswith: x", "contradictory-modifiers"],
    ["F|i: x", "contradictory-modifiers"],
    ["F|contains|startswith: x", "contradictory-modifiers"],
    ["F|contains|base64: x", "contradictory-modifiers"],
    ["F|base64|wide: x", "contradictory-modifiers"],
    ["F|base64|base64offset: x", "contradictory-modifiers"],
    ["F|wide|utf16be|base64: x", "contradictory-modifiers"],
    ["F|cidr|contains: 10.0.0.0/8", "contradictory-modifiers"],
    ["F|gt|lt: 5", "contradictory-modifiers"],
    ["F|hour|day: 5", "contradictory-modifiers"],
    ["F|exists|neq: true", "contradictory-modifiers"],
    ["'|cidr': 10.0.0.0/8", "contradictory-modifiers"],
    ["'|exists': true", "contradictory-modifiers"],
    ["'|fieldref': A", "contradictory-modifiers"],
    ["F|exists: perhaps", "exists-not-boolean"],
    ["F|contains: null", "null-with-modifier"],
    ["- null", "null-keyword"],
    ["- ''", "keyword-empty"],
    ["- '*'", "keyword-empty"],
    ["'|contains': ''", "keyword-empty"],
    ["F|gt: five", "value-not-a-number"],
    ["F|gt: 0x10g", "value-not-a-number"],
    ["F|cidr: 10.0.0.0/33", "cidr-invalid"],
    ["F|cidr: 10.1/16", "cidr-invalid"],
    ["F|cidr: 010.0.0.300/8", "cidr-invalid"],
    ["F|cidr: 'fe80::1%eth0/64'", "cidr-invalid"],
    ["F|re: '(?=x)y'", "regex-invalid"],
    ["F|re: '(a)\\1'", "regex-invalid"],
    ["F|re: '['", "regex-invalid"],
    [`F|re: '${"(a{1000})".repeat(300)}'`, "regex-invalid"],
    ["F|fieldref: 'G*'", "fieldref-not-a-field"],
    ["F|base64: 'a*'", "base64-wildcard"],
    ["F|base64offset|contains: a", "base64-too-short"],
    ["F|wide: é", "wide-not-ascii"],
    ["F|windash: ' -a -b -c -d -e -f'", "windash-too-many"],
    ["F|expand: '%x%'", "placeholder-unresolved"],
    ["F: []", "empty-list"],
    ["F: {a: b}", "value-not-plain"],
    ["F: [[a]]", "value-not-plain"],
    ["[]", "empty-selection"],
    ["{}", "empty-selection"],
    ["[[a]]", "nested-list"],
  ];
  for (const [lines, code] of table) assert.equal(meaning(lines), code, lines);
});

test("every test knows its selection, its key and value as written, and its place", () => {
  const { detections } = readRules([{ file: "t.yml", text: `${start}    F|contains:\n      - one\n      - 'two'\n` }]);
  const { plan } = detections[0]!;
  const origins: Origin[] = plan.kind === "or" ? plan.of.map((one) => (one as { origin: Origin }).origin) : [];
  assert.deepEqual(origins, [
    { selection: "s", key: "F|contains", value: "one", line: 8, column: 9 },
    { selection: "s", key: "F|contains", value: "two", line: 9, column: 9 },
  ]);
});
