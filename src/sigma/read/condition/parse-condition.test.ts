import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ConditionNode, conditionLimits, parseCondition } from "./parse-condition.ts";
import { namesOf, resolveCondition } from "./resolve-condition.ts";

const names = ["sel_a", "sel_b", "filter", "_own"];

type World = Readonly<Record<string, boolean>>;
const worlds: World[] = Array.from({ length: 16 }, (_, bits) =>
  Object.fromEntries(names.map((name, at) => [name, (bits & (1 << at)) !== 0])),
);

/** What the parser makes of a condition, asked of a world. */
function parsed(text: string, world: World): boolean {
  const result = parseCondition(text);
  assert.ok(result.ok, text);
  const resolved = resolveCondition<boolean>(result.node, {
    names,
    one: (name) => world[name]!,
    and: (of) => of.every(Boolean),
    or: (of) => of.some(Boolean),
    not: (of) => !of,
  });
  assert.ok(resolved.ok, text);
  return resolved.value;
}

/** The same by rewriting the text, tightest operator first, until one digit is left. */
function naive(text: string, world: World): boolean {
  let left = ` ${text.replaceAll("(", " ( ").replaceAll(")", " ) ")} `;
  const digit = (value: boolean) => (value ? "1" : "0");
  left = left.replace(/ (1|any|all) of (\S+)/g, (_, quantity: string, pattern: string) => {
    const regex = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
    const chosen = names.filter((name) => (pattern === "them" ? !name.startsWith("_") : regex.test(name)));
    const held = chosen.filter((name) => world[name]).length;
    return ` #${digit(quantity === "all" ? held === chosen.length : held > 0)}`;
  });
  left = left.replace(/ (sel_a|sel_b|filter|_own)(?= )/g, (_, name: string) => ` #${digit(world[name]!)}`);
  left = left.replaceAll("#", "").replace(/\s+/g, " ");
  for (let before = ""; before !== left;) {
    before = left;
    left = left.replace(/not ([01])/, (_, one: string) => digit(one === "0"));
    if (left !== before) continue;
    left = left.replace(/([01]) and ([01])/, (_, a: string, b: string) => digit(a + b === "11"));
    if (left !== before) continue;
    left = left.replace(
      /(\( |or )([01]) or ([01])(?! and)|^ ([01]) or ([01])(?! and)/,
      (all, open = " ", a, b, c, d) => open + digit(`${a ?? c}${b ?? d}`.includes("1")),
    );
    if (left !== before) continue;
    left = left.replace(/\( ([01]) \)/, "$1");
  }
  assert.match(left.trim(), /^[01]$/, text);
  return left.trim() === "1";
}

const operand = fc.constantFrom(
  ...names,
  "1 of them",
  "all of them",
  "1 of sel_*",
  "all of sel_*",
  "any of *_*",
  "1 of filter",
);
const conditions = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    operand,
    fc.tuple(tie("any"), fc.constantFrom(" and ", " or "), tie("any")).map((parts) => parts.join("")),
    tie("any").map((inner) => `not ${inner}`),
    tie("any").map((inner) => `(${inner})`),
    tie("any").map((inner) => `( ${inner} )`),
  ),
})).any;

test("a condition holds exactly where rewriting it by hand, tightest operator first, says so", () => {
  fc.assert(
    fc.property(conditions, fc.constantFrom(...worlds), (text, world) => {
      assert.equal(parsed(text, world), naive(text, world), text);
    }),
  );
});

test("precedence is or, and, not, x of, brackets, from loose to tight", () => {
  const world = { sel_a: true, sel_b: false, filter: false, _own: false };
  assert.equal(parsed("sel_a or sel_b and filter", world), true);
  assert.equal(parsed("(sel_a or sel_b) and filter", world), false);
  assert.equal(parsed("not sel_b and sel_a", world), true);
  assert.equal(parsed("not (sel_b or sel_a)", world), false);
  assert.equal(parsed("not 1 of sel_* or sel_a", world), true);
});

test("a pattern's stars stand for any run at any place, and them leaves out names with an underscore first", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 6 }),
      fc.array(fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 6 })),
      (pattern, all) => {
        const regex = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
        assert.deepEqual(
          namesOf(pattern, all),
          all.filter((name) => regex.test(name)),
        );
      },
    ),
  );
  assert.deepEqual(namesOf("them", ["a", "_b", "c"]), ["a", "c"]);
  assert.deepEqual(namesOf("_*", ["a", "_b", "c"]), ["_b"]);
});

test("what is wrong with a condition is said at its place", () => {
  const table: [string, string, number][] = [
    ["", "condition-incomplete", 0],
    ["a and", "condition-incomplete", 5],
    ["a or or b", "condition-syntax", 5],
    ["a b", "condition-syntax", 2],
    ["(a and b", "condition-bracket", 0],
    ["a and b)", "condition-bracket", 7],
    ["1 of", "condition-incomplete", 4],
    ["1 of not", "condition-incomplete", 5],
    ["2 of sel*", "condition-quantity", 0],
    ["sel*", "condition-syntax", 0],
    ["a | count() > 5", "condition-aggregation", 2],
    ["a and $b", "condition-syntax", 6],
    ["of", "condition-syntax", 0],
    ["not", "condition-incomplete", 3],
    ["()", "condition-syntax", 1],
  ];
  for (const [text, code, at] of table) {
    const result = parseCondition(text);
    assert.ok(!result.ok, text);
    assert.deepEqual([result.problem.code, result.problem.at], [code, at], text);
    assert.ok(result.problem.advice.length > 0);
  }
});

test("nesting and length are bounded, however the condition is built", () => {
  const deep = conditionLimits.depth + 1;
  for (const text of ["(".repeat(deep) + "a" + ")".repeat(deep), "not ".repeat(50_000 / 4) + "a", "(".repeat(60_000)]) {
    const result = parseCondition(text);
    assert.ok(!result.ok);
    assert.equal(result.problem.code, "condition-too-deep");
  }
  const long = parseCondition("a or ".repeat(20_000) + "a");
  assert.ok(!long.ok && long.problem.code === "condition-too-long");
  assert.ok(parseCondition("(".repeat(conditionLimits.depth) + "a" + ")".repeat(conditionLimits.depth)).ok);
});

test("no text throws", () => {
  const word = fc.constantFrom("(", ")", "and", "or", "not", "of", "1", "all", "them", "a*", "a", "|", "\0", "AND");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join(" ")),
      ),
      (text) => {
        parseCondition(text);
      },
    ),
  );
});

test("words in capitals are understood, with a warning", () => {
  const result = parseCondition("a AND NOT b");
  assert.ok(result.ok);
  const expected: ConditionNode = {
    kind: "and",
    of: [
      { kind: "name", name: "a", at: 0 },
      { kind: "not", of: { kind: "name", name: "b", at: 10 } },
    ],
  };
  assert.deepEqual(result.node, expected);
  assert.deepEqual(
    result.warnings.map((one) => one.at),
    [2, 6],
  );
});
