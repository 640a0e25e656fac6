import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RuleExpr } from "../rule.ts";
import { readRules } from "./read-rules.ts";
import { countOfRules } from "./rule-count.ts";
import { readTimespan } from "./timespan.ts";

const bases = ["a", "b", "c"]
  .map(
    (name) => `title: ${name}\nname: ${name}\nlogsource: {product: x}\ndetection:\n  s: {F: 1}\n  condition: s\n---\n`,
  )
  .join("");

/** The correlation with these lines under `correlation`, or the finding that set it aside. */
function read(...lines: string[]) {
  const text = `${bases}title: C\nid: c-id\ncorrelation:\n${lines.map((line) => `  ${line}\n`).join("")}`;
  const set = readRules([{ file: "c.yml", text }]);
  return { rule: set.correlations[0], reason: set.setAside[0]?.reason, codes: set.findings.map((one) => one.code) };
}

const common = ["rules: [a, b]", "timespan: 5m", "group-by: [User]"];

test("all seven types are read, with their bounds, field and percentile", () => {
  const table: [type: string, condition: string, expected: unknown][] = [
    ["event_count", "{gte: 100}", { kind: "bounds", bounds: [{ is: "gte", number: 100 }], field: [] }],
    [
      "event_count",
      "{gt: 100, lte: 200}",
      {
        kind: "bounds",
        bounds: [
          { is: "gt", number: 100 },
          { is: "lte", number: 200 },
        ],
        field: [],
      },
    ],
    ["value_count", "{field: User, eq: 3}", { kind: "bounds", bounds: [{ is: "eq", number: 3 }], field: ["User"] }],
    [
      "value_count",
      "{field: [User, Host], neq: 3}",
      { kind: "bounds", bounds: [{ is: "neq", number: 3 }], field: ["User", "Host"] },
    ],
    ["value_sum", "{field: Bytes, gt: 1.5}", { kind: "bounds", bounds: [{ is: "gt", number: 1.5 }], field: ["Bytes"] }],
    ["value_avg", "{field: Bytes, lt: 9}", { kind: "bounds", bounds: [{ is: "lt", number: 9 }], field: ["Bytes"] }],
    [
      "value_percentile",
      "{field: Bytes, lt: 9, percentile: 95}",
      { kind: "bounds", bounds: [{ is: "lt", number: 9 }], field: ["Bytes"], percentile: 95 },
    ],
    [
      "temporal",
      "a and not b",
      {
        kind: "rules",
        expr: {
          kind: "and",
          of: [
            { kind: "rule", rule: "a" },
            { kind: "not", of: { kind: "rule", rule: "b" } },
          ],
        },
      },
    ],
    [
      "temporal_ordered",
      "a and b",
      {
        kind: "rules",
        expr: {
          kind: "and",
          of: [
            { kind: "rule", rule: "a" },
            { kind: "rule", rule: "b" },
          ],
        },
      },
    ],
  ];
  for (const [type, condition, expected] of table) {
    const { rule, reason } = read(`type: ${type}`, ...common, `condition: ${condition}`);
    assert.equal(reason, undefined, reason?.message);
    assert.deepEqual([rule!.type, rule!.condition], [type, expected]);
    assert.deepEqual(
      [rule!.timespan, rule!.groupBy, rule!.rules, rule!.generate],
      [300_000, ["User"], ["a", "b"], false],
    );
  }
});

test("a temporal correlation without a condition, or with the number of its rules, means all of them", () => {
  const all = {
    kind: "rules",
    expr: {
      kind: "and",
      of: [
        { kind: "rule", rule: "a" },
        { kind: "rule", rule: "b" },
      ],
    },
  };
  for (const type of ["temporal", "temporal_ordered"]) {
    assert.deepEqual(read(`type: ${type}`, ...common).rule!.condition, all);
    assert.deepEqual(read(`type: ${type}`, ...common, "condition: {gte: 2}").rule!.condition, all);
  }
});

test("the rules may be left to the condition that names them", () => {
  const { rule } = read("type: temporal", "timespan: 1h", "condition: a and (b or not c)");
  assert.deepEqual(rule!.rules, ["a", "b", "c"]);
  assert.deepEqual(rule!.groupBy, []);
});

test("an order may name rules that must not be seen in their places", () => {
  const order = (condition: string, ...rules: string[]) =>
    read("type: temporal_ordered", `rules: [${rules.join()}]`, "timespan: 1h", `condition: ${condition}`);
  assert.deepEqual(order("b and not a and c", "a", "b", "c").rule?.rules, ["a", "b", "c"]);
  assert.ok(order("a and not (b or c)", "b", "a", "c", "b").rule);
  assert.deepEqual(read("type: temporal_ordered", "timespan: 1h", "condition: not a and b").rule?.rules, ["a", "b"]);
});

test("a condition that no event can meet is refused, as a window begins with one", () => {
  for (const never of ["not a and not b", "not (a or b)", "a and b and not a"]) {
    const { rule, reason } = read("type: temporal", ...common, `condition: ${never}`);
    assert.deepEqual([rule, reason?.code], [undefined, "correlation-condition-never"], never);
  }
  for (const fine of ["a and not b", "not (a and b)", "not a or not b"]) {
    assert.ok(read("type: temporal", ...common, `condition: ${fine}`).rule, fine);
  }
});

test("aliases name a field for each rule", () => {
  const { rule } = read(
    "type: temporal",
    "rules: [a, b]",
    "timespan: 1h",
    "group-by: [ip]",
    "aliases: {ip: {a: src, b: dst.ip}}",
    "generate: true",
  );
  assert.deepEqual(rule!.aliases, { ip: { a: "src", b: "dst.ip" } });
  assert.equal(rule!.generate, true);
});

test("an alias may call a rule by its id where the correlation calls it by name", () => {
  const ids = bases.replaceAll(/name: (\w)\n/g, "name: $1\nid: id-$1\n");
  const text = `${ids}title: C\ncorrelation:\n  type: temporal\n  rules: [a, id-b]\n  timespan: 1h\n  group-by: [ip]\n  aliases: {ip: {id-a: src, b: dst}}\n`;
  const set = readRules([{ file: "c.yml", text }]);
  assert.deepEqual(set.findings, []);
  assert.deepEqual(set.correlations[0]!.aliases, { ip: { "id-a": "src", b: "dst" } });
});

test("what makes no sense is refused, by a code that says what", () => {
  const table: [lines: string[], code: string][] = [
    [["rules: [a]", "timespan: 1m", "condition: {gt: 1}"], "correlation-type"],
    [["type: value_median", "rules: [a]", "timespan: 1m", "condition: {gt: 1}"], "correlation-type"],
    [["type: event_count", "timespan: 1m", "condition: {gt: 1}"], "correlation-rules-missing"],
    [["type: event_count", "rules: [a]", "condition: {gt: 1}"], "correlation-timespan"],
    [["type: event_count", "rules: [a]", "timespan: 1 hour", "condition: {gt: 1}"], "correlation-timespan"],
    [["type: event_count", "rules: [a]", "timespan: 0s", "condition: {gt: 1}"], "correlation-timespan"],
    [["type: event_count", "rules: [a]", "timespan: 1m"], "correlation-condition-missing"],
    [["type: event_count", "rules: [a]", "timespan: 1m", "condition: {}"], "correlation-condition-missing"],
    [["type: event_count", "rules: [a]", "timespan: 1m", "condition: a and b"], "correlation-condition-form"],
    [["type: event_count", "rules: [a]", "timespan: 1m", "condition: {gt: many}"], "correlation-condition-number"],
    [["type: event_count", "rules: [a]", "timespan: 1m", "condition: {above: 1}"], "correlation-condition-key"],
    [["type: value_count", "rules: [a]", "timespan: 1m", "condition: {gt: 1}"], "correlation-field-missing"],
    [
      ["type: value_sum", "rules: [a]", "timespan: 1m", "condition: {gt: 1, field: [x, y]}"],
      "correlation-field-missing",
    ],
    [
      ["type: value_percentile", "rules: [a]", "timespan: 1m", "condition: {gt: 1, field: x, percentile: 101}"],
      "correlation-percentile",
    ],
    [["type: temporal", "rules: [a, b]", "timespan: 1m", "condition: a and c"], "condition-unknown-name"],
    [["type: temporal", "rules: [a, b, c]", "timespan: 1m", "condition: a and b"], "correlation-rule-unused"],
    [["type: temporal", "rules: [a, b]", "timespan: 1m", "condition: {gt: 2}"], "correlation-condition-count"],
    [["type: temporal_ordered", "rules: [a, b]", "timespan: 1m", "condition: a or b"], "correlation-condition-form"],
    [
      ["type: temporal_ordered", "rules: [a, b, c]", "timespan: 1m", "condition: a and not (b and c)"],
      "correlation-condition-form",
    ],
    [
      ["type: temporal_ordered", "rules: [a, b]", "timespan: 1m", "condition: not a and not b"],
      "correlation-condition-never",
    ],
    [["type: temporal_ordered", "rules: [a, b]", "timespan: 1m", "condition: {gte: 1}"], "correlation-condition-form"],
    [["type: temporal", "rules: [a, b]", "timespan: 1m", "generate: perhaps"], "correlation-generate"],
    [["type: temporal", "rules: [a, b]", "timespan: 1m", "aliases: {x: {d: f}}"], "correlation-alias-rule"],
    [["type: temporal", "rules: [a, b]", "timespan: 1m", "aliases: [x]"], "correlation-aliases"],
  ];
  for (const [lines, code] of table) assert.equal(read(...lines).reason?.code, code, lines.join(" "));
});

test("what does nothing is pointed out", () => {
  const counted = ["type: event_count", "rules: [a]", "timespan: 1m"];
  assert.deepEqual(read(...counted, "condition: {gt: 1, field: x}").codes, ["correlation-field-unused"]);
  assert.deepEqual(read(...counted, "condition: {gt: 1, percentile: 5}").codes, ["correlation-percentile-unused"]);
  assert.deepEqual(read(...counted, "condition: {gt: 1}", "timeframe: 5m").codes, ["correlation-unknown-key"]);
  assert.deepEqual(read(...counted, "condition: {gt: 1}", "aliases: {x: {a: f}}").codes, ["correlation-alias-unused"]);
  const percentile = read("type: value_percentile", "rules: [a]", "timespan: 1m", "condition: {gt: 1, field: x}");
  assert.deepEqual(
    [percentile.codes, percentile.rule!.condition.kind === "bounds" && percentile.rule!.condition.percentile],
    [["correlation-percentile-missing"], 50],
  );
});

test("so many of the rules, written out, holds exactly when that many were seen", () => {
  const bound = fc.record({
    is: fc.constantFrom("eq", "neq", "gt", "gte", "lt", "lte"),
    number: fc.integer({ min: 0, max: 6 }),
  } as const);
  const holdsOf = (expr: RuleExpr, seen: ReadonlySet<string>): boolean => {
    if (expr.kind === "rule") return seen.has(expr.rule);
    if (expr.kind === "not") return !holdsOf(expr.of, seen);
    return expr.kind === "and" ? expr.of.every((one) => holdsOf(one, seen)) : expr.of.some((one) => holdsOf(one, seen));
  };
  const compare = {
    eq: (a: number, b: number) => a === b,
    neq: (a: number, b: number) => a !== b,
    gt: (a: number, b: number) => a > b,
    gte: (a: number, b: number) => a >= b,
    lt: (a: number, b: number) => a < b,
    lte: (a: number, b: number) => a <= b,
  };
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(bound, { minLength: 1, maxLength: 2 }),
      fc.nat(31),
      (size, bounds, bits) => {
        const rules = Array.from({ length: size }, (_, index) => `r${index}`);
        const seen = new Set(rules.filter((_, index) => bits & (1 << index)));
        if (seen.size === 0) return;
        const count = countOfRules(rules, bounds);
        assert.notEqual(count.kind, "too-many");
        const expected = bounds.every(({ is, number }) => compare[is](seen.size, number));
        assert.equal(count.kind === "expr" && holdsOf(count.expr, seen), expected);
      },
    ),
  );
  const many = Array.from({ length: 40 }, (_, index) => `r${index}`);
  assert.equal(countOfRules(many, [{ is: "gte", number: 20 }]).kind, "too-many");
});

test("a timespan is a number and a unit", () => {
  const table: [string, number | undefined][] = [
    ["1s", 1000],
    ["90m", 5_400_000],
    ["1h", 3_600_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
    ["1M", 2_629_746_000],
    ["1y", 31_556_952_000],
    ["0s", undefined],
    ["1", undefined],
    ["m", undefined],
    ["-1m", undefined],
    ["1.5h", undefined],
    ["1H", undefined],
  ];
  for (const [text, span] of table) assert.equal(readTimespan(text), span, text);
});
