import type { Expr, LikeTest, Origin, Pattern, RegexTest, ValueTest } from "../plan.ts";
import { and, not, or } from "./expr.ts";
import { readCidr } from "./cidr.ts";
import { bytesOf, base64, base64Offsets, widenPattern, type Wide } from "./encode.ts";
import { familyOf, readKey, type Modifier } from "./modifiers.ts";
import { expandPlaceholders, mostExpandedValues, standardPlaceholders } from "./placeholders.ts";
import { readRegex, regexOfPattern } from "./regex.ts";
import type { Report } from "./report.ts";
import { anywhere, atEnd, atStart, literalOf, parsePattern, withoutOuterWildcards } from "./text-pattern.ts";
import { dashForms, mostDashForms } from "./windash.ts";
import type { YamlNode, YamlScalar } from "./yaml/node.ts";

export interface ItemContext {
  readonly report: Report;
  /** The search identifier that the item stands under. */
  readonly selection: string;
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
}

/** One key of a selection with its values, or a list of keywords under the key `""`; undefined after an error. */
export function readItem(key: string, keyAt: number, node: YamlNode, context: ItemContext): Expr | undefined {
  const { report } = context;
  const read = readKey(key, keyAt, report);
  if (!read) return undefined;
  const values = scalarsOf(key, node, report);
  if (!values) return undefined;
  if (read.chain.includes("all") && values.length === 1) {
    report.warning(keyAt, "all-with-one-value", `'${key}' has 'all' but one value.`, "Leave `all` out.");
  }
  const parts = values.map((value) => readValue(value, key, read, values.length > 1, context));
  if (parts.some((part) => part === undefined)) return undefined;
  const joined = read.chain.includes("all") ? and(parts as Expr[]) : or(parts as Expr[]);
  return read.chain.includes("neq") ? not(joined) : joined;
}

function scalarsOf(key: string, node: YamlNode, report: Report): readonly YamlScalar[] | undefined {
  if (node.kind === "scalar") return [node];
  if (node.kind === "map") {
    report.error(
      node.at,
      "value-not-plain",
      `'${key}' has a map as its value.`,
      "Reach into nested fields with dots: `outer.inner: value`.",
    );
    return undefined;
  }
  if (node.items.length === 0) {
    report.error(node.at, "empty-list", `'${key}' has an empty list.`, "Name the values, or remove the item.");
    return undefined;
  }
  const nested = node.items.find((item) => item.kind !== "scalar");
  if (nested) {
    report.error(
      nested.at,
      "value-not-plain",
      `'${key}' has a ${nested.kind} among its values.`,
      "A list of values holds text, numbers, booleans or null.",
    );
    return undefined;
  }
  return node.items as readonly YamlScalar[];
}

interface Key {
  readonly field: string;
  readonly chain: readonly Modifier[];
}

/** One written value: one test, or several alternatives where a modifier makes more of it. */
function readValue(
  value: YamlScalar,
  key: string,
  { field, chain }: Key,
  inList: boolean,
  context: ItemContext,
): Expr | undefined {
  const { report } = context;
  const origin: Origin = { selection: context.selection, key, value: value.text, ...report.positionOf(value.at) };
  const tests = testsOf(value, key, field, chain, context);
  if (!tests) return undefined;
  if (value.value === null && inList) {
    report.info(
      value.at,
      "null-in-list",
      `'${key}' has null in a list.`,
      "Give null a selection of its own and join the two with `or`.",
    );
  }
  return or(
    tests.map((test): Expr => {
      if (test.op === "not-exists") return not({ kind: "field", field, test: { op: "exists" }, origin });
      if (field !== "") return { kind: "field", field, test, origin };
      return { kind: "keyword", test: test as LikeTest | RegexTest, origin };
    }),
  );
}

type Test = ValueTest | { readonly op: "not-exists" };

function testsOf(
  value: YamlScalar,
  key: string,
  field: string,
  chain: readonly Modifier[],
  context: ItemContext,
): readonly Test[] | undefined {
  const { report } = context;
  const typed = chain.filter((one) => familyOf(one) !== "any");
  const has = (one: Modifier) => chain.includes(one);
  if (value.value === null) {
    if (field === "") {
      report.error(value.at, "null-keyword", "A keyword is null.", "Quote it if the text is meant: 'null'.");
      return undefined;
    }
    if (typed.length === 0) return [{ op: "absent" }];
    report.error(
      value.at,
      "null-with-modifier",
      `'${key}' has no value to apply '${typed[0]}' to.`,
      "Write `Field: null` for an absent field, '' for empty text.",
    );
    return undefined;
  }
  if (has("exists")) return existsTest(value, key, report);
  const texts = textsOf(value, key, chain, context);
  if (!texts) return undefined;
  if (has("re")) return all(texts, (text) => regexTest(text, value, key, chain, report));
  if (has("cidr")) return all(texts, (text) => cidrTest(text, value, key, report));
  const compare = typed.find((one) => familyOf(one) === "compare") as "lt" | "lte" | "gt" | "gte" | undefined;
  const part = typed.find((one) => familyOf(one) === "time") as
    | "minute"
    | "hour"
    | "day"
    | "week"
    | "month"
    | "year"
    | undefined;
  if (compare || part) {
    return all(texts, (text) => {
      const number = numberOf(text);
      if (number === undefined) {
        report.error(
          value.at,
          "value-not-a-number",
          `'${key}' needs a number, '${text}' is none.`,
          "Write a decimal number.",
        );
        return undefined;
      }
      if (part) return [{ op: "time", part, is: compare ?? "eq", number }];
      return [{ op: "compare", than: compare!, number }];
    });
  }
  const place = typed.find((one) => familyOf(one) === "place") as "contains" | "startswith" | "endswith" | undefined;
  if (has("fieldref")) {
    return all(texts, (text) => {
      const other = literalOf(parsePattern(text));
      if (other === undefined || other === "") {
        report.error(
          value.at,
          "fieldref-not-a-field",
          `'${key}' needs the name of a field, '${text}' is none.`,
          "Name one field, without wildcards.",
        );
        return undefined;
      }
      return [{ op: "fieldref", field: other, how: place ?? "equals", cased: has("cased") }];
    });
  }
  return all(texts, (text) => textTests(text, value, key, field, typed, report));
}

/** The value's texts once its placeholders are filled in. */
function textsOf(
  value: YamlScalar,
  key: string,
  chain: readonly Modifier[],
  context: ItemContext,
): readonly string[] | undefined {
  if (!chain.includes("expand")) return [value.text];
  const { report, placeholders } = context;
  const quote = chain.includes("re") ? (text: string) => regexOfPattern(parsePattern(text)) : undefined;
  const expanded = expandPlaceholders(value.text, placeholders, quote);
  if (expanded.kind === "unresolved") {
    const isStandard = (standardPlaceholders as readonly string[]).includes(expanded.name);
    const what = isStandard ? `the standard placeholder %${expanded.name}%` : `the placeholder %${expanded.name}%`;
    report.error(
      value.at,
      "placeholder-unresolved",
      `Nobody has said what ${what} in '${key}' stands for.`,
      `Define values for ${expanded.name}; until then the rule is not matched at all.`,
    );
    return undefined;
  }
  if (expanded.kind === "too-many") {
    report.error(
      value.at,
      "placeholder-too-many",
      `The placeholders of '${value.text}' stand for more than ${mostExpandedValues} values.`,
      "Use wildcards in the placeholder's values, or fewer placeholders in one value.",
    );
    return undefined;
  }
  if (expanded.found === 0) {
    report.warning(
      value.at,
      "expand-without-placeholder",
      `'${key}' has 'expand', but '${value.text}' holds no %placeholder%.`,
      "Leave `expand` out, or check the placeholder's spelling.",
    );
  }
  return expanded.values;
}

function textTests(
  text: string,
  value: YamlScalar,
  key: string,
  field: string,
  typed: readonly Modifier[],
  report: Report,
): readonly Test[] | undefined {
  let patterns: readonly Pattern[] = [parsePattern(text)];
  let wide: Wide | undefined;
  for (const modifier of typed) {
    if (modifier === "wide" || modifier === "utf16" || modifier === "utf16le" || modifier === "utf16be") {
      wide = modifier === "wide" ? "utf16le" : modifier;
    } else if (modifier === "base64" || modifier === "base64offset") {
      const encoded = encode(patterns, modifier, wide, value, key, report);
      if (!encoded) return undefined;
      patterns = encoded;
      wide = undefined;
    } else if (modifier === "windash") {
      const forms = patterns.map(dashForms);
      if (forms.some((form) => form === undefined)) {
        report.error(
          value.at,
          "windash-too-many",
          `'${text}' has too many dashes: it would stand for more than ${mostDashForms} values.`,
          "Split it into several values with `contains|all|windash`.",
        );
        return undefined;
      }
      patterns = forms.flatMap((form) => form!);
    } else if (modifier === "contains") patterns = patterns.map(anywhere);
    else if (modifier === "startswith") patterns = patterns.map(atStart);
    else if (modifier === "endswith") patterns = patterns.map(atEnd);
  }
  if (wide) {
    const widened = patterns.map((pattern) => widenPattern(pattern, wide));
    if (widened.some((pattern) => pattern === undefined)) {
      report.error(
        value.at,
        "wide-not-ascii",
        `'${text}' has letters that can't be told once UTF-16 is read as text.`,
        "Add `base64` or `base64offset` after the encoding, or keep to ASCII.",
      );
      return undefined;
    }
    patterns = widened as Pattern[];
  }
  const cased = typed.includes("cased");
  return patterns.map((pattern) => ({
    op: "like",
    pattern: field === "" ? withoutOuterWildcards(pattern) : pattern,
    cased,
  }));
}

function encode(
  patterns: readonly Pattern[],
  how: "base64" | "base64offset",
  wide: Wide | undefined,
  value: YamlScalar,
  key: string,
  report: Report,
): readonly Pattern[] | undefined {
  const encoded: Pattern[] = [];
  for (const pattern of patterns) {
    const literal = literalOf(pattern);
    if (literal === undefined) {
      report.error(
        value.at,
        "base64-wildcard",
        `'${key}' would encode a wildcard.`,
        "Escape it with a backslash, or put the parts into a list under `all`.",
      );
      return undefined;
    }
    const bytes = bytesOf(literal, wide);
    const forms = how === "base64" ? [base64(bytes)] : base64Offsets(bytes);
    if (forms.some((form) => form === "")) {
      report.error(
        value.at,
        "base64-too-short",
        `'${value.text}' is too short to be recognised inside Base64.`,
        "Use at least three characters.",
      );
      return undefined;
    }
    encoded.push(...forms.map((form) => [form]));
  }
  return encoded;
}

function existsTest(value: YamlScalar, key: string, report: Report): readonly Test[] | undefined {
  if (value.text === "true") return [{ op: "exists" }];
  if (value.text === "false") return [{ op: "not-exists" }];
  report.error(
    value.at,
    "exists-not-boolean",
    `'${key}' needs true or false, not '${value.text}'.`,
    "Write `true` or `false`.",
  );
  return undefined;
}

function regexTest(
  text: string,
  value: YamlScalar,
  key: string,
  chain: readonly Modifier[],
  report: Report,
): readonly Test[] | undefined {
  const has = (...names: Modifier[]) => names.some((name) => chain.includes(name));
  const flags = { i: has("i", "ignorecase"), m: has("m", "multiline"), s: has("s", "dotall") };
  const read = readRegex(text, flags);
  if (!read.ok) {
    report.error(
      value.at,
      "regex-invalid",
      `The expression of '${key}' can't be used: ${read.reason}.`,
      "Expressions run in linear time (RE2 syntax): no look-around, no back-references.",
    );
    return undefined;
  }
  const { source } = read.test;
  if (has("startswith")) return [{ ...read.test, source: `^(?:${source})` }];
  if (has("endswith")) return [{ ...read.test, source: `(?:${source})$` }];
  return [read.test];
}

function cidrTest(text: string, value: YamlScalar, key: string, report: Report): readonly Test[] | undefined {
  const read = readCidr(text);
  if (!read.ok) {
    report.error(
      value.at,
      "cidr-invalid",
      `'${text}' of '${key}' is no network.`,
      "Write it as 10.0.0.0/8 or fe80::/10.",
    );
    return undefined;
  }
  if (read.hasHostBits) {
    report.warning(
      value.at,
      "cidr-host-bits",
      `'${text}' has bits set beyond its prefix.`,
      "Write the network's first address.",
    );
  }
  return [{ op: "cidr", network: read.network }];
}

function numberOf(text: string): number | undefined {
  return /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}

/** Every text's tests, or undefined when one of them is wrong. */
function all(
  texts: readonly string[],
  read: (text: string) => readonly Test[] | undefined,
): readonly Test[] | undefined {
  const tests: Test[] = [];
  for (const text of texts) {
    const some = read(text);
    if (!some) return undefined;
    tests.push(...some);
  }
  return tests;
}
