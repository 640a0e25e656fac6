import assert from "node:assert/strict";
import { test } from "node:test";
import { readRules } from "./read-rules.ts";

const detection = (name: string, product = "windows") => `title: ${name}
id: id-${name}
name: ${name}
logsource: {category: process_creation, product: ${product}}
detection:
  sel: {Image: ${name}}
  condition: sel
`;
const correlation = (name: string, rules: string, more = "") => `title: ${name}
id: id-${name}
name: ${name}
correlation:
  type: temporal
  rules: [${rules}]
  timespan: 5m
${more}`;
const filter = (rules: string, logsource = "{product: windows}", condition = "not sel") => `title: filter
id: id-filter
logsource: ${logsource}
filter:
  rules: ${rules}
  sel: {User: adm}
  condition: ${condition}
`;

const read = (...documents: string[]) => readRules(documents.map((text, index) => ({ file: `${index}.yml`, text })));
const codes = (set: ReturnType<typeof readRules>) => set.findings.map((one) => one.code);

test("a filter joins the rules that it names and fits with and, and is named by them", () => {
  const set = read(detection("a"), detection("b"), detection("c", "linux"), filter("[id-a, c]"));
  const [a, b, c] = set.detections;
  const alone = read(detection("a")).detections[0]!;
  assert.ok(a!.plan.kind === "and");
  assert.deepEqual(a!.plan.of[0], alone.plan);
  assert.equal(a!.plan.of[1]!.kind, "not");
  assert.deepEqual(a!.filteredBy, ["id-filter"]);
  assert.deepEqual([b!.filteredBy, c!.filteredBy], [[], []]);
  assert.deepEqual(codes(set), ["filter-logsource"]);
  assert.deepEqual([set.findings[0]!.line, set.findings[0]!.column], [5, 17]);
});

test("a filter for any rule is for those that its log source covers", () => {
  const set = read(detection("a"), detection("c", "linux"), filter("any"));
  assert.deepEqual(
    set.detections.map((one) => one.filteredBy.length),
    [1, 0],
  );
  const narrow = read(detection("a"), filter("any", "{product: windows, service: security}"));
  assert.deepEqual(narrow.detections[0]!.filteredBy, []);
  assert.deepEqual(codes(narrow), ["filter-unused"]);
});

test("a filter without not is pointed out, and applied as pySigma does", () => {
  const set = read(detection("a"), filter("a", "{product: windows}", "sel"));
  assert.deepEqual(codes(set), ["filter-without-not"]);
  assert.equal(set.detections[0]!.plan.kind, "and");
});

test("a filter that finds no rule says so", () => {
  assert.deepEqual(codes(read(detection("a"), filter("[nobody]"))), ["filter-missing-rule"]);
  assert.deepEqual(codes(read(detection("a"), correlation("c", "a"), filter("[c]"))), ["filter-on-correlation"]);
  assert.equal(read(filter("[]")).setAside[0]!.reason.code, "filter-rules-missing");
  assert.equal(read(filter("any").replace(/^ {2}rules.*\n/m, "")).setAside[0]!.reason.code, "filter-rules-missing");
});

test("two filters on one rule both hold", () => {
  const second = filter("a").replace("id-filter", "id-second");
  const { detections } = read(detection("a"), filter("a"), second);
  assert.deepEqual(detections[0]!.filteredBy, ["id-filter", "id-second"]);
  assert.equal(detections[0]!.plan.kind === "and" && detections[0]!.plan.of.length, 3);
});

test("of two documents with one id or name the later is set aside", () => {
  const sameId = read(detection("a"), detection("b").replace("id-b", "id-a"));
  assert.deepEqual(
    sameId.detections.map((one) => one.title),
    ["a"],
  );
  assert.deepEqual(
    [sameId.setAside[0]!.reason.code, sameId.setAside[0]!.reason.file, sameId.setAside[0]!.reason.line],
    ["duplicate-id", "1.yml", 2],
  );
  const sameName = read(detection("a"), detection("b").replace("name: b", "name: a"));
  assert.deepEqual([sameName.setAside[0]!.reason.code, sameName.setAside[0]!.reason.line], ["duplicate-name", 3]);
});

test("a correlation whose rule is missing, broken or leads back to it is set aside, and so is what stands on it", () => {
  const missing = read(correlation("c", "nobody"), correlation("d", "c"), correlation("e", "d"), detection("x"));
  assert.deepEqual(
    missing.setAside.map((one) => [one.title, one.reason.code]),
    [
      ["c", "correlation-missing-rule"],
      ["d", "correlation-rule-set-aside"],
      ["e", "correlation-rule-set-aside"],
    ],
  );
  assert.deepEqual(missing.silent, []);
  const broken = read(detection("a").replace("condition: sel", "condition: no"), correlation("c", "a"));
  assert.deepEqual(
    broken.setAside.map((one) => one.reason.code),
    ["condition-unknown-name", "correlation-rule-set-aside"],
  );
  const circle = read(correlation("c", "d"), correlation("d", "c"), correlation("e", "e"), correlation("f", "c"));
  assert.deepEqual(
    circle.setAside.map((one) => [one.title, one.reason.code]),
    [
      ["c", "correlation-cycle"],
      ["d", "correlation-cycle"],
      ["e", "correlation-cycle"],
      ["f", "correlation-rule-set-aside"],
    ],
  );
});

test("rules under a correlation are silent unless it generates them", () => {
  assert.deepEqual(read(detection("a"), detection("b"), correlation("c", "a, id-b")).silent, ["id-a", "id-b"]);
  assert.deepEqual(read(detection("a"), correlation("c", "a", "  generate: true\n")).silent, []);
  assert.deepEqual(read(detection("a"), correlation("c", "a"), correlation("d", "c", "generate: true\n")).silent, [
    "id-a",
  ]);
  assert.deepEqual(read(detection("a"), correlation("c", "a"), correlation("d", "a", "  generate: true\n")).silent, []);
});
