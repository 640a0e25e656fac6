import type { CompareTest, FieldRefTest, TimeTest, ValueTest } from "../plan.ts";
import { readCidr } from "./cidr.ts";
import { expandedTexts } from "./expanded-texts.ts";
import type { ItemContext } from "./item.ts";
import { familyOf, type Key, type Modifier } from "./modifiers.ts";
import { readRegex } from "./regex.ts";
import type { Report } from "./report.ts";
import { literalOf, parsePattern } from "./text-pattern.ts";
import { textTests } from "./text-tests.ts";
import type { YamlScalar } from "./yaml/node.ts";

export type Test = ValueTest | { readonly op: "not-exists" };

/** What one text is tested for; undefined after an error. */
export type TextReader = (text: string, value: YamlScalar, key: Key, report: Report) => readonly Test[] | undefined;

/** Characters of one value; no log has a field that is worth comparing with more. */
const longestValue = 64 * 1024;

/** The alternatives that one written value stands for; undefined after an error. */
export function testsOf(value: YamlScalar, key: Key, context: ItemContext): readonly Test[] | undefined {
  if (value.value === null) return nullTests(value, key, context.report);
  if (value.text.length > longestValue) {
    const message = `A value of '${key.written}' has ${value.text.length} characters.`;
    context.report.error(value.at, "value-too-long", message, `Keep values below ${longestValue}.`);
    return undefined;
  }
  if (key.chain.includes("exists")) return existsTests(value, key, context.report);
  const texts = expandedTexts(value, key, context);
  if (!texts) return undefined;
  const read = readerFor(key);
  const tests: Test[] = [];
  for (const text of texts) {
    const some = read(text, value, key, context.report);
    if (!some) return undefined;
    tests.push(...some);
  }
  return tests;
}

function readerFor({ chain }: Key): TextReader {
  const families = chain.map(familyOf);
  if (families.includes("regex")) return regexTests;
  if (families.includes("cidr")) return cidrTests;
  if (families.includes("time")) return timeTests;
  if (families.includes("compare")) return compareTests;
  if (families.includes("fieldref")) return fieldRefTests;
  return textTests;
}

/** The chain's modifier of a family, of which `readKey` lets only one pass. */
function only<T extends Modifier>({ chain }: Key, family: ReturnType<typeof familyOf>): T | undefined {
  return chain.find((one) => familyOf(one) === family) as T | undefined;
}

function nullTests(value: YamlScalar, { field, chain, written }: Key, report: Report): readonly Test[] | undefined {
  if (field === "") {
    report.error(value.at, "null-keyword", "A keyword is null.", "Quote it if the text is meant: 'null'.");
    return undefined;
  }
  const modifier = chain.find((one) => familyOf(one) !== "any");
  if (modifier === undefined) return [{ op: "absent" }];
  const message = `'${written}' has no value to apply '${modifier}' to.`;
  report.error(value.at, "null-with-modifier", message, "Write `Field: null` for an absent field, '' for empty text.");
  return undefined;
}

function existsTests(value: YamlScalar, { written }: Key, report: Report): readonly Test[] | undefined {
  if (value.text === "true") return [{ op: "exists" }];
  if (value.text === "false") return [{ op: "not-exists" }];
  const message = `'${written}' needs true or false, not '${value.text}'.`;
  report.error(value.at, "exists-not-boolean", message, "Write `true` or `false`.");
  return undefined;
}

const regexTests: TextReader = (text, value, { chain, written }, report) => {
  const has = (...names: Modifier[]) => names.some((name) => chain.includes(name));
  const flags = { i: has("i", "ignorecase"), m: has("m", "multiline"), s: has("s", "dotall") };
  const read = readRegex(text, flags);
  if (!read.ok) {
    const advice = "Expressions run in linear time (RE2 syntax): no look-around, no back-references.";
    report.error(value.at, "regex-invalid", `The expression of '${written}' can't be used: ${read.reason}.`, advice);
    return undefined;
  }
  const { source } = read.test;
  if (has("startswith")) return [{ ...read.test, source: `^(?:${source})` }];
  if (has("endswith")) return [{ ...read.test, source: `(?:${source})$` }];
  return [read.test];
};

const cidrTests: TextReader = (text, value, { written }, report) => {
  const read = readCidr(text);
  if (!read.ok) {
    const advice = "Write it as 10.0.0.0/8 or fe80::/10.";
    report.error(value.at, "cidr-invalid", `'${text}' of '${written}' is no network.`, advice);
    return undefined;
  }
  if (read.hasHostBits) {
    const advice = "Write the network's first address.";
    report.warning(value.at, "cidr-host-bits", `'${text}' has bits set beyond its prefix.`, advice);
  }
  return [{ op: "cidr", network: read.network }];
};

const compareTests: TextReader = (text, value, key, report) => {
  const number = numberOf(text, value, key, report);
  return number === undefined
    ? undefined
    : [{ op: "compare", than: only<CompareTest["than"]>(key, "compare")!, number }];
};

const ranges: Readonly<Record<TimeTest["part"], readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
};

const timeTests: TextReader = (text, value, key, report) => {
  const number = numberOf(text, value, key, report);
  if (number === undefined) return undefined;
  const part = only<TimeTest["part"]>(key, "time")!;
  const [first, last] = ranges[part];
  if (!Number.isInteger(number) || number < first || number > last) {
    const advice = `Write a whole number from ${first} to ${last}.`;
    report.warning(value.at, "time-out-of-range", `No ${part} is ${text}.`, advice);
  }
  return [{ op: "time", part, is: only<CompareTest["than"]>(key, "compare") ?? "eq", number }];
};

const fieldRefTests: TextReader = (text, value, key, report) => {
  const field = literalOf(parsePattern(text));
  if (field === undefined || field === "") {
    const message = `'${key.written}' needs the name of a field, '${text}' is none.`;
    report.error(value.at, "fieldref-not-a-field", message, "Name one field, without wildcards.");
    return undefined;
  }
  const how = only<Exclude<FieldRefTest["how"], "equals">>(key, "place") ?? "equals";
  return [{ op: "fieldref", field, how, cased: key.chain.includes("cased") }];
};

function numberOf(text: string, value: YamlScalar, { written }: Key, report: Report): number | undefined {
  const number = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (Number.isFinite(number)) return number;
  const message = `'${written}' needs a number, '${text}' is none.`;
  report.error(value.at, "value-not-a-number", message, "Write a decimal number.");
  return undefined;
}
