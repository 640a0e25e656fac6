import fc from "fast-check";
import type { Json, JsonObject, Layout } from "../../event.ts";
import { flatLayout } from "../../event.ts";
import {
  ANY,
  type Expr,
  type LikeTest,
  ONE,
  type Origin,
  type PatternPart,
  type RegexTest,
  type ValueTest,
} from "../../plan.ts";
import { storedEvent } from "../stored-event.ts";

/** Plans and the events to ask them of. Most values in the plans are made from values in the events, then hurt a little. */
export interface Batch {
  readonly layout: Layout;
  readonly bodies: readonly JsonObject[];
  readonly plans: readonly Expr[];
}

const letters = [..."abkKsS01 ./-_%*?\\'\"`{}[]()|^$+;,:", "\0", "\n", "\r", "\t", "\x7f", "\x1b", "\ufeff", "\u2028"];
const beyondAscii = [..."éÉσςΣİıſKkåÅÅßẞǅǆǄµμΜθΘϴяЯ–—­", "e\u0301", "😀", "𐐀", "𐐨", "𞤀", "𞤢", "\ufffd", "\u{10ffff}"];
const words = ["cmd", "CMD.exe", "whoami", "\\N", "''", "--", "/*", "$$", "{x:String}", "\\'", "%41", "null", "true"];
const halves = ["\ud800", "\ud83d", "\udc00", "\udfff"];

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...letters) },
  { weight: 4, arbitrary: fc.constantFrom(...beyondAscii) },
  { weight: 3, arbitrary: fc.constantFrom(...words) },
);
const joined = (parts: readonly string[]): string => parts.join("");
const ruleText = fc.array(piece, { maxLength: 6 }).map(joined);
/** Events may hold halves of surrogate pairs; rules do not. */
const eventText = fc
  .array(fc.oneof({ weight: 12, arbitrary: piece }, fc.constantFrom(...halves)), { maxLength: 7 })
  .map(joined);

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(..."0123456789"), { minLength: length, maxLength: length }).map(joined);
const smallNumber = fc.constantFrom(
  0,
  -0,
  1,
  -1,
  7,
  10,
  0.1,
  1.5,
  -2.25,
  1e21,
  1e-7,
  123456789012345680000,
  2 ** 53,
  5e-324,
  1.7976931348623157e308,
);
const number = fc.oneof(smallNumber, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());
const numberText = fc.oneof(
  number.map(String),
  digits(3),
  fc.integer({ min: 17, max: 400 }).chain(digits),
  fc.constantFrom(
    "007",
    "-0",
    "1.",
    ".5",
    "+1",
    " 1",
    "1e5",
    "0x10",
    "１",
    "1_0",
    "-1.50",
    "NaN",
    "inf",
    "Infinity",
    "1\n",
  ),
);
const networks = [
  "10.0.0.0/8",
  "10.1.2.3/32",
  "192.168.128.0/17",
  "0.0.0.0/0",
  "::/0",
  "::/64",
  "fe80::/10",
  "2001:db8::/33",
  "::ffff:10.0.0.0/104",
  "::1/128",
];
const octet = fc.oneof(
  fc.constantFrom("0", "1", "10", "168", "192", "128", "127", "255", "256", "01", "0x1f", "0010", ""),
  fc.nat(300).map(String),
);
const quad = fc.tuple(octet, octet, octet, octet).map((four) => four.join("."));
const group = fc.constantFrom("0", "1", "fe80", "FEBF", "2001", "db8", "ffff", "0000", "00001", "g", "");
const address = fc.oneof(
  quad,
  fc.array(group, { minLength: 2, maxLength: 9 }).map((groups) => groups.join(":")),
  fc
    .tuple(
      fc.constantFrom("::", "::ffff:", "::FFFF:0:", "64:ff9b::", "1:2:3:4:5:6:", "1::", "1:2:3:4:5:6::", ":"),
      quad,
    )
    .map(joined),
  fc.constantFrom(
    "10.1.2.3",
    "::1",
    "::",
    "fe80::1%eth0",
    "fe80::1%",
    "::10.1.2.3",
    "::ffff:a01:203",
    "::ffff:10.0.0.1%1",
    "192.168.200.1",
    "2001:db8:8000::",
  ),
);
const addresses = fc.oneof(
  address,
  fc
    .array(fc.oneof(address, fc.constantFrom(",", ";", " ", "\u00a0", "\u2003", "\u0085", "\v", "x")), { maxLength: 5 })
    .map(joined),
);
const padded = (max: number): fc.Arbitrary<string> => fc.nat(max).map((n) => String(n).padStart(2, "0"));
const year = fc
  .oneof(
    fc.integer({ min: 1990, max: 2035 }),
    fc.constantFrom(0, 1, 400, 1600, 1899, 1900, 2000, 2299, 2300, 2400, 9999),
  )
  .map((n) => String(n).padStart(4, "0"));
const time = fc
  .tuple(
    year,
    fc.constant("-"),
    padded(13),
    fc.constant("-"),
    padded(32),
    fc.oneof(
      fc.constant(""),
      fc
        .tuple(
          fc.constantFrom("T", " ", "t", "_"),
          padded(24),
          fc.constant(":"),
          padded(60),
          fc.oneof(
            fc.constant(""),
            padded(61).map((s) => `:${s}`),
          ),
          fc.constantFrom("", ".5", ",123456789", "."),
          fc.oneof(
            fc.constantFrom("", "Z", "z", "+02", "-0930", "+24:00", "+05:60"),
            fc.tuple(fc.constantFrom("+", "-"), padded(24), fc.constantFrom(":", ""), padded(60)).map(joined),
          ),
        )
        .map(joined),
    ),
  )
  .map(joined);

const scalar: fc.Arbitrary<Json> = fc.oneof(
  { weight: 8, arbitrary: eventText },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: fc.constantFrom<Json[]>(null, true, false, "", "true") },
  { weight: 2, arbitrary: numberText },
  { weight: 2, arbitrary: addresses },
  { weight: 2, arbitrary: time },
);
const keys = ["a", "b", "c", "a.b", "b.c", "*", "\\", "a\\", "\\@", "it's", "", "ключ", "__proto__", "\ud800"];
const value = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 7, arbitrary: scalar },
    { weight: 2, arbitrary: fc.array(tie("json"), { maxLength: 3 }) },
    { weight: 2, arbitrary: object(tie("json"), 3) },
  ),
})).json;

/** Through JSON text, as events come: `__proto__` is a key like any other then. */
function object(of: fc.Arbitrary<Json>, most: number): fc.Arbitrary<JsonObject> {
  return fc
    .array(fc.tuple(fc.constantFrom(...keys), of), { maxLength: most })
    .map(
      (members) =>
        JSON.parse(
          `{${members.map((member) => member.map((part) => JSON.stringify(part)).join(":")).join()}}`,
        ) as JsonObject,
    );
}

const body = object(value, 6);

const steps = fc.array(fc.constantFrom(...keys.filter((key) => key.isWellFormed())), { minLength: 1, maxLength: 3 });
const layouts: fc.Arbitrary<Layout> = fc.oneof(
  fc.constant(flatLayout),
  fc
    .array(fc.tuple(fc.constantFrom("a", "b", "c", "a.b", "x"), fc.array(steps, { maxLength: 3 })), { maxLength: 4 })
    .map((entries): Layout => {
      const made = new Map<string, string[][]>(entries);
      return { name: "made", paths: (field) => made.get(field) ?? flatLayout.paths(field) };
    }),
);
const field = fc.constantFrom("a", "b", "c", "a.b", "b.c", "a.b.c", "a.*", "*", "\\", "it's", "ключ", "x");

/** Patterns that nearly are the text. */
function patternFrom(text: string): fc.Arbitrary<PatternPart[]> {
  const characters = Array.from(text.toWellFormed());
  return fc
    .array(fc.tuple(fc.nat(30), fc.constantFrom("keep", "any", "one", "flip", "flip", "drop", "other"), piece), {
      minLength: 1,
      maxLength: 4,
    })
    .chain((hurts) => fc.tuple(fc.constant(hurts), fc.boolean(), fc.boolean(), fc.nat(4), fc.nat(4)))
    .map(([hurts, open, close, skip, stop]) => {
      const parts: PatternPart[] = open ? [ANY, ...characters.slice(skip)] : [...characters];
      if (close) parts.splice(Math.max(open ? 1 : 0, parts.length - stop), stop, ANY);
      for (const [at, how, other] of hurts) {
        const place = at % Math.max(1, parts.length);
        const part = parts[place];
        if (how === "any") parts[place] = ANY;
        else if (how === "one") parts[place] = ONE;
        else if (how === "drop") parts.splice(place, 1);
        else if (how === "other") parts[place] = other;
        else if (how === "flip" && typeof part === "string") parts[place] = flipped(part);
      }
      return parts;
    });
}

function flipped(text: string): string {
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}

function likeFrom(text: string): fc.Arbitrary<LikeTest> {
  const pattern = fc.oneof(
    { weight: 4, arbitrary: patternFrom(text) },
    fc.array(fc.oneof(ruleText, fc.constantFrom(ANY, ONE)), { maxLength: 4 }),
  );
  return fc.record({ op: fc.constant("like" as const), pattern, cased: fc.boolean() });
}

const atom = fc.oneof(
  fc.constantFrom(
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\b",
    "^",
    "$",
    "[^a]",
    "[a-c]",
    "[éσ]",
    "[^\\n]",
    "\\pL",
    "[[:alpha:]]",
    "\\x{e9}",
    "(?i:k)",
    "\\x00",
    "\\Q?*\\E",
  ),
  piece.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")),
);
const source = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 3, arbitrary: fc.array(atom, { minLength: 1, maxLength: 3 }).map(joined) },
    { weight: 2, arbitrary: fc.tuple(tie("source"), tie("source")).map(joined) },
    { weight: 1, arbitrary: fc.tuple(tie("source"), tie("source")).map((two) => `(${two.join("|")})`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          atom.filter((one) => !/^[\^$]$|^\\b$/.test(one)),
          fc.constantFrom("?", "*", "+", "{2}", "{0,2}", "*?"),
        )
        .map(([one, many]) => `(?:${one})${many}`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom("a", "é", "😀", "k", "\\.", "σ"), fc.constantFrom("?", "*", "+"), tie("source"))
        .map(joined),
    },
  ),
})).source;
const flags = { ignoreCase: fc.boolean(), multiline: fc.boolean(), dotAll: fc.boolean() };

function regexFrom(text: string): fc.Arbitrary<RegexTest> {
  const quoted = fc.nat(8).map((skip) =>
    Array.from(text.toWellFormed())
      .slice(skip, skip + 4)
      .join("")
      .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
  );
  const near = fc.tuple(fc.constantFrom("", "^", "(?i)"), quoted, source, fc.constantFrom("", "$")).map(joined);
  return fc.record({ op: fc.constant("regex" as const), source: fc.oneof(near, quoted, source), ...flags });
}

const comparison = fc.constantFrom("lt" as const, "lte" as const, "gt" as const, "gte" as const);

function valueTestFrom(text: string): fc.Arbitrary<ValueTest> {
  const asNumber = Number(text);
  return fc.oneof(
    { weight: 8, arbitrary: likeFrom(text) },
    { weight: 3, arbitrary: regexFrom(text) },
    { weight: 1, arbitrary: fc.constantFrom<ValueTest[]>({ op: "exists" }, { op: "absent" }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant("cidr" as const), network: fc.constantFrom(...networks) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant("compare" as const),
        than: comparison,
        number: Number.isFinite(asNumber)
          ? fc.oneof(number, fc.constantFrom(asNumber, asNumber + 1, asNumber * (1 + 2 ** -52)))
          : number,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant("time" as const),
        part: fc.constantFrom(
          "minute" as const,
          "hour" as const,
          "day" as const,
          "week" as const,
          "month" as const,
          "year" as const,
        ),
        is: fc.oneof(comparison, fc.constant("eq" as const)),
        number: fc.oneof(fc.nat(60), fc.constantFrom(2000, 2024)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant("fieldref" as const),
        field,
        how: fc.constantFrom("equals" as const, "contains" as const, "startswith" as const, "endswith" as const),
        cased: fc.boolean(),
      }),
    },
  );
}

const origin: Origin = { selection: "selection", key: "field", value: "value", line: 1, column: 1 };

function planFrom(values: fc.Arbitrary<readonly [path: string, text: string]>): fc.Arbitrary<Expr> {
  return fc.letrec<{ expr: Expr }>((tie) => {
    const many = fc.array(tie("expr"), { maxLength: 4 });
    const test = values.chain(([path, text]) =>
      fc.record({
        kind: fc.constant("field" as const),
        field: fc.oneof({ weight: 3, arbitrary: fc.constant(path) }, { weight: 1, arbitrary: field }),
        test: valueTestFrom(text),
        origin: fc.constant(origin),
      }),
    );
    const keyword = values.chain(([, text]) =>
      fc.record({
        kind: fc.constant("keyword" as const),
        test: fc.oneof(likeFrom(text), regexFrom(text)),
        origin: fc.constant(origin),
      }),
    );
    return {
      expr: fc.oneof(
        { maxDepth: 3, depthSize: "small" },
        { weight: 8, arbitrary: test },
        { weight: 2, arbitrary: keyword },
        { weight: 1, arbitrary: fc.boolean().map((holds): Expr => ({ kind: "constant", value: holds })) },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant("not" as const), of: tie("expr") }) },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant("and" as const), of: many }) },
        { weight: 2, arbitrary: fc.record({ kind: fc.constant("or" as const), of: many }) },
        // Many values of one field, as rules list them.
        {
          weight: 1,
          arbitrary: fc
            .array(test, { minLength: 3, maxLength: 20 })
            .map((of): Expr => ({ kind: "or", of: of.map((one) => ({ ...one, field: of[0]!.field })) })),
        },
      ),
    };
  }).expr;
}

export const batches: fc.Arbitrary<Batch> = fc
  .tuple(fc.array(body, { minLength: 1, maxLength: 40 }), layouts)
  .chain(([bodies, layout]) => {
    const found = bodies.flatMap((one) => {
      const { paths, texts } = storedEvent(one);
      return paths.map((path, i) => [ruleTextOf(path.replaceAll("\\.", ".")), ruleTextOf(texts[i]!)] as const);
    });
    const values = fc.constantFrom(...found, ["a", ""] as const, ["b", "x"] as const);
    return fc.array(planFrom(values), { minLength: 1, maxLength: 30 }).map((plans) => ({ layout, bodies, plans }));
  });

/** What stands for a half of a pair in a stored event is another character to a rule. */
function ruleTextOf(text: string): string {
  return text.replace(/[\u{10f000}-\u{10f7ff}]/gu, "\ufffd");
}
