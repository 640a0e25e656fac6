/**
 * Lets through what both databases keep and give back unchanged; throws a TypeError for the rest, since one of the two
 * would take it and change it (NaN becomes NULL in SQLite, a lone surrogate becomes U+FFFD, U+0000 cuts a text short).
 */
export function checkParameter(value: unknown): string | number | null | Uint8Array {
  if (value === null || value instanceof Uint8Array) return value;
  if (typeof value === "string") {
    if (value.includes("\0")) throw new TypeError("text with U+0000 cannot be stored; escape it or keep it as bytes");
    if (!value.isWellFormed()) throw new TypeError("text with a lone surrogate cannot be stored; keep it as bytes");
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be stored`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      throw new TypeError(`${value} cannot be stored: whole numbers end at ±(2^53 - 1)`);
    return value;
  }
  if (typeof value === "boolean") throw new TypeError("a flag is stored as 0 or 1, not as a boolean");
  throw new TypeError(`cannot store ${typeof value === "object" ? "an object; spell it as JSON text" : typeof value}`);
}
