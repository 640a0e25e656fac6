/**
 * Parts of an expression that come again are written once, under an alias; ClickHouse reads, plans and computes them
 * once. The alias is made from the part's own text, so that expressions with parts in common can stand in one query:
 * ClickHouse takes an alias that is given twice as long as it stands for the same, letter by letter: so nothing within an
 * aliased part is aliased.
 */

// No SQL made here has these: literals write control characters as escapes.
const open = "\u0001";
const close = "\u0002";

/** Marks a part that may be written once. It must not use a lambda's arguments, nor stand in a lambda's body. */
export function shared(part: string): string {
  return open + part + close;
}

/** The same SQL with nothing marked. */
export function plain(sql: string): string {
  return sql.replaceAll(open, "").replaceAll(close, "");
}

/** Settles the marks of a whole expression: what comes twice is given an alias, what comes once stays as it is. */
export function withAliases(sql: string): string {
  const tree = partsOf(sql);
  const counts = new Map<string, number>();
  count(tree, counts);
  return written(tree, counts, new Set());
}

type Part = string | { readonly text: string; readonly parts: readonly Part[] };

function partsOf(sql: string): readonly Part[] {
  const stack: Part[][] = [[]];
  for (const token of sql.split(/([\u0001\u0002])/)) {
    if (token === open) stack.push([]);
    else if (token === close) {
      const parts = stack.pop()!;
      stack.at(-1)!.push({ text: parts.map(textOf).join(""), parts });
    } else if (token !== "") stack.at(-1)!.push(token);
  }
  return stack[0]!;
}

function textOf(part: Part): string {
  return typeof part === "string" ? part : part.text;
}

/** How often each part comes, outermost ones first: what lies within one that comes again is not counted. */
function count(parts: readonly Part[], counts: Map<string, number>): void {
  for (const part of parts) {
    if (typeof part === "string") continue;
    const times = (counts.get(part.text) ?? 0) + 1;
    counts.set(part.text, times);
    if (times === 1) count(part.parts, counts);
  }
}

function written(parts: readonly Part[], counts: ReadonlyMap<string, number>, known: Set<string>): string {
  const texts = parts.map((part) => {
    if (typeof part === "string") return part;
    if (counts.get(part.text) === 1) return written(part.parts, counts, known);
    if (known.has(part.text)) return aliasOf(part.text);
    known.add(part.text);
    return `(${part.text} AS ${aliasOf(part.text)})`;
  });
  return texts.join("");
}

function aliasOf(text: string): string {
  return `v_${hash(text, 0x811c9dc5)}${hash(text, 0x9747b28c)}`;
}

/** FNV-1a, 32 bits, from a start of choice. */
function hash(text: string, start: number): string {
  let value = start;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}
