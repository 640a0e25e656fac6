import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readPipeline } from "./read-pipeline.ts";
import { applied, holds, ruleOf } from "./testing/rule-and-event.ts";

const rule = ruleOf("{s: {A: 1, B|contains: [x, y]}, f: {C: null}, condition: s and not f}");

/** A pipeline of every sort of transformation, to see what it does to a rule that must not change. */
const everything = `name: everything
priority: 7
vars: {Admins: [alice, bob], Hosts: h1}
transformations:
  - {id: a, type: field_name_mapping, mapping: {A: [x, y], B: z}}
  - {id: b, type: replace_string, regex: x, replacement: q}
  - {id: c, type: add_condition, conditions: {D: 1}}
  - {id: d, type: change_logsource, service: security}
  - {id: e, type: set_custom_attribute, attribute: k, value: [1]}
  - {id: f, type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [C]}]}
  - {id: g, type: nest, items: [{type: case, method: upper}, {type: set_state, key: k, val: 1}]}
  - {type: value_placeholders, include: [Admins]}
`;

describe("reading pipelines", () => {
  test("pipelines are pure: the rule that goes in is unchanged, and the same comes out every time", () => {
    const { pipeline } = readPipeline(everything, "p.yml");
    const frozen = deepFreeze(structuredClone(rule));
    assert.deepEqual(pipeline!.apply(frozen), pipeline!.apply(rule));
    assert.notEqual(pipeline!.apply(rule), rule);
  });

  test("a rule to which nothing applies comes out as the very same object", () => {
    for (const transformation of [
      "- {type: field_name_mapping, mapping: {Other: x}}",
      "- {type: map_string, mapping: {other: x}}",
      "- {type: field_name_prefix, prefix: p, rule_conditions: [{type: logsource, product: linux}]}",
      "- {type: replace_string, regex: zzz, replacement: q}",
      "- {type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [Other]}]}",
      "- {type: set_state, key: a, val: 1}",
      "- {type: nest, items: [{type: case}]}",
    ]) {
      assert.equal(applied(transformation, rule), rule, transformation);
    }
  });

  test("steps see what the steps before them did, in order, also nested ones", () => {
    const chain =
      "- {type: field_name_mapping, mapping: {A: M}}\n- {type: nest, items: [{type: field_name_mapping, mapping: {M: N}}]}";
    assert.ok(holds(applied(chain, ruleOf("{s: {A: 1}, condition: s}")), { N: 1 }));
  });

  test("placeholders become values for the reader of rules; priority and name are told", () => {
    const read = readPipeline(everything, "p.yml");
    assert.deepEqual(
      [read.pipeline?.name, read.priority, read.placeholders],
      ["everything", 7, { Admins: ["alice", "bob"] }],
    );
    const wildcard = readPipeline("transformations: [{type: wildcard_placeholders, include: [Servers]}]", "p.yml");
    assert.deepEqual(wildcard.placeholders, { Servers: ["*"] });
  });

  for (const [code, yaml, line, column] of [
    ["pipeline-unknown-type", "transformations:\n  - type: field_name_maping\n    mapping: {a: b}\n", 2, 11],
    ["pipeline-unsupported", "transformations:\n  - type: field_name_transform\n", 2, 11],
    ["pipeline-unsupported", "transformations:\n  - {type: http_placeholders, url: 'https://x'}\n", 2, 12],
    ["pipeline-unsupported", "transformations:\n  - {type: wildcard_placeholders}\n", 2, 12],
    ["pipeline-unsupported", "transformations: []\npostprocessing:\n  - {type: embed, prefix: x}\n", 3, 3],
    ["pipeline-unknown-key", "transformations:\n  - {type: regex, methd: plain}\n", 2, 19],
    ["pipeline-missing-key", "transformations:\n  - {type: rule_failure}\n", 2, 5],
    ["pipeline-wrong-value", "transformations:\n  - {type: case, method: title}\n", 2, 26],
    ["pipeline-regex", "transformations:\n  - {type: replace_string, regex: '(?<=a)b', replacement: ''}\n", 2, 35],
    [
      "pipeline-unknown-condition",
      "transformations:\n  - {type: regex, rule_conditions: [{type: log_source}]}\n",
      2,
      44,
    ],
    [
      "pipeline-bad-expression",
      "transformations:\n  - {type: regex, rule_cond_expr: a and b, rule_conditions: {a: {type: tag, tag: x}}}\n",
      2,
      35,
    ],
    [
      "pipeline-unused-condition",
      "transformations:\n  - {type: regex, rule_cond_expr: a, rule_conditions: {a: {type: tag, tag: x}, b: {type: tag, tag: y}}}\n",
      2,
      35,
    ],
    [
      "pipeline-two-joins",
      "transformations:\n  - {type: regex, rule_cond_op: or, rule_cond_expr: a, rule_conditions: {a: {type: tag, tag: x}}}\n",
      2,
      53,
    ],
    ["pipeline-two-documents", "transformations: []\n---\ntransformations: []\n", 3, 1],
    ["pipeline-empty", "", 1, 1],
  ] as const) {
    test(`${code}: ${yaml.split("\n")[1]?.trim() ?? yaml} is said with its place, and the pipeline is withheld`, () => {
      const { pipeline, findings } = readPipeline(yaml, "p.yml");
      assert.equal(pipeline, undefined);
      const [finding] = findings.filter(({ severity }) => severity === "error");
      assert.deepEqual([finding?.code, finding?.file, finding?.line, finding?.column], [code, "p.yml", line, column]);
      assert.ok(finding && finding.advice.length > 0);
    });
  }

  test("finalizers change no meaning: a warning, and the pipeline is used", () => {
    const { pipeline, findings } = readPipeline("transformations: []\nfinalizers: [{type: concat}]\n", "p.yml");
    assert.ok(pipeline);
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ["warning"],
    );
  });

  test("no text makes reading or applying throw", () => {
    const lines = everything.split("\n");
    const mangled = fc
      .array(
        fc.oneof(
          fc.constantFrom(...lines),
          fc.string(),
          fc.constantFrom("  - &a [*a]", "  - {type: nest, items: *a}", "x: !!js/function y", "- ".repeat(300)),
        ),
        { maxLength: 8 },
      )
      .map((parts) => `transformations:\n${parts.join("\n")}`);
    fc.assert(
      fc.property(fc.oneof(mangled, fc.string()), (text) => {
        const { pipeline, findings } = readPipeline(text, "junk.yml");
        assert.ok(pipeline !== undefined || findings.some(({ severity }) => severity === "error"));
        pipeline?.apply(rule);
      }),
      { numRuns: 1000 },
    );
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
