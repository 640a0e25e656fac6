/** Where an object lies in a text, and where the values of its own keys lie. */
export interface ObjectSpans {
  /** Behind its closing brace. */
  readonly end: number;
  /** Of a key that comes twice, the last; keys with escapes are left out. */
  readonly values: ReadonlyMap<string, readonly [from: number, to: number]>;
}

/**
 * Finds the object that begins at `from`, so that a value's own text can be taken out as it was written. Only what is needed to find
 * its end is looked at: whether it is JSON is for a parser to say. Undefined where there is no object or it has no end.
 */
export function objectSpans(text: string, from: number): ObjectSpans | undefined {
  if (text[from] !== "{") return undefined;
  const values = new Map<string, readonly [number, number]>();
  let at = skipBlanks(text, from + 1);
  if (text[at] === "}") return { end: at + 1, values };
  for (;;) {
    const keyEnd = stringEnd(text, at);
    if (keyEnd < 0) return undefined;
    const key = text.slice(at + 1, keyEnd - 1);
    at = skipBlanks(text, keyEnd);
    if (text[at] !== ":") return undefined;
    const start = skipBlanks(text, at + 1);
    const stop = valueEnd(text, start);
    if (stop <= start) return undefined;
    values.set(key, [start, stop]);
    at = skipBlanks(text, stop);
    if (text[at] === "}") return { end: at + 1, values };
    if (text[at] !== ",") return undefined;
    at = skipBlanks(text, at + 1);
  }
}

export function skipBlanks(text: string, at: number): number {
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1;
  return at;
}

/** Behind the string that begins at `at`; -1 where there is none. */
function stringEnd(text: string, at: number): number {
  if (text[at] !== '"') return -1;
  for (let to = at + 1; to < text.length; to += 1) {
    const char = text.charCodeAt(to);
    if (char === 92) to += 1;
    else if (char === 34) return to + 1;
  }
  return -1;
}

/** Behind the value that begins at `at`; -1 where it has no end. */
function valueEnd(text: string, at: number): number {
  let depth = 0;
  for (let to = at; to < text.length; to += 1) {
    const char = text.charCodeAt(to);
    if (char === 34) {
      to = stringEnd(text, to) - 1;
      if (to < 0) return -1;
      if (depth === 0) return to + 1;
    } else if (char === 123 || char === 91) depth += 1;
    else if (char === 125 || char === 93) {
      if (depth === 0) return to;
      depth -= 1;
      if (depth === 0) return to + 1;
    } else if (depth === 0 && (char === 44 || char <= 32)) return to;
  }
  return -1;
}
