import { ANY, evaluate, type Expr, type FieldTest, type KeywordTest, ONE, unknownKind } from "#sigma";
import { textForRegex } from "./text-for-regex.ts";

/** What a record has to say for a plan to hold of it. */
export interface Asked {
  readonly fields: ReadonlyMap<string, string>;
  readonly keywords: readonly string[];
}

/** Up to `most` records that differ and that the plan holds for; none when no way through the plan was found to hold. */
export function eventsFor(plan: Expr, most: number): Asked[] {
  const found = new Map<string, Asked>();
  for (let attempt = 0; attempt < 300 && found.size < most; attempt++) {
    const asked = combine(way(plan, chooser(attempt)), chooser(attempt + 1));
    const body = { ...Object.fromEntries(asked.fields), "\0": asked.keywords };
    if (evaluate(plan, { kind: unknownKind, body })) found.set(JSON.stringify(body), asked);
  }
  return [...found.values()];
}

interface Wish {
  readonly of: FieldTest | KeywordTest;
  readonly wanted: boolean;
}

/** The tests on one way through the plan, and whether they should hold. */
function way(expr: Expr, choose: Choose, wanted = true): Wish[] {
  if (expr.kind === "constant") return [];
  if (expr.kind === "not") return way(expr.of, choose, !wanted);
  if (expr.kind === "field" || expr.kind === "keyword") return [{ of: expr, wanted }];
  if ((expr.kind === "and") === wanted) return expr.of.flatMap((one) => way(one, choose, wanted));
  return expr.of.length > 0 ? way(expr.of[choose(expr.of.length)]!, choose, wanted) : [];
}

function combine(wishes: readonly Wish[], choose: Choose): Asked {
  const fields = new Map<string, string>();
  const keywords: string[] = [];
  const asked = new Map<string, FieldTest["test"][]>();
  for (const { of, wanted } of wishes) {
    if (of.kind === "keyword") {
      if (wanted) keywords.push(textFor(of.test, choose));
    } else if (wanted && of.test.op !== "absent") asked.set(of.field, [...(asked.get(of.field) ?? []), of.test]);
    else if (!wanted && of.test.op === "absent") fields.set(of.field, `some ${of.field}`);
  }
  for (const [field, tests] of asked) fields.set(field, together(tests, choose));
  for (const [field, tests] of asked)
    for (const test of tests) if (test.op === "fieldref") fields.set(test.field, fields.get(field)!);
  return { fields, keywords };
}

/** One value for tests of one field: what is to stand at the start first, what is to stand at the end last. */
function together(tests: readonly FieldTest["test"][], choose: Choose): string {
  const texts = tests.map((test) => textFor(test, choose));
  const place = ({ op, ...test }: FieldTest["test"]) => {
    if (op !== "like" || !("pattern" in test)) return 1;
    return test.pattern[0] !== ANY ? 0 : test.pattern.at(-1) === ANY ? 1 : 2;
  };
  const ordered = tests.map((test, at) => ({ text: texts[at]!, place: place(test) }));
  return ordered
    .toSorted((a, b) => a.place - b.place)
    .map(({ text }) => text)
    .join(choose(2) === 0 ? " " : "");
}

function textFor(test: FieldTest["test"], choose: Choose): string {
  switch (test.op) {
    case "like":
      return test.pattern.map((part) => (part === ANY ? "x".repeat(choose(2)) : part === ONE ? "x" : part)).join("");
    case "regex":
      return textForRegex(test.source, choose);
    case "cidr":
      return test.network.replace(/\/\d+$/, "");
    case "compare":
      return String(test.number + (test.than === "gt" ? 1 : test.than === "lt" ? -1 : 0));
    default:
      return "some";
  }
}

type Choose = (of: number) => number;

/** The first way is the first of everything; the others differ. The same each time: no failure may come and go. */
function chooser(attempt: number): Choose {
  let state = attempt;
  return (of) => {
    if (attempt === 0) return 0;
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % of;
  };
}
