import { type Run, type Shape, shapeOf } from "../match/like.ts";
import { type LikeTest, ONE } from "../plan.ts";
import { type CaseOf, caseOf, foldedRegex, inCase } from "./case-sql.ts";
import { hasOne } from "./field-sql.ts";
import { shared } from "./shared-sql.ts";
import { regexLiteral, sqlArray, sqlString } from "./sql-text.ts";

/** ClickHouse's multiSearch functions take fewer than 256 needles. */
const mostNeedles = 250;
/** From this many prefixes or suffixes on, one regular expression over all is cheaper than one call each. */
const fewAffixes = 12;
/** RE2 has a bound on an expression's memory; alternatives are spread over several. */
const regexBytes = 16_384;

/**
 * Boolean SQL: some text in `values` (an `Array(String)`) passes one of the tests. Tests of one kind are asked in one
 * call, however many they are.
 */
export function likeSql(tests: readonly LikeTest[], values: string, unanchored: boolean): string[] {
  const groups = new Map<CaseOf, Shape[]>();
  for (const test of tests) {
    const shape = shapeOf(test, unanchored);
    const how = test.cased ? "as-is" : caseOf(literalsOf(shape));
    append(groups, how, shape);
  }
  // `lower-kelvin` text serves the `lower` ones as well: only the Kelvin sign differs, and they have no `k` to meet it.
  const lower = groups.get("lower");
  if (lower !== undefined && groups.has("lower-kelvin")) {
    groups.get("lower-kelvin")!.push(...lower);
    groups.delete("lower");
  }
  return [...groups].flatMap(([how, shapes]) => groupSql(how, shapes, values));
}

function append<Key, Item>(into: Map<Key, Item[]>, key: Key, item: Item): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, [item]);
  else known.push(item);
}

function groupSql(how: CaseOf, shapes: readonly Shape[], values: string): string[] {
  if (shapes.some((shape) => shape.is === "anything")) return [`notEmpty(${values})`];
  const hay = how === "as-is" || how === "by-regex" ? values : shared(`arrayMap(x -> ${inCase(how, "x")}, ${values})`);
  const questions: string[] = [];
  const alternatives: string[] = [];
  const found: string[] = [];
  const literals = (is: "exact" | "prefix" | "suffix" | "contains"): string[] => [
    ...new Set(shapes.flatMap((shape) => (shape.is === is && how !== "by-regex" ? [shape.literal] : []))),
  ];

  const exact = literals("exact");
  if (exact.length > 0) found.push(hasOne(hay, exact));

  const contained = literals("contains");
  if (contained.length < 3) questions.push(...contained.map((literal) => `position(x, ${sqlString(literal)}) > 0`));
  else for (const some of chunks(contained, mostNeedles)) questions.push(`multiSearchAny(x, ${sqlArray(some)})`);

  for (const [is, ask, source] of [
    ["prefix", "startsWith", (literal: string) => `^${regexLiteral(literal)}`],
    ["suffix", "endsWith", (literal: string) => `${regexLiteral(literal)}$`],
  ] as const) {
    const affixes = literals(is);
    if (affixes.length <= fewAffixes) questions.push(...affixes.map((literal) => `${ask}(x, ${sqlString(literal)})`));
    else alternatives.push(...affixes.map(source));
  }
  for (const shape of shapes) if (shape.is === "glob" || how === "by-regex") alternatives.push(regexOf(shape, how));

  for (const source of joined([...new Set(alternatives)])) questions.push(`match(x, ${sqlString(`(?s)${source}`)})`);
  if (questions.length > 0) found.push(`arrayExists(x -> ${questions.join(" OR ")}, ${hay})`);
  return found;
}

function literalsOf(shape: Shape): string[] {
  if (shape.is === "anything") return [];
  if (shape.is !== "glob") return [shape.literal];
  return shape.runs.flatMap((run) => run.filter((part) => part !== ONE));
}

function regexOf(shape: Shape, how: CaseOf): string {
  const text = how === "by-regex" ? foldedRegex : regexLiteral;
  const runSource = (run: Run): string => run.map((part) => (part === ONE ? "." : text(part))).join("");
  switch (shape.is) {
    case "anything":
      return "";
    case "exact":
      return `^${text(shape.literal)}$`;
    case "prefix":
      return `^${text(shape.literal)}`;
    case "suffix":
      return `${text(shape.literal)}$`;
    case "contains":
      return text(shape.literal);
    case "glob":
      return `${shape.openStart ? "" : "^"}${shape.runs.map(runSource).join(".*")}${shape.openEnd ? "" : "$"}`;
  }
}

function joined(sources: readonly string[]): string[] {
  const found: string[] = [];
  let some: string[] = [];
  let bytes = 0;
  for (const source of sources) {
    if (bytes + source.length > regexBytes && some.length > 0) {
      found.push(some.join("|"));
      some = [];
      bytes = 0;
    }
    some.push(source);
    bytes += source.length;
  }
  if (some.length > 0) found.push(some.join("|"));
  return found;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
