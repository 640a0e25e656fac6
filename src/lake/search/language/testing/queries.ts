import fc from "fast-check";
import {
  type Aggregate,
  aggregateNames,
  aggregateTitle,
  comparisons,
  type FieldName,
  type FieldTest,
  type Pipe,
  type Query,
  type Term,
} from "../ast.ts";
import { any, type Glob, type GlobPart, one } from "../glob.ts";

/** Searches of every form, as `parseQuery` gives them: flat, without two literals in a row. */
export function queries(): fc.Arbitrary<Query> {
  return fc.record({
    in: fc.constantFrom("events", "findings"),
    where: fc.oneof(fc.constant<Term>({ is: "all" }), terms(fieldNames)),
    pipes: fc.array(pipes(), { maxLength: 4 }),
  });
}

const fieldNames = fc.oneof(
  fc.constantFrom(
    "host",
    "cmd",
    "user",
    "dst_port",
    "ip",
    "EventData.TargetUserName",
    "process.cmd_line",
    "x",
    "and",
    "a-b",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((name) => name.toLowerCase() !== "in"),
);

export function terms(names: fc.Arbitrary<string>, values: fc.Arbitrary<Glob> = globs(texts)): fc.Arbitrary<Term> {
  const { term } = fc.letrec<{ term: Term; leaf: Term }>((tie) => ({
    leaf: fc.oneof(
      values.map((glob): Term => ({ is: "text", glob, at: 0 })),
      fc.record({ is: fc.constant("field" as const), field: names, test: tests(values), at: fc.constant(0) }),
    ),
    term: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie("leaf"),
      fc.record({ is: fc.constant("not" as const), of: tie("term") }),
      fc
        .tuple(fc.constantFrom("and" as const, "or" as const), fc.array(tie("term"), { minLength: 2, maxLength: 4 }))
        .map(([is, of]): Term => ({ is, of: of.flatMap((part) => (part.is === is ? part.of : [part])) })),
    ),
  }));
  return term;
}

const texts = fc.oneof(
  fc.constantFrom(
    "curl",
    "lis01-web3",
    'say "hi"',
    "C:\\Windows\\System32",
    "\\",
    "été",
    "| sh",
    "10.0.0.1",
    "a/b",
    " ",
  ),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
);

export function globs(literals: fc.Arbitrary<string>): fc.Arbitrary<Glob> {
  return fc
    .array(
      fc.oneof({ weight: 3, arbitrary: literals }, { weight: 1, arbitrary: fc.constantFrom<GlobPart>(any, one) }),
      { maxLength: 4 },
    )
    .map(normalGlob);
}

export function normalGlob(parts: readonly GlobPart[]): Glob {
  const made: GlobPart[] = [];
  for (const part of parts) {
    if (part === "") continue;
    const last = made.at(-1);
    if (typeof part === "string" && typeof last === "string") made[made.length - 1] = last + part;
    else if (!(part === any && last === any)) made.push(part);
  }
  return made;
}

function tests(values: fc.Arbitrary<Glob>): fc.Arbitrary<FieldTest> {
  const plain = fc.constantFrom("1", "1024", "-5", "2026-01-31", "x y", 'a"*');
  const bound = fc.constantFrom("1", "10", "*", "-24h", "2026-01-31T04:00:00Z");
  return fc.oneof(
    values.map((glob): FieldTest => ({ is: "words", glob })),
    values.map((glob): FieldTest => ({ is: "equals", glob })),
    fc.tuple(fc.constantFrom(...comparisons), plain).map(([by, value]): FieldTest => ({ is: "compare", by, value })),
    fc.tuple(bound, bound).map(([from, to]): FieldTest => ({ is: "range", from, to })),
    fc.constantFrom("a+", "^/etc/", "\\d{3}", "(x|y)").map((source): FieldTest => ({ is: "regex", source })),
  );
}

function pipes(): fc.Arbitrary<Pipe> {
  const name: fc.Arbitrary<FieldName> = fc
    .constantFrom("host", "user", "count", "EventData.LogonType", "dc(user)", "by", "a b")
    .map((one) => ({ name: one, at: 0 }));
  const some = fc.array(name, { minLength: 1, maxLength: 3 });
  const at = fc.constant(0);
  const make = fc.uniqueArray(aggregates(name), { minLength: 1, maxLength: 3, selector: aggregateTitle });
  return fc.oneof(
    fc.record({ is: fc.constant("stats" as const), make, by: fc.oneof(fc.constant([]), some), at }),
    fc.record(
      { is: fc.constant("timechart" as const), span: fc.integer({ min: 1, max: 99_999 }), make, by: name, at },
      { requiredKeys: ["is", "make", "at"] },
    ) as fc.Arbitrary<Pipe>,
    fc.record({
      is: fc.constantFrom("top" as const, "rare" as const),
      most: fc.integer({ min: 1, max: 100 }),
      of: some,
      at,
    }),
    fc.record({ is: fc.constantFrom("fields" as const, "dedup" as const), of: some, at }),
    fc.record({
      is: fc.constant("sort" as const),
      by: fc.array(fc.record({ field: name, down: fc.boolean() }), { minLength: 1, maxLength: 2 }),
      at,
    }),
    fc.record({ is: fc.constant("head" as const), most: fc.integer({ min: 1, max: 1_000 }), at }),
    fc.record({ is: fc.constant("where" as const), where: terms(fieldNames), at }),
  );
}

function aggregates(name: fc.Arbitrary<FieldName>): fc.Arbitrary<Aggregate> {
  const plain = name.filter((one) => !one.name.includes("("));
  return fc.oneof(
    fc.constant<Aggregate>({ does: "count", at: 0 }),
    fc.record({ does: fc.constantFrom(...aggregateNames), of: plain, at: fc.constant(0) }),
    fc.record({
      does: fc.constantFrom(...aggregateNames),
      of: plain,
      as: fc.constantFrom("a", "b", "c d"),
      at: fc.constant(0),
    }),
  );
}

/** The same search with all places at 0, to compare by. */
export function withoutPlaces<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "at" ? 0 : inner))) as T;
}
