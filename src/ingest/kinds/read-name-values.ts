import type { Json } from "#sigma";

/**
 * Reads `name=value name="value with spaces"`, as audit records write them. A quoted value ends at the quote that a
 * blank (or the end) follows, because some writers quote text that holds quotes; lists in brackets become arrays.
 */
export function readNameValues(text: string): Record<string, Json> {
  const read: Record<string, Json> = Object.create(null) as Record<string, Json>;
  const name = /(?:^|\s)([A-Za-z_][\w.-]{0,63})=/y;
  let at = 0;
  while (at < text.length) {
    name.lastIndex = at;
    const found = name.exec(text);
    if (!found) {
      const next = text.indexOf(" ", at + 1);
      if (next < 0) break;
      at = next;
      continue;
    }
    const start = name.lastIndex;
    const end = endOfValue(text, start);
    if (found[1] !== undefined) read[found[1]] = valueOf(text.slice(start, end));
    at = end;
  }
  return read;
}

function endOfValue(text: string, start: number): number {
  const closing = text[start] === '"' ? '"' : text[start] === "[" ? "]" : undefined;
  if (closing === undefined) {
    const blank = text.indexOf(" ", start);
    return blank < 0 ? text.length : blank;
  }
  for (let at = text.indexOf(closing, start + 1); at >= 0; at = text.indexOf(closing, at + 1)) {
    const next = text[at + 1];
    if (next === undefined || next === " ") return at + 1;
  }
  return text.length;
}

function valueOf(text: string): Json {
  if (text.startsWith('"')) return text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined);
  if (!text.startsWith("[")) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
