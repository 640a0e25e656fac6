import type { Expr, LikeTest, Pattern, ValueTest } from "../../plan.ts";
import { formatPattern, joinParts, literalOf, parsePattern } from "../../read/text-pattern.ts";
import { ANY } from "../../plan.ts";
import { mapItems, mapLeaves, type Leaf } from "../detection-item.ts";
import type { Params } from "../params.ts";
import { readPythonRegex } from "../python-regex.ts";
import { changedBy, type Action } from "../step.ts";

/** What becomes of a test: others instead (alternatives), itself when undefined, or a reason to refuse the rule. */
type Change = (test: ValueTest) => readonly ValueTest[] | undefined | { readonly refused: string };

/** Transformations of values. In a plan a number is its text, so what is done to text is done to numbers too. */
export function readValueAction(params: Params, type: string): Action | undefined {
  const change = readChange(params, type);
  return (
    change &&
    ((work, step) => {
      let refusal: string | undefined;
      const node = mapItems(work.node, (item) => {
        if (!step.holdsForItem(work, item)) return item;
        const expr = mapLeaves(item.expr, (leaf) => {
          const tests = change(leaf.test);
          if (!tests) return leaf;
          if ("refused" in tests) {
            refusal ??= tests.refused;
            return leaf;
          }
          return alternatives(leaf, tests);
        });
        return expr === item.expr ? item : changedBy(step, { ...item, expr });
      });
      work.node = node ?? work.node;
      return refusal;
    })
  );
}

function alternatives(leaf: Leaf, tests: readonly ValueTest[]): Expr {
  const copies = tests.map((test): Expr => {
    if (leaf.kind === "field") return { ...leaf, test };
    return test.op === "like" || test.op === "regex" ? { ...leaf, test } : leaf;
  });
  return copies.length === 1 ? copies[0]! : { kind: "or", of: copies };
}

function readChange(params: Params, type: string): Change | undefined {
  switch (type) {
    case "replace_string":
      return replaceString(params);
    case "map_string":
      return mapString(params);
    case "regex":
      return toRegex(params);
    case "set_value":
      return setValue(params);
    case "convert_type":
      return convertType(params);
    default:
      return changeCase(params);
  }
}

function ofText(change: (test: LikeTest) => readonly ValueTest[] | undefined): Change {
  return (test) => (test.op === "like" ? change(test) : undefined);
}

function withPattern(test: LikeTest, pattern: Pattern): readonly ValueTest[] | undefined {
  return JSON.stringify(pattern) === JSON.stringify(test.pattern) ? undefined : [{ ...test, pattern }];
}

function replaceString(params: Params): Change | undefined {
  const source = params.needText("regex");
  const replacement = params.needText("replacement");
  const skipSpecial = params.flag("skip_special");
  const interpretSpecial = params.flag("interpret_special");
  if (source === undefined || replacement === undefined) return undefined;
  const regex = readPythonRegex(source);
  if ("reason" in regex) {
    const advice = "Expressions run in linear time (RE2 syntax): no look-around, no back-references.";
    params.fail("regex", "pipeline-regex", `'${source}' can't be used: ${regex.reason}.`, advice);
    return undefined;
  }
  const replace = (text: string) => regex.replaceAll(text, replacement);
  return ofText((test) => {
    const { pattern } = test;
    if (!skipSpecial) {
      // The expression sees wildcards as `*` and `?`, literal ones escaped, and every other backslash as one.
      const seen = pattern.map((part) =>
        typeof part === "string" ? part.replace(/[*?]/g, "\\$&") : part === ANY ? "*" : "?",
      );
      return withPattern(test, parsePattern(replace(seen.join("")).replace(/\\(?![*?])/g, "\\\\")));
    }
    const parts = pattern.flatMap((part): Pattern => {
      if (typeof part !== "string") return [part];
      return interpretSpecial ? parsePattern(replace(part).replace(/\\(?![*?])/g, "\\\\")) : [replace(part)];
    });
    return withPattern(test, joinParts(parts));
  });
}

function mapString(params: Params): Change | undefined {
  const mapping = params.needTextsByText("mapping");
  if (!mapping) return undefined;
  return ofText((test) =>
    mapping.get(formatPattern(test.pattern))?.map((text): ValueTest => ({ ...test, pattern: parsePattern(text) })),
  );
}

/** Anchored, so that the rule means what it meant; `ignore_case_brackets` and `ignore_case_flag` mean the same. */
function toRegex(params: Params): Change {
  const method = params.choice("method", ["ignore_case_brackets", "ignore_case_flag", "plain"]);
  return ofText((test) => {
    if (test.pattern.length === 0) return undefined;
    const parts = test.pattern.map((part) => (typeof part === "string" ? quoteRegex(part) : part === ANY ? ".*" : "."));
    const source = `^${parts.join("")}$`;
    return [{ op: "regex", source, ignoreCase: method !== "plain", multiline: false, dotAll: true }];
  });
}

function setValue(params: Params): Change | undefined {
  const value = params.scalar("value");
  const forced = params.choice("force_type", ["", "str", "num"]);
  if (value === undefined) {
    if (!params.entry("value"))
      params.fail("value", "pipeline-missing-key", "set_value needs the key 'value'.", "Add 'value:'.");
    return undefined;
  }
  if (
    forced !== "" &&
    (value === null || typeof value === "boolean" || (forced === "num" && !isNumber(String(value))))
  ) {
    params.fail(
      "value",
      "pipeline-wrong-value",
      `'${String(value)}' can't be made a ${forced}.`,
      "Use a text or a number.",
    );
    return undefined;
  }
  const set: ValueTest =
    value === null ? { op: "absent" } : { op: "like", pattern: parsePattern(String(value)), cased: false };
  return () => [set];
}

/** Numbers equal their text in a plan: nothing changes, but a text that is no number can't be converted. */
function convertType(params: Params): Change | undefined {
  if (params.needText("target_type") === undefined) return undefined;
  const target = params.choice("target_type", ["str", "num"]);
  return (test) => {
    if (target === "str" || test.op !== "like") return undefined;
    const text = literalOf(test.pattern);
    return text !== undefined && isNumber(text)
      ? undefined
      : { refused: `the value '${formatPattern(test.pattern)}' can't be converted to a number` };
  };
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text)) && !/^[+-]?0x/i.test(text.trim());
}

function changeCase(params: Params): Change {
  const method = params.choice("method", ["lower", "upper", "snake_case"]);
  const change = (text: string) => {
    if (method === "lower") return text.toLowerCase();
    if (method === "upper") return text.toUpperCase();
    return text.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
  };
  return ofText((test) =>
    withPattern(
      test,
      test.pattern.map((part) => (typeof part === "string" ? change(part) : part)),
    ),
  );
}

/** The text as an expression that matches it and nothing else. */
function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
