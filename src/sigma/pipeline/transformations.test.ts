import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { applied, holds, ruleOf } from "./testing/rule-and-event.ts";

const only = (selection: string) => ruleOf(`{s: ${selection}, condition: s}`);

describe("field names", () => {
  const oneToMany = "- {type: field_name_mapping, mapping: {A: [x, y]}}";

  test("a name mapped to several is found in any of them, and the old name is no more", () => {
    const value = fc.option(fc.constantFrom("1", "2", "", "10"), { nil: undefined });
    fc.assert(
      fc.property(
        value,
        value,
        value,
        fc.constantFrom("{A: 1}", "{A|contains: 1}", "{A: [1, 2]}", "{A: ''}", "{A|exists: true}"),
        (x, y, a, selection) => {
          const rule = only(selection);
          const event = (v: string | undefined) => (v === undefined ? {} : { A: v });
          const expected = holds(rule, event(x)) || holds(rule, event(y));
          const body = {
            ...(x !== undefined && { x }),
            ...(y !== undefined && { y }),
            ...(a !== undefined && { A: a }),
          };
          assert.equal(holds(applied(oneToMany, rule), body), expected);
          const negated = ruleOf(`{s: ${selection}, condition: not s}`);
          assert.equal(holds(applied(oneToMany, negated), body), !expected);
        },
      ),
    );
  });

  test("null means that none of the names has a value", () => {
    const rule = applied(oneToMany, only("{A: null}"));
    assert.deepEqual(
      [{}, { x: "1" }, { y: "1" }, { x: "1", y: "1" }].map((body) => holds(rule, body)),
      [true, false, false, false],
    );
    const list = applied(oneToMany, only("{A: [null, '']}"));
    assert.deepEqual(
      [{}, { x: "" }, { x: "1", y: "" }, { x: "1" }].map((body) => holds(list, body)),
      [true, true, true, false],
    );
  });

  test("under `all` the values must be in the same field", () => {
    const rule = applied(oneToMany, only("{A|contains|all: [1, 2]}"));
    assert.deepEqual(
      [{ x: "12" }, { y: "21" }, { x: "1", y: "2" }].map((body) => holds(rule, body)),
      [true, true, false],
    );
  });

  test("prefixes, suffixes and prefix mappings", () => {
    assert.ok(holds(applied("- {type: field_name_prefix, prefix: p.}", only("{A: 1}")), { p: { A: 1 } }));
    assert.ok(holds(applied("- {type: field_name_suffix, suffix: _s}", only("{A: 1}")), { A_s: 1 }));
    const prefix = applied("- {type: field_name_prefix_mapping, mapping: {win.: [a., b.]}}", only("{win.x: 1}"));
    assert.ok(holds(prefix, { "b.x": 1 }) && !holds(prefix, { "win.x": 1 }));
  });

  test("field references and the rule's own list of fields are mapped too", () => {
    const rule = applied("- {type: field_name_mapping, mapping: {B: y, Image: [i, j]}}", only("{A|fieldref: B}"));
    assert.ok(holds(rule, { A: "1", y: "1" }));
    assert.deepEqual("fields" in rule && rule.fields, ["i", "j", "User"]);
  });

  test("keywords can be given a field, where they are looked for inside the value", () => {
    const rule = applied("- {type: field_name_mapping, mapping: {~: message}}", ruleOf("{s: [evil], condition: s}"));
    assert.deepEqual([holds(rule, { message: "an evil thing" }), holds(rule, { other: "evil" })], [true, false]);
  });

  test("a mapping to nothing drops the field", () =>
    assert.ok(holds(applied("- {type: field_name_mapping, mapping: {A: []}}", only("{A: 1, B: 2}")), { B: 2 })));
});

describe("values", () => {
  test("replace_string works on the text with its wildcards", () => {
    const rule = applied(
      String.raw`- {type: replace_string, regex: '^\*\\', replacement: '*/'}`,
      only(String.raw`{Image|endswith: '\a.exe'}`),
    );
    assert.ok(holds(rule, { Image: "/bin/a.exe" }));
    assert.ok(
      holds(
        applied(String.raw`- {type: replace_string, regex: '(\w+)@(\w+)', replacement: '\2.\g<1>'}`, only("{A: a@b}")),
        { A: "b.a" },
      ),
    );
  });
  test("replace_string can leave wildcards alone", () => {
    const rule = applied(
      String.raw`- {type: replace_string, regex: '.', replacement: '?', skip_special: true}`,
      only("{A: 'a*'}"),
    );
    assert.deepEqual([holds(rule, { A: "?xyz" }), holds(rule, { A: "axyz" })], [true, false]);
  });
  test("replace_string keeps escaped wildcards and backslashes", () =>
    assert.ok(
      holds(applied("- {type: replace_string, regex: zzz, replacement: ''}", only(String.raw`{A: 'C:\\a\*b\c'}`)), {
        A: "C:\\a*b\\c",
      }),
    ));
  test("map_string maps whole values, also to several, and numbers by their text", () => {
    const rule = applied("- {type: map_string, mapping: {High: [S-1-16-12288, '4'], 1: one}}", only("{A: [High, 1]}"));
    assert.deepEqual(
      [{ A: "s-1-16-12288" }, { A: 4 }, { A: "one" }, { A: "High" }].map((body) => holds(rule, body)),
      [true, true, true, false],
    );
  });
  test("regex means what the text meant", () => {
    const value = fc.stringMatching(/^[ab*?.(]{0,6}$/);
    fc.assert(
      fc.property(
        value,
        fc.stringMatching(/^[abAB*?.(]{0,6}$/),
        fc.constantFrom("ignore_case_flag", "ignore_case_brackets"),
        (written, seen, method) => {
          const rule = only(`{A: ${JSON.stringify(written)}}`);
          assert.equal(
            holds(applied(`- {type: regex, method: ${method}}`, rule), { A: seen }),
            holds(rule, { A: seen }),
          );
        },
      ),
    );
    assert.equal(holds(applied("- {type: regex, method: plain}", only("{A: abc}")), { A: "ABC" }), false);
  });
  test("set_value, also to null", () => {
    assert.ok(holds(applied("- {type: set_value, value: 7}", only("{A: 1}")), { A: 7 }));
    assert.ok(holds(applied("- {type: set_value, value: null}", only("{A: 1}")), {}));
  });
  test("case and convert_type change nothing that case-blind, text-equal tests could see", () => {
    for (const method of ["lower", "upper"])
      assert.ok(holds(applied(`- {type: case, method: ${method}}`, only("{A: aBc}")), { A: "AbC" }));
    assert.ok(holds(applied("- {type: case, method: snake_case}", only("{A: FooBar}")), { A: "foo_bar" }));
    assert.ok(holds(applied("- {type: convert_type, target_type: str}", only("{A: 5}")), { A: 5 }));
    assert.ok("refused" in applied("- {type: convert_type, target_type: num}", only("{A: five}")));
  });
  test("hashes_fields splits a list of hashes into fields", () => {
    const pipeline =
      "- {type: hashes_fields, valid_hash_algos: [MD5, SHA1], field_prefix: File, field_name_conditions: [{type: include_fields, fields: [Hashes]}]}";
    const md5 = "a".repeat(32);
    const rule = applied(pipeline, only(`{Hashes|contains: ['SHA1=abc', 'IMPHASH=x', '${md5}']}`));
    assert.deepEqual(
      [{ FileSHA1: "ABC" }, { FileMD5: md5 }, { FileIMPHASH: "x" }, { Hashes: "SHA1=abc" }].map((body) =>
        holds(rule, body),
      ),
      [true, true, false, false],
    );
    assert.ok("refused" in applied(pipeline, only("{Hashes: 'IMPHASH=x'}")));
  });
});

describe("the rule itself", () => {
  test("add_condition, negated and as a template", () => {
    const rule = only("{A: 1}");
    assert.deepEqual(
      [{ A: 1, C: "x" }, { A: 1 }, { C: "x" }].map((body) =>
        holds(applied("- {type: add_condition, conditions: {C: x}}", rule), body),
      ),
      [true, false, false],
    );
    assert.deepEqual(
      [{ A: 1, C: "x" }, { A: 1 }].map((body) =>
        holds(applied("- {type: add_condition, negated: true, conditions: {C: [x, y]}}", rule), body),
      ),
      [false, true],
    );
    assert.ok(
      holds(applied("- {type: add_condition, template: true, conditions: {src: '$product-${category}'}}", rule), {
        A: 1,
        src: "windows-process_creation",
      }),
    );
    assert.ok(holds(applied("- {type: add_condition, conditions: {'C|startswith': x}}", rule), { A: 1, C: "xyz" }));
  });
  test("change_logsource is seen by later conditions", () => {
    const rule = applied(
      "- {type: change_logsource, product: windows, service: security}\n- {type: add_field, field: seen, rule_conditions: [{type: logsource, service: security}]}",
      only("{A: 1}"),
    );
    assert.deepEqual("logsource" in rule && [rule.logsource, rule.fields], [
      { product: "windows", service: "security" },
      ["Image", "User", "seen"],
    ]);
  });
  test("fields, custom attributes", () => {
    const rule = applied(
      "- {type: set_field, fields: [a, b, c]}\n- {type: remove_field, field: [b]}\n- {type: set_custom_attribute, attribute: backend, value: {x: 1}}",
      only("{A: 1}"),
    );
    assert.deepEqual("fields" in rule && [rule.fields, rule.custom["backend"]], [["a", "c"], { x: 1 }]);
  });
  test("dropping items leaves the others; a rule of which nothing is left is refused", () => {
    const drop = "- {type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [A]}]}";
    assert.ok(
      holds(applied(drop, ruleOf("{s: {A: [1, 2], B: 3}, f: {A: 4}, condition: s and not f}")), { B: 3, A: 4 }),
    );
    assert.ok("refused" in applied(drop, only("{A: 1}")));
  });
  test("failures refuse the rule, with their message", () => {
    assert.deepEqual(applied("- {type: rule_failure, message: not here}", only("{A: 1}")), { refused: "not here" });
    const failure =
      "- {type: detection_item_failure, message: no B, field_name_conditions: [{type: include_fields, fields: [B]}]}";
    assert.deepEqual(applied(failure, only("{B: 1}")), { refused: "no B" });
    assert.ok(!("refused" in applied(failure, only("{A: 1}"))));
    const strict = "- {type: field_name_mapping, mapping: {A: x}}\n- {type: strict_field_mapping_failure}";
    assert.ok(!("refused" in applied(strict, only("{A: 1}"))));
    assert.deepEqual(applied(strict, only("{A: 1, B: 2}")), { refused: "the following fields are not mapped: B" });
  });
});
