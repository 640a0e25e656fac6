import type { FormatName } from "../contract.ts";
import { envelopePath } from "./envelopes.ts";

const linesLookedAt = 64;

/** Which of the JSON formats a file's first bytes are; undefined when they are none. */
export function sniffJson(head: Buffer): FormatName | undefined {
  const text = head.toString("utf8");
  const start = /[^\s\0\u001e]/.exec(text)?.index;
  if (start === undefined) return undefined;
  if (text[start] === "[") return /^\[\s*(?:[{[\]]|$)/.test(text.slice(start)) ? "json-array" : undefined;
  const lines = text.split("\n", linesLookedAt);
  // The last line may be cut.
  const whole = (lines.length > 1 ? lines.slice(0, -1) : lines)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const objects = whole.filter(isObjectLine).length;
  if (text[start] === "{") {
    const path = envelopePath(head.subarray(Buffer.byteLength(text.slice(0, start))));
    // In a file of many lines `{"data":[…` begins an event; one object in many is an envelope only under a telling name.
    if (path && (objects <= 1 || telling.has(path[0]!))) return "json-envelope";
  }
  if (objects * 2 >= whole.length && objects > 0) return "ndjson";
  return text[start] === "{" && /^\{\s*(?:"|\}|$)/.test(text.slice(start)) ? "json-concatenated" : undefined;
}

const telling = new Set(["Records", "records", "logEvents"]);

function isObjectLine(line: string): boolean {
  if (!line.startsWith("{") || !line.endsWith("}") || line === "{}") return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
