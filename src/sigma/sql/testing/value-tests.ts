import fc from "fast-check";
import {
  ANY,
  type CidrTest,
  type CompareTest,
  type FieldRefTest,
  type LikeTest,
  ONE,
  type PatternPart,
  type RegexTest,
  type TimeTest,
  type ValueTest,
} from "../../plan.ts";
import { joined, number, piece, ruleText } from "./texts.ts";

/** A test that nearly holds, or just holds, of this text. */
export function valueTestFrom(text: string, field: fc.Arbitrary<string>): fc.Arbitrary<ValueTest> {
  return fc.oneof(
    { weight: 8, arbitrary: likeFrom(text) },
    { weight: 3, arbitrary: regexFrom(text) },
    { weight: 1, arbitrary: fc.constantFrom<ValueTest[]>({ op: "exists" }, { op: "absent" }) },
    { weight: 1, arbitrary: network },
    { weight: 1, arbitrary: comparisonFrom(Number(text)) },
    { weight: 1, arbitrary: timePart },
    { weight: 1, arbitrary: referenceTo(field) },
  );
}

export function likeFrom(text: string): fc.Arbitrary<LikeTest> {
  const pattern = fc.oneof(
    { weight: 4, arbitrary: patternFrom(text) },
    { weight: 1, arbitrary: fc.array(fc.oneof(ruleText, fc.constantFrom(ANY, ONE)), { maxLength: 4 }) },
  );
  return fc.record({ op: fc.constant("like"), pattern, cased: fc.boolean() });
}

/** The text, opened at an end, with a few characters made wildcards, changed in case, left out or swapped. */
function patternFrom(text: string): fc.Arbitrary<PatternPart[]> {
  const hurt = fc.tuple(fc.nat(30), fc.constantFrom("keep", "any", "one", "flip", "flip", "drop", "other"), piece);
  const opening = fc.tuple(fc.boolean(), fc.boolean(), fc.nat(4), fc.nat(4));
  return fc.tuple(fc.array(hurt, { maxLength: 4 }), opening).map(([hurts, [openStart, openEnd, skip, stop]]) => {
    let parts: PatternPart[] = Array.from(text);
    if (openStart) parts = [ANY, ...parts.slice(skip)];
    if (openEnd) parts = [...parts.slice(0, Math.max(openStart ? 1 : 0, parts.length - stop)), ANY];
    for (const [at, how, other] of hurts) {
      const place = at % Math.max(1, parts.length);
      const part = parts[place];
      if (how === "any") parts[place] = ANY;
      else if (how === "one") parts[place] = ONE;
      else if (how === "other") parts[place] = other;
      else if (how === "drop") parts.splice(place, 1);
      else if (how === "flip" && typeof part === "string") parts[place] = otherCase(part);
    }
    return parts;
  });
}

function otherCase(text: string): string {
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}

export function regexFrom(text: string): fc.Arbitrary<RegexTest> {
  const characters = Array.from(text);
  const quoted = fc.nat(8).map((skip) => quote(characters.slice(skip, skip + 4).join("")));
  const near = fc.tuple(fc.constantFrom("", "^", "(?i)"), quoted, regex, fc.constantFrom("", "$")).map(joined);
  return fc.record({
    op: fc.constant("regex"),
    source: fc.oneof(near, quoted, regex),
    ignoreCase: fc.boolean(),
    multiline: fc.boolean(),
    dotAll: fc.boolean(),
  });
}

const quote = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const marks = ["^", "$", "\\b"];
const classes = [
  ".",
  "\\d",
  "\\w",
  "\\s",
  "[^a]",
  "[a-c]",
  "[éσ]",
  "[^\\n]",
  "\\pL",
  "[[:alpha:]]",
  "\\x{e9}",
  "(?i:k)",
];
const characters = fc.oneof(fc.constantFrom(...classes, "\\x00", "\\x41", "\\Q?*\\E"), piece.map(quote));
const often = fc.constantFrom("?", "*", "+", "{2}", "{0,2}", "*?");
const regex = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    {
      weight: 3,
      arbitrary: fc
        .array(fc.oneof({ weight: 5, arbitrary: characters }, fc.constantFrom(...marks)), {
          minLength: 1,
          maxLength: 3,
        })
        .map(joined),
    },
    { weight: 2, arbitrary: fc.tuple(tie("source"), tie("source")).map(joined) },
    { weight: 1, arbitrary: fc.tuple(tie("source"), tie("source")).map((two) => `(${two.join("|")})`) },
    { weight: 2, arbitrary: fc.tuple(characters, often).map(([one, times]) => `(?:${one})${times}`) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom("a", "é", "😀", "k", "\\.", "σ"), often, tie("source")).map(joined),
    },
  ),
})).source;

const networks = [
  ..."10.0.0.0/8 10.1.2.3/32 10.1.2.3 192.168.128.0/17 0.0.0.0/0 ::/0 ::/64 ::/95 fe80::/10 2001:db8::/33".split(" "),
  ..."::ffff:10.0.0.0/104 ::ffff:0:0/96 ::fffe:0:0/95 ::1/128".split(" "),
];
export const networkTests = networks.map((one): CidrTest => ({ op: "cidr", network: one }));
const network = fc.constantFrom(...networkTests);

const ways = ["lt", "lte", "gt", "gte"] as const;

export function comparisonFrom(near: number): fc.Arbitrary<CompareTest> {
  const close = Number.isFinite(near) ? [near, near + 1, near * (1 + 2 ** -52)].filter(Number.isFinite) : [0];
  return fc.record({
    op: fc.constant("compare"),
    than: fc.constantFrom(...ways),
    number: fc.oneof(number, fc.constantFrom(...close)),
  });
}

export const timePart: fc.Arbitrary<TimeTest> = fc.record({
  op: fc.constant("time"),
  part: fc.constantFrom("minute", "hour", "day", "week", "month", "year"),
  is: fc.constantFrom(...ways, "eq"),
  number: fc.oneof(fc.integer({ min: -2, max: 60 }), fc.constantFrom(2000, 2024, 2300)),
});

function referenceTo(field: fc.Arbitrary<string>): fc.Arbitrary<FieldRefTest> {
  return fc.record({
    op: fc.constant("fieldref"),
    field,
    how: fc.constantFrom("equals", "contains", "startswith", "endswith"),
    cased: fc.boolean(),
  });
}
