/**
 * The one spelling of a JSON value (RFC 8785): keys by UTF-16 units, no space, numbers as ECMAScript prints them. Keys
 * whose value is `undefined` are left out, as `JSON.stringify` does. Throws a TypeError, with the path, for what JSON
 * cannot say: NaN, infinities, lone surrogates, functions, big integers, cycles, class instances without `toJSON`.
 */
export function canonicalJson(value: unknown): string {
  return spell(value, "$", []);
}

function spell(value: unknown, path: string, above: readonly object[]): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return spellText(value, path);
  if (typeof value === "number") return spellNumber(value, path);
  if (typeof value !== "object") throw new TypeError(`${path}: JSON has no ${typeof value}`);
  if (above.includes(value)) throw new TypeError(`${path}: the value holds itself`);
  const below = [...above, value];
  if (Array.isArray(value)) return `[${value.map((item, index) => spell(item, `${path}[${index}]`, below)).join(",")}]`;
  if ("toJSON" in value && typeof value.toJSON === "function") return spell(value.toJSON(), path, below);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`${path}: not plain data`);
  return spellObject(value as Record<string, unknown>, path, below);
}

function spellObject(value: Record<string, unknown>, path: string, above: readonly object[]): string {
  const parts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    if (value[key] === undefined) continue;
    parts.push(`${spellText(key, path)}:${spell(value[key], `${path}.${key}`, above)}`);
  }
  return `{${parts.join(",")}}`;
}

function spellText(text: string, path: string): string {
  if (!text.isWellFormed()) throw new TypeError(`${path}: text with a lone surrogate`);
  return JSON.stringify(text);
}

function spellNumber(number: number, path: string): string {
  if (!Number.isFinite(number)) throw new TypeError(`${path}: JSON has no ${number}`);
  return JSON.stringify(number);
}
