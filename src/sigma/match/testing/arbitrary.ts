import fc from "fast-check";
import type { EventKind, Json, JsonObject, SigmaEvent } from "../../event.ts";
import { flatLayout } from "../../event.ts";
import { ANY, type Expr, type KeywordTest, ONE, type Origin, type PatternPart, type ValueTest } from "../../plan.ts";
import type { DetectionRule } from "../../rule.ts";

/**
 * Rules and events for properties. Both draw their texts from the same few pieces, so that tests hold often; the pieces
 * have what is easily got wrong: letters whose case or length changes oddly, pairs, escapes, look-alikes of numbers.
 */
const pieces = [
  ...'ab \\/".-10eE*?',
  "\n",
  "\u0001",
  "é",
  "É",
  "Σ",
  "σ",
  "ς",
  "K",
  "k",
  "\u212a",
  "İ",
  "ſ",
  "s",
  "😀",
  "\ud83d",
  "ß",
  "𐐀",
  "𐐨",
  "cmd.exe",
  "\\CMD.exe",
  "powershell",
  "PowerShell -enc",
  "rundll32",
  "C:\\Windows\\System32\\",
  "true",
  "1e21",
  "Infinity",
];

export const arbitraryText = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join(""));

const fields = ["f", "g", "a.b", "constructor"];
const arbitraryField = fc.constantFrom(...fields);

const part: fc.Arbitrary<PatternPart> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...pieces) },
  { weight: 2, arbitrary: fc.constantFrom(ANY, ONE) },
);
const arbitraryPattern = fc.oneof(
  fc.array(part, { maxLength: 6 }),
  arbitraryText.map((text): PatternPart[] => [text]),
  arbitraryText.map((text): PatternPart[] => [ANY, text, ANY]),
  arbitraryText.map((text): PatternPart[] => [ANY, text]),
  arbitraryText.map((text): PatternPart[] => [text, ANY]),
);
const like = fc.record({ op: fc.constant("like" as const), pattern: arbitraryPattern, cased: fc.boolean() });
const regex = fc.record({
  op: fc.constant("regex" as const),
  source: fc.constantFrom(
    "cmd",
    "(?i)CMD\\.exe",
    "power|cmd",
    "^C:\\\\W[a-z]+",
    "e+x*e$",
    "po?wer.*-enc",
    "a{2,3}b",
    "[\\]a]b",
    "(a|b)s",
    "\\x41?a",
    "σ",
    "ſ|k",
    "\\bcmd\\b",
    "[^/]{3,}$",
    "(?:1e)21",
    "a\\/b",
    "^$",
    "😀?b",
  ),
  ignoreCase: fc.boolean(),
  multiline: fc.boolean(),
  dotAll: fc.boolean(),
});
const comparison = fc.constantFrom("lt" as const, "lte" as const, "gt" as const, "gte" as const);
const valueTest: fc.Arbitrary<ValueTest> = fc.oneof(
  { weight: 8, arbitrary: like },
  { weight: 2, arbitrary: regex },
  fc.constantFrom<ValueTest>(
    { op: "exists" },
    { op: "absent" },
    { op: "cidr", network: "10.0.0.0/8" },
    { op: "cidr", network: "::/1" },
  ),
  fc.record({ op: fc.constant("compare" as const), than: comparison, number: fc.constantFrom(0, 1, 10, 1e21) }),
  fc.record({
    op: fc.constant("time" as const),
    part: fc.constantFrom("hour" as const, "week" as const),
    is: comparison,
    number: fc.nat(30),
  }),
  fc.record({
    op: fc.constant("fieldref" as const),
    field: arbitraryField,
    how: fc.constantFrom("equals" as const, "contains" as const, "startswith" as const, "endswith" as const),
    cased: fc.boolean(),
  }),
);

const arbitraryOrigin: fc.Arbitrary<Origin> = fc
  .nat(9)
  .map((n) => ({ selection: `s${n}`, key: "f|contains", value: `v${n}`, line: 1, column: 1 }));

export const arbitraryPlan: fc.Arbitrary<Expr> = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("field" as const),
        field: arbitraryField,
        test: valueTest,
        origin: arbitraryOrigin,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("keyword" as const),
        test: fc.oneof<fc.Arbitrary<KeywordTest["test"]>[]>(like, like, regex),
        origin: arbitraryOrigin,
      }),
    },
    { weight: 1, arbitrary: fc.boolean().map((value): Expr => ({ kind: "constant", value })) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("not" as const), of: tie("expr") }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("and" as const), of: fc.array(tie("expr"), { maxLength: 4 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("or" as const), of: fc.array(tie("expr"), { maxLength: 4 }) }),
    },
  ),
})).expr;

const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: arbitraryText },
  fc.constantFrom<Json[]>(
    "cmd.exe",
    "K",
    null,
    true,
    false,
    0,
    1,
    10,
    -0,
    1e21,
    1e-7,
    0.5,
    "10.1.2.3",
    "::1",
    "::ffff:10.0.0.1",
    "1.5",
    "2024-01-01T22:00:00Z",
    "",
  ),
);
const value: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 6, arbitrary: scalar },
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("b", "f", "x"), tie("json"), { maxKeys: 2 }),
  ),
})).json;

export const arbitraryBody: fc.Arbitrary<JsonObject> = fc
  .dictionary(fc.constantFrom("f", "g", "a", "a.b", "constructor", "other"), value, { maxKeys: 5 })
  .map((body) => ({ ...body }));

/** JSON text of a body, with characters and numbers written in the ways that writers of JSON choose among. */
export function jsonBytes(body: JsonObject, style: number): Uint8Array {
  let text = JSON.stringify(body);
  if (style % 5 === 1) text = text.replace(/[kKcP]/g, escaped);
  if (style % 2 === 1) text = text.replace(/[^\0-\x7f]/g, escaped);
  if (style % 3 === 1) text = text.replaceAll("/", "\\/");
  if (style % 7 === 1) text = text.replaceAll("1e+21", "1000000000000000000000").replaceAll(":10,", ":1e1,");
  return new TextEncoder().encode(text);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

export const testKind: EventKind = { key: "test", logsource: {}, layout: flatLayout, pipelines: [] };

export const arbitraryEvent: fc.Arbitrary<SigmaEvent> = fc
  .tuple(arbitraryBody, fc.nat(210))
  .map(([body, style]): SigmaEvent => {
    if (style % 4 === 0) return { kind: testKind, body };
    const raw = jsonBytes(body, style);
    return { kind: testKind, body: JSON.parse(new TextDecoder().decode(raw)) as JsonObject, raw };
  });

export function ruleOf(plan: Expr, number = 0, logsource: DetectionRule["logsource"] = {}): DetectionRule {
  return {
    kind: "detection",
    id: `rule-${number}`,
    title: `Rule ${number}`,
    logsource,
    plan,
    conditions: ["selection"],
    filteredBy: [],
    references: [],
    tags: [],
    falsepositives: [],
    fields: [],
    scope: [],
    related: [],
    custom: {},
    source: { file: "test.yml", document: number, line: 1 },
  };
}

/** As rules on Windows channels are: one field's value first, then the rest. */
export const arbitraryRoutedPlan: fc.Arbitrary<Expr> = fc
  .tuple(
    fc.array(fc.constantFrom("1", "10", "Cmd.EXE", "k"), { minLength: 1, maxLength: 3 }),
    fc.boolean(),
    arbitraryPlan,
    arbitraryOrigin,
  )
  .map(([values, cased, rest, origin]): Expr => {
    const demanded = values.map((text): Expr => ({
      kind: "field",
      field: "f",
      test: { op: "like", pattern: [text], cased },
      origin,
    }));
    return { kind: "and", of: [{ kind: "or", of: demanded }, rest] };
  });
