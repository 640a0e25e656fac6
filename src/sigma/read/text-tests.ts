import type { Pattern } from "../plan.ts";
import { base64, base64Offsets, bytesOf, type Wide, widenPattern } from "./encode.ts";
import type { Key, Modifier } from "./modifiers.ts";
import type { Report } from "./report.ts";
import { anywhere, atEnd, atStart, literalOf, parsePattern, withoutOuterWildcards } from "./text-pattern.ts";
import type { TextReader } from "./value-tests.ts";
import { dashForms, mostDashForms } from "./windash.ts";
import type { YamlScalar } from "./yaml/node.ts";

/** What a value has become so far: patterns, and the encoding that the next Base64 takes them in. */
interface State {
  readonly patterns: readonly Pattern[];
  readonly wide?: Wide;
}

/** Applies the modifiers of text in the order in which they are written. */
export const textTests: TextReader = (text, value, key, report) => {
  let state: State | undefined = { patterns: [parsePattern(text)] };
  for (const modifier of key.chain) state = state && apply(modifier, state, value, key, report);
  const patterns = state && settled(state, value, report);
  if (!patterns) return undefined;
  const cased = key.chain.includes("cased");
  if (key.field !== "") return patterns.map((pattern) => ({ op: "like", pattern, cased }));
  const keywords = patterns.map(withoutOuterWildcards);
  if (keywords.some((pattern) => pattern.length === 0)) {
    const advice = "Write the text to look for, or remove the keyword.";
    report.error(value.at, "keyword-empty", "An empty keyword would hold for every event.", advice);
    return undefined;
  }
  return keywords.map((pattern) => ({ op: "like", pattern, cased }));
};

function apply(
  modifier: Modifier,
  { patterns, wide }: State,
  value: YamlScalar,
  key: Key,
  report: Report,
): State | undefined {
  const kept = wide === undefined ? {} : { wide };
  switch (modifier) {
    case "contains":
      return { ...kept, patterns: patterns.map(anywhere) };
    case "startswith":
      return { ...kept, patterns: patterns.map(atStart) };
    case "endswith":
      return { ...kept, patterns: patterns.map(atEnd) };
    case "wide":
      return { patterns, wide: "utf16le" };
    case "utf16":
    case "utf16le":
    case "utf16be":
      return { patterns, wide: modifier };
    case "base64":
    case "base64offset": {
      const encoded = encode(patterns, modifier, wide, value, key, report);
      return encoded && { patterns: encoded };
    }
    case "windash": {
      const forms = patterns.map(dashForms);
      if (forms.every((form) => form !== undefined)) return { ...kept, patterns: forms.flat() };
      const message = `The value of '${key.written}' has too many dashes: it would stand for more than ${mostDashForms} values, or for too long ones.`;
      report.error(value.at, "windash-too-many", message, "Split it into several values with `contains|all|windash`.");
      return undefined;
    }
    default:
      return { ...kept, patterns };
  }
}

/** An encoding that no Base64 took up turns text into what UTF-16 looks like byte by byte. */
function settled({ patterns, wide }: State, value: YamlScalar, report: Report): readonly Pattern[] | undefined {
  if (wide === undefined) return patterns;
  const widened = patterns.map((pattern) => widenPattern(pattern, wide));
  if (widened.every((pattern) => pattern !== undefined)) return widened;
  const message = `'${value.text}' has letters that can't be told once UTF-16 is read as text.`;
  const advice = "Add `base64` or `base64offset` after the encoding, or keep to ASCII.";
  report.error(value.at, "wide-not-ascii", message, advice);
  return undefined;
}

function encode(
  patterns: readonly Pattern[],
  how: "base64" | "base64offset",
  wide: Wide | undefined,
  value: YamlScalar,
  { written }: Key,
  report: Report,
): readonly Pattern[] | undefined {
  const encoded: Pattern[] = [];
  for (const pattern of patterns) {
    const literal = literalOf(pattern);
    if (literal === undefined) {
      const advice = "Escape it with a backslash, or put the parts into a list under `all`.";
      report.error(value.at, "base64-wildcard", `'${written}' would encode a wildcard.`, advice);
      return undefined;
    }
    const bytes = bytesOf(literal, wide);
    const forms = how === "base64" ? [base64(bytes)] : base64Offsets(bytes);
    if (forms.includes("")) {
      const message = `'${value.text}' is too short to be recognised inside Base64.`;
      report.error(value.at, "base64-too-short", message, "Use at least three characters.");
      return undefined;
    }
    encoded.push(...forms.map((form) => [form]));
  }
  return encoded;
}
