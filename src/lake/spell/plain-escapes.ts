/**
 * The same JSON text with no other escapes than JSON demands (RFC 8259, section 7), so that what it says is found by its
 * own bytes: `caf\u00e9` and `a\/b` become `café` and `a/b`. Control characters have the spelling of JSON.stringify; half
 * of a surrogate pair stays an escape, as UTF-8 has no room for it. Numbers, blanks and keys that occur twice stay.
 */
export function plainEscapes(json: string): string {
  if (!mayHoldOthers(json)) return json;
  return json.replace(escape, (found, high?: string, low?: string, unit?: string) => {
    if (high !== undefined && low !== undefined) return String.fromCharCode(hex(high), hex(low));
    if (unit !== undefined) return spelled(hex(unit));
    return found === "\\/" ? "/" : found;
  });
}

const escape = /\\u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})|\\u([\da-f]{4})|\\[^]/gi;

/** Most texts escape nothing but quotes and backslashes; the second look tells `\\u` from an escape. */
function mayHoldOthers(json: string): boolean {
  if (!json.includes("\\u") && !json.includes("\\/")) return false;
  for (let at = json.indexOf("\\"); at >= 0; at = json.indexOf("\\", at + 2)) {
    const next = json.charCodeAt(at + 1);
    if (next === 0x75 || next === 0x2f) return true;
  }
  return false;
}

function spelled(unit: number): string {
  if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit < 0xe000))
    return JSON.stringify(String.fromCharCode(unit)).slice(1, -1);
  return String.fromCharCode(unit);
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16);
}
