import { ANY, ONE, type Pattern, type PatternPart } from "../plan.ts";

/**
 * Reads a Sigma string: `*` any run, `?` one character, `\` escapes `*`, `?` and `\`; before anything else a backslash
 * is itself (Sigma specification, Escaping).
 */
export function parsePattern(text: string): Pattern {
  const parts: PatternPart[] = [];
  let literal = "";
  const flush = () => {
    if (literal !== "") parts.push(literal);
    literal = "";
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    const next = text[at + 1];
    if (character === "\\" && (next === "*" || next === "?" || next === "\\")) {
      literal += next;
      at++;
    } else if (character === "*") {
      flush();
      if (parts.at(-1) !== ANY) parts.push(ANY);
    } else if (character === "?") {
      flush();
      parts.push(ONE);
    } else literal += character;
  }
  flush();
  return parts;
}

/** The shortest Sigma string that reads as this pattern: `parsePattern(formatPattern(p))` is `p`. */
export function formatPattern(pattern: Pattern): string {
  let text = "";
  pattern.forEach((part, index) => {
    if (part === ANY) text += "*";
    else if (part === ONE) text += "?";
    else {
      const wildcardFollows = index + 1 < pattern.length;
      text += part.replace(/\\+(?=[*?]|$)|\\{2,}|[*?]/g, (found, at: number) => {
        if (found === "*" || found === "?") return `\\${found}`;
        const isLast = at + found.length === part.length;
        return found.length === 1 && isLast && !wildcardFollows ? found : found.repeat(2);
      });
    }
  });
  return text;
}

/** Joins neighbouring literals and runs of `*`, and leaves empty literals out. */
export function joinParts(parts: readonly PatternPart[]): Pattern {
  const joined: PatternPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part === "" || (part === ANY && last === ANY)) continue;
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
}

export const anywhere = (pattern: Pattern): Pattern => joinParts([ANY, ...pattern, ANY]);
export const atStart = (pattern: Pattern): Pattern => joinParts([...pattern, ANY]);
export const atEnd = (pattern: Pattern): Pattern => joinParts([ANY, ...pattern]);

/** The pattern's text when it holds no wildcard. */
export function literalOf(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return "";
  const [only] = pattern;
  return pattern.length === 1 && typeof only === "string" ? only : undefined;
}

/** Without the `*` at both ends: what a keyword looks for anyway, anywhere. */
export function withoutOuterWildcards(pattern: Pattern): Pattern {
  const from = pattern[0] === ANY ? 1 : 0;
  const to = pattern.length > from && pattern.at(-1) === ANY ? -1 : pattern.length;
  return pattern.slice(from, to);
}
