import { fold } from "../fold.ts";
import type { RegexTest } from "../plan.ts";

/**
 * Folded texts that the folded form of every matching value contains: runs of plain characters at the top of the
 * expression. Says too few rather than one too many; nothing when the expression has alternatives at the top.
 */
export function requiredLiterals(test: RegexTest): string[] {
  const { source } = test;
  // `\Q…\E` quotes, which a reader of single characters would get wrong.
  if (source.includes("\\Q")) return [];
  // RE2 takes `ſ` for `s`, and more beyond ASCII, where `fold` keeps them apart.
  const anyCase = test.ignoreCase || /\(\?[a-zA-Z-]*i/.test(source);
  const literals: string[] = [];
  let run = "";
  const end = (): void => {
    if (run !== "") literals.push(fold(run));
    run = "";
  };
  for (let at = 0; at < source.length;) {
    const unit = source[at]!;
    if (unit === "|") return [];
    if (unit === "\\") {
      const escaped = source[at + 1] ?? "";
      if (/[^a-zA-Z0-9]/.test(escaped)) run += escaped;
      else end();
      at = /[a-zA-Z0-9]/.test(escaped) ? afterEscape(source, at) : at + 2;
    } else if (unit === "[") {
      end();
      at = afterClass(source, at);
    } else if (unit === "(") {
      end();
      at = afterGroup(source, at);
    } else if (unit === "*" || unit === "?" || unit === "{") {
      // What is repeated may be there no time at all; a repeat of a pair is a repeat of both halves.
      run = run.slice(0, /[\udc00-\udfff]$/.test(run) ? -2 : -1);
      end();
      at = unit === "{" ? afterRepeat(source, at) : at + 1;
    } else if (unit === "+" || unit === "." || unit === "^" || unit === "$") {
      end();
      at++;
    } else if (anyCase && /[sS\u0080-\uffff]/.test(unit)) {
      end();
      at++;
    } else {
      run += unit;
      at++;
    }
  }
  end();
  return literals;
}

/** `\x41`, `\x{1F600}`, `\p{Greek}`, `\123`: past all that could belong to it. */
function afterEscape(source: string, at: number): number {
  const rest = /^\\(?:[xpP]\{[^}]*\}?|x[0-9a-fA-F]{2}|[pP].|[0-7]{1,3}|.)/su.exec(source.slice(at, at + 64));
  return at + (rest?.[0].length ?? 2);
}

function afterClass(source: string, start: number): number {
  let at = start + 1;
  if (source[at] === "^") at++;
  if (source[at] === "]") at++;
  while (at < source.length && source[at] !== "]") {
    if (source[at] === "\\") at += 2;
    else if (source.startsWith("[:", at) && source.includes(":]", at)) at = source.indexOf(":]", at) + 2;
    else at++;
  }
  return at + 1;
}

function afterGroup(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length;) {
    const unit = source[at]!;
    if (unit === "\\") at += 2;
    else if (unit === "[") at = afterClass(source, at);
    else {
      at++;
      if (unit === "(") depth++;
      else if (unit === ")" && --depth === 0) return at;
    }
  }
  return source.length;
}

function afterRepeat(source: string, at: number): number {
  return at + (/^\{\d*,?\d*\}/.exec(source.slice(at, at + 24))?.[0].length ?? 1);
}
