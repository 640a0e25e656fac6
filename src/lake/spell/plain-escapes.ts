/**
 * The same JSON text with no other escapes than JSON demands (RFC 8259, section 7), so that what it says is found by its
 * own bytes: `caf\u00e9` and `a\/b` become `café` and `a/b`. Control characters have the spelling of JSON.stringify; half
 * of a surrogate pair stays an escape, as UTF-8 has no room for it. Numbers, blanks and keys that occur twice stay.
 */
export function plainEscapes(json: string): string {
  // Most texts escape nothing but quotes and backslashes.
  if (!json.includes("\\u") && !json.includes("\\/")) return json;
  let plain = "";
  let kept = 0;
  for (let at = json.indexOf("\\"); at >= 0; at = json.indexOf("\\", at)) {
    const next = json.charCodeAt(at + 1);
    if (next !== letterU && next !== slash) {
      at += 2;
      continue;
    }
    const length = next === slash ? 2 : isPair(json, at) ? 12 : 6;
    plain += json.slice(kept, at) + (next === slash ? "/" : spelled(json, at, length));
    at += length;
    kept = at;
  }
  return kept === 0 ? json : plain + json.slice(kept);
}

const letterU = 0x75;
const slash = 0x2f;

/** Both halves of a surrogate pair, one after the other. */
function isPair(json: string, at: number): boolean {
  const high = unitAt(json, at);
  if (high < 0xd800 || high > 0xdbff || !json.startsWith("\\u", at + 6)) return false;
  const low = unitAt(json, at + 6);
  return low >= 0xdc00 && low <= 0xdfff;
}

function spelled(json: string, at: number, length: number): string {
  const unit = unitAt(json, at);
  if (length === 12) return String.fromCharCode(unit, unitAt(json, at + 6));
  if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit < 0xe000))
    return JSON.stringify(String.fromCharCode(unit)).slice(1, -1);
  return String.fromCharCode(unit);
}

/** Of the escape `\uXXXX` at a place. */
function unitAt(json: string, at: number): number {
  return Number.parseInt(json.slice(at + 2, at + 6), 16);
}
