import type { Expr, LikeTest, Origin, RegexTest } from "../plan.ts";
import { and, not, or } from "./expr.ts";
import { type Key, readKey } from "./modifiers.ts";
import { regexCost } from "./regex.ts";
import type { Report } from "./report.ts";
import { testsOf } from "./value-tests.ts";
import type { YamlNode, YamlScalar } from "./yaml/node.ts";

/** Tests in one rule's selections; the largest public rule has some 1,500. */
export const mostTests = 200_000;

export interface ItemContext {
  readonly report: Report;
  /** The search identifier that the item stands under. */
  readonly selection: string;
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
  /** One for all selections of a rule. */
  readonly budget: TestBudget;
}

/** Tests that a rule may still become. */
export interface TestBudget {
  left: number;
}

/** One key of a selection with its values, or a keyword under the key `""`; undefined after an error. */
export function readItem(written: string, keyAt: number, node: YamlNode, context: ItemContext): Expr | undefined {
  const { report, budget } = context;
  if (budget.left < 0) return undefined;
  const key = readKey(written, keyAt, report);
  if (!key) return undefined;
  const values = scalarsOf(written, node, report);
  if (!values) return undefined;
  if (key.chain.includes("all") && values.length === 1) {
    report.warning(keyAt, "all-with-one-value", `'${written}' has 'all' but one value.`, "Leave `all` out.");
  }
  const parts: Expr[] = [];
  for (const value of values) {
    const part = readValue(value, key, values.length > 1, context);
    if (part) parts.push(part);
    if (budget.left < 0) {
      const message = `The rule stands for more than ${mostTests} tests.`;
      report.error(value.at, "plan-too-large", message, "Split it, or use wildcards instead of long lists.");
      return undefined;
    }
  }
  if (parts.length < values.length) return undefined;
  const joined = key.chain.includes("all") ? and(parts) : or(parts);
  return key.chain.includes("neq") ? not(joined) : joined;
}

function scalarsOf(written: string, node: YamlNode, report: Report): readonly YamlScalar[] | undefined {
  if (node.kind === "scalar") return [node];
  if (node.kind === "map") {
    const advice = "Reach into nested fields with dots: `outer.inner: value`.";
    report.error(node.at, "value-not-plain", `'${written}' has a map as its value.`, advice);
    return undefined;
  }
  if (node.items.length === 0) {
    report.error(node.at, "empty-list", `'${written}' has an empty list.`, "Name the values, or remove the item.");
    return undefined;
  }
  const nested = node.items.find((item) => item.kind !== "scalar");
  if (nested) {
    const message = `'${written}' has a ${nested.kind} among its values.`;
    report.error(nested.at, "value-not-plain", message, "A list of values holds text, numbers, booleans or null.");
    return undefined;
  }
  return node.items as readonly YamlScalar[];
}

/** One written value: one test, or several alternatives where a modifier makes more of it. */
function readValue(value: YamlScalar, key: Key, inList: boolean, context: ItemContext): Expr | undefined {
  const { report, selection } = context;
  const { field, written } = key;
  const origin: Origin = { selection, key: written, value: value.text, ...report.positionOf(value.at) };
  const tests = testsOf(value, key, context);
  if (!tests) return undefined;
  for (const test of tests) context.budget.left -= test.op === "regex" ? regexCost(test.source) : 1;
  if (value.value === null && inList) {
    const advice = "Give null a selection of its own and join the two with `or`.";
    report.info(value.at, "null-in-list", `'${written}' has null in a list.`, advice);
  }
  return or(
    tests.map((test): Expr => {
      if (test.op === "not-exists") return not({ kind: "field", field, test: { op: "exists" }, origin });
      if (field !== "") return { kind: "field", field, test, origin };
      return { kind: "keyword", test: test as LikeTest | RegexTest, origin };
    }),
  );
}
