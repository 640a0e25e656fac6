import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  ANY,
  compileMatcher,
  type DetectionRule,
  type EventKind,
  evaluate,
  explain,
  type ExplainedNode,
  type Expr,
  flatLayout,
  matchedValues,
  type RulePipeline,
  routes,
} from "../index.ts";
import { arbitraryEvent, arbitraryPlan, ruleOf } from "./testing/arbitrary.ts";

const windows: EventKind = {
  key: "windows/process",
  logsource: { product: ["windows"], category: ["process_creation"], service: [] },
  layout: flatLayout,
  pipelines: [],
};

const contains = (field: string, text: string, selection = "selection"): Expr => ({
  kind: "field",
  field,
  test: { op: "like", pattern: [ANY, text, ANY], cased: false },
  origin: { selection, key: `${field}|contains`, value: text, line: 7, column: 9 },
});

const rule = ruleOf({
  kind: "and",
  of: [
    { kind: "or", of: [contains("CommandLine", "-enc"), contains("CommandLine", "-e")] },
    { kind: "not", of: contains("User", "SYSTEM", "filter") },
  ],
});

test("a rule is routed unless the event is known to be of another log source", () => {
  assert.equal(routes({}, windows.logsource), true);
  assert.equal(routes({ product: "Windows" }, windows.logsource), true);
  assert.equal(routes({ product: "windows", category: "Process_Creation" }, windows.logsource), true);
  assert.equal(routes({ product: "linux" }, windows.logsource), false);
  assert.equal(
    routes({ product: "windows", service: "security" }, windows.logsource),
    false,
    "known to be of no service",
  );
  assert.equal(routes({ product: "linux", service: "x" }, {}), true, "nothing is known");
});

test("an explanation says of every test what it saw, what matched, and where in the rule it stands", () => {
  const event = { kind: windows, body: { CommandLine: ["powershell -ENC x", "other"], User: "bob" } };
  const { matches, routed, tree } = explain(rule, event);
  assert.equal(matches && routed, true);
  const [either, not] = (tree as unknown as { of: ExplainedNode[] }).of as [
    ExplainedNode & { of: ExplainedNode[] },
    ExplainedNode & { of: ExplainedNode },
  ];
  assert.deepEqual(either.of[0], {
    kind: "test",
    holds: true,
    field: "CommandLine",
    test: "like",
    origin: { selection: "selection", key: "CommandLine|contains", value: "-enc", line: 7, column: 9 },
    seen: ["powershell -ENC x", "other"],
    values: 2,
    matched: ["powershell -ENC x"],
  });
  assert.equal(not.holds, true);
  assert.deepEqual((not.of as unknown as { seen: string[] }).seen, ["bob"]);
});

test("matched values are those that counted: each once, none under a not, none of a part that failed", () => {
  const event = { kind: windows, body: { CommandLine: "powershell -ENC x", User: "bob" } };
  assert.deepEqual(matchedValues(rule, event), [
    {
      selection: "selection",
      key: "CommandLine|contains",
      field: "CommandLine",
      value: "powershell -ENC x",
      pattern: "-enc",
    },
    {
      selection: "selection",
      key: "CommandLine|contains",
      field: "CommandLine",
      value: "powershell -ENC x",
      pattern: "-e",
    },
  ]);
  assert.deepEqual(matchedValues(rule, { ...event, body: { ...event.body, User: "SYSTEM" } }), []);
});

test("a rule of another log source is explained as not routed, with its tree all the same", () => {
  const elsewhere: DetectionRule = { ...rule, logsource: { product: "linux" } };
  const event = { kind: windows, body: { CommandLine: "-enc" } };
  const explanation = explain(elsewhere, event);
  assert.deepEqual([explanation.matches, explanation.routed, explanation.tree?.holds], [false, false, true]);
  assert.deepEqual(explanation.mismatches, [{ key: "product", rule: "linux", known: ["windows"] }]);
  assert.deepEqual(compileMatcher([elsewhere]).match(event), []);
  assert.deepEqual(compileMatcher([elsewhere], { routing: false }).match(event), [elsewhere]);
});

const rename: RulePipeline = {
  name: "rename",
  apply: (one) => {
    const plan = JSON.stringify(one.plan).replaceAll('"field":"CommandLine"', '"field":"cmd"');
    return { ...one, plan: JSON.parse(plan) as Expr };
  },
};
const refuse: RulePipeline = { name: "refuse", apply: () => ({ refused: "no such field here" }) };

test("pipelines of the event's kind change the rule for the matcher, the explanation and the matched values alike", () => {
  const event = { kind: { ...windows, pipelines: [rename] }, body: { cmd: "-enc" } };
  assert.deepEqual(compileMatcher([rule]).match(event), [rule], "the rule as given, not as rewritten");
  assert.deepEqual(explain(rule, event).changedBy, ["rename"]);
  assert.equal(explain(rule, event).matches, true);
  assert.deepEqual(matchedValues(rule, event).map(({ field, key }) => [field, key])[0], [
    "cmd",
    "CommandLine|contains",
  ]);
});

test("a rule that a pipeline refuses never matches, and the explanation says whose refusal it is", () => {
  const event = { kind: { ...windows, pipelines: [rename, refuse] }, body: { cmd: "-enc" } };
  assert.deepEqual(compileMatcher([rule]).match(event), []);
  assert.deepEqual(explain(rule, event).refusal, { pipeline: "refuse", reason: "no such field here" });
  assert.deepEqual(matchedValues(rule, event), []);
});

test("kinds with the same rules and fields share one index, others do not", () => {
  const other: EventKind = { ...windows, key: "windows/other" };
  const elsewhere: EventKind = {
    ...windows,
    key: "nested",
    layout: { name: "nested", paths: (field) => [["data", field]] },
  };
  const matcher = compileMatcher([rule]);
  for (const kind of [windows, other, elsewhere]) {
    const body = kind === elsewhere ? { data: { CommandLine: "-enc" } } : { CommandLine: "-enc" };
    assert.deepEqual(matcher.match({ kind, body }), [rule]);
  }
  assert.deepEqual([matcher.stats.kinds, matcher.stats.indexes], [3, 2]);
});

test("whatever the rule and event, an explanation's tree holds exactly when the rule does", () => {
  fc.assert(
    fc.property(arbitraryPlan, arbitraryEvent, (plan, event) => {
      const holds = evaluate(plan, event);
      assert.equal(explain(ruleOf(plan), event).tree?.holds, holds);
      if (!holds) assert.deepEqual(matchedValues(ruleOf(plan), event), []);
    }),
    { numRuns: 2_000 },
  );
});
