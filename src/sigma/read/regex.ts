import { RE2JS } from "re2js";
import { ANY, ONE, type Pattern, type RegexTest } from "../plan.ts";

export type RegexResult =
  | { readonly ok: true; readonly test: RegexTest }
  | { readonly ok: false; readonly reason: string };

/** A longer expression is an attack, or data that belongs into a list. */
const longestRegex = 4096;

/** Steps that an expression may compile to; `a{1000}` is a thousand. */
const largestProgram = 50_000;

/** Checks an expression against RE2 and moves flags at its start, `(?i)`, out of it. */
export function readRegex(written: string, flags: { i: boolean; m: boolean; s: boolean }): RegexResult {
  if (written.length > longestRegex) return { ok: false, reason: `it is longer than ${longestRegex} characters` };
  if (written.length * repeatsIn(written) > 20 * largestProgram) return { ok: false, reason: "it counts too much" };
  let { i, m, s } = flags;
  let source = written;
  for (let lead = leadingFlags.exec(source); lead; lead = leadingFlags.exec(source)) {
    i ||= lead[1]!.includes("i");
    m ||= lead[1]!.includes("m");
    s ||= lead[1]!.includes("s");
    source = source.slice(lead[0].length);
  }
  try {
    const compiled = RE2JS.compile(
      source,
      (i ? RE2JS.CASE_INSENSITIVE : 0) | (m ? RE2JS.MULTILINE : 0) | (s ? RE2JS.DOTALL : 0),
    );
    if (compiled.programSize() > largestProgram) return { ok: false, reason: "it counts too much" };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, "") : String(cause);
    return { ok: false, reason };
  }
  return { ok: true, test: { op: "regex", source, ignoreCase: i, multiline: m, dotAll: s } };
}

/** What an expression costs to compile, in plain tests. */
export function regexCost(source: string): number {
  return 1 + (source.length * repeatsIn(source)) / 200;
}

/** The sum of all counts, `{n,m}`: asked before compiling, which would take that much memory. */
function repeatsIn(source: string): number {
  let sum = 1;
  for (const [, from, , to] of source.matchAll(/\{(\d{1,4})(,(\d{0,4}))?\}/g)) sum += Number(to || from);
  return sum;
}

const leadingFlags = /^\(\?([ims]+)\)/;

/** A Sigma pattern as an expression, unanchored. */
export function regexOfPattern(pattern: Pattern): string {
  return pattern.map((part) => (part === ANY ? ".*" : part === ONE ? "." : quote(part))).join("");
}

function quote(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
