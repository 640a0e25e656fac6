import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { applied, ruleOf } from "./testing/rule-and-event.ts";

const rule = ruleOf("{s: {A: [abc, '*x'], N: null}, t: {B: 1}, condition: s and t}");

/** Whether a processing item with these conditions changed the rule. */
function applies(conditions: string, before = ""): boolean {
  return applied(`${before}- {type: add_field, field: f, ${conditions}}`, rule) !== rule;
}
/** The fields of the items that a processing item with these conditions renamed. */
function renamed(conditions: string, before = ""): string[] {
  const result = applied(`${before}- {type: field_name_suffix, suffix: _, ${conditions}}`, rule);
  return ["A", "B", "N"].filter((field) => JSON.stringify(result).includes(`"field":"${field}_"`));
}

describe("rule conditions", () => {
  for (const [conditions, expected] of [
    ["rule_conditions: [{type: logsource, product: windows}]", true],
    ["rule_conditions: [{type: logsource, product: windows, service: sysmon}]", false],
    ["rule_conditions: [{type: contains_field, field: B}]", true],
    ["rule_conditions: [{type: contains_field, field: C}]", false],
    ["rule_conditions: [{type: contains_detection_item, field: A, value: abc}]", true],
    ["rule_conditions: [{type: contains_detection_item, field: B, value: 1}]", true],
    ["rule_conditions: [{type: contains_detection_item, field: A, value: ab}]", false],
    ["rule_conditions: [{type: tag, tag: attack.t1059}]", true],
    ["rule_conditions: [{type: is_sigma_rule}]", true],
    ["rule_conditions: [{type: is_sigma_correlation_rule}]", false],
    ["rule_conditions: [{type: rule_attribute, attribute: level, value: medium, op: gte}]", true],
    ["rule_conditions: [{type: rule_attribute, attribute: level, value: critical, op: gte}]", false],
    ["rule_conditions: [{type: rule_attribute, attribute: title, value: Test}]", true],
    ["rule_conditions: [{type: rule_attribute, attribute: tags, value: attack.t1059, op: in}]", true],
    ["rule_conditions: [{type: rule_attribute, attribute: status, value: stable, op: lt}]", true],
    ["rule_conditions: [{type: rule_attribute, attribute: nothing, value: x}]", false],
    ["rule_cond_op: or, rule_conditions: [{type: tag, tag: no}, {type: contains_field, field: B}]", true],
    ["rule_cond_op: and, rule_conditions: [{type: tag, tag: no}, {type: contains_field, field: B}]", false],
    ["rule_cond_not: true, rule_conditions: [{type: tag, tag: no}]", true],
    [
      "rule_cond_expr: 'not a and (b or a)', rule_conditions: {a: {type: tag, tag: no}, b: {type: contains_field, field: B}}",
      true,
    ],
    [
      "rule_cond_expr: 'a or not b', rule_conditions: {a: {type: tag, tag: no}, b: {type: contains_field, field: B}}",
      false,
    ],
  ] as const) {
    test(`${conditions} ${expected ? "holds" : "does not hold"}`, () => assert.equal(applies(conditions), expected));
  }

  test("what was applied and what state was set are remembered", () => {
    const before = "- {id: one, type: set_state, key: k, val: 3}\n";
    assert.ok(applies("rule_conditions: [{type: processing_item_applied, processing_item_id: one}]", before));
    assert.ok(!applies("rule_conditions: [{type: processing_item_applied, processing_item_id: two}]", before));
    assert.ok(applies("rule_conditions: [{type: processing_state, key: k, val: 2, op: gt}]", before));
    assert.ok(!applies("rule_conditions: [{type: processing_state, key: other, val: 2}]", before));
  });
});

describe("conditions on detection items and field names", () => {
  for (const [conditions, expected] of [
    ["detection_item_conditions: [{type: match_string, cond: any, pattern: ab}]", ["A"]],
    ["detection_item_conditions: [{type: match_string, cond: all, pattern: ab}]", []],
    ["detection_item_conditions: [{type: match_string, cond: any, pattern: ab, negate: true}]", ["A", "B", "N"]],
    ["detection_item_conditions: [{type: match_value, cond: any, value: 1}]", ["B"]],
    ["detection_item_conditions: [{type: contains_wildcard, cond: any}]", ["A"]],
    ["detection_item_conditions: [{type: is_null, cond: all}]", ["N"]],
    ["detection_item_cond_not: true, detection_item_conditions: [{type: is_null, cond: all}]", ["A", "B"]],
    ["field_name_conditions: [{type: include_fields, fields: [A, N]}]", ["A", "N"]],
    ["field_name_conditions: [{type: exclude_fields, fields: [A, N, Image, User]}]", ["B"]],
    ["field_name_conditions: [{type: include_fields, mode: re, fields: ['[AB]$']}]", ["A", "B"]],
    [
      "field_name_conditions: [{type: include_fields, fields: [A, B]}], detection_item_conditions: [{type: contains_wildcard, cond: any}]",
      ["A"],
    ],
  ] as const) {
    test(`${conditions} holds for ${expected.join(", ") || "none"}`, () =>
      assert.deepEqual(renamed(conditions), expected));
  }

  test("an item remembers what changed it, and a field name what made it", () => {
    const before = "- {id: one, type: field_name_mapping, mapping: {B: A2}}\n";
    const again = "- {type: field_name_suffix, suffix: _";
    const byItem = applied(
      `${before}${again}, detection_item_conditions: [{type: processing_item_applied, processing_item_id: one}]}`,
      rule,
    );
    const byName = applied(
      `${before}${again}, field_name_conditions: [{type: processing_item_applied, processing_item_id: one}]}`,
      rule,
    );
    for (const result of [byItem, byName]) {
      assert.match(JSON.stringify(result), /"field":"A2_"/);
      assert.doesNotMatch(JSON.stringify(result), /"field":"A_"/);
    }
  });
});
