/** Text to look for: literal pieces, `*` for any text and `?` for any one character. No two literals stand together. */
export type Glob = readonly GlobPart[];
export type GlobPart = string | typeof any | typeof one;

export const any = { is: "*" } as const;
export const one = { is: "?" } as const;

/**
 * Reads a value as people type it. `*` and `?` are wildcards. A backslash takes the meaning from `*`, `?`, `"` and
 * another backslash, and is itself before all else, so that paths need no care.
 */
export function readGlob(text: string): Glob {
  const parts: GlobPart[] = [];
  let literal = "";
  const flush = () => {
    if (literal !== "") parts.push(literal);
    literal = "";
  };
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]!;
    if (character === "\\" && escapable.has(text[i + 1] ?? "")) {
      literal += text[i + 1];
      i += 1;
    } else if (character === "*" || character === "?") {
      flush();
      if (character === "?") parts.push(one);
      else if (parts.at(-1) !== any) parts.push(any);
    } else literal += character;
  }
  flush();
  return parts;
}

const escapable = new Set(["*", "?", '"', "\\"]);

/** The text that `readGlob` reads as this glob, for between quotes. */
export function spellGlob(glob: Glob): string {
  return glob.map((part) => (typeof part === "string" ? part.replace(/[\\*?"]/g, "\\$&") : part.is)).join("");
}

/** A glob that means this very text. */
export function literalGlob(text: string): Glob {
  return text === "" ? [] : [text];
}

/** The text of a glob without wildcards. */
export function literalOf(glob: Glob): string | undefined {
  if (glob.length === 0) return "";
  const [only] = glob;
  return glob.length === 1 && typeof only === "string" ? only : undefined;
}

/** `field:*` asks whether there is anything at all. */
export function isAnything(glob: Glob): boolean {
  return glob.length === 1 && glob[0] === any;
}

/** Each literal piece changed by itself. */
export function mapLiterals(glob: Glob, change: (literal: string) => string): Glob {
  return glob.map((part) => (typeof part === "string" ? change(part) : part));
}
