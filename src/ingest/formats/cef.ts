import type { JsonObject } from "#sigma";
import { addField, type Fields } from "./put-field.ts";
import { parseSyslog } from "./syslog.ts";

const header = /(?:^|\s)CEF:\s?(\d+(?:\.\d+)?)\|/;
const names = ["deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"];

export function isCefLine(line: string): boolean {
  return header.test(line);
}

/**
 * ArcSight's Common Event Format: the header's fields under their dictionary names, the extension's beside them, what a
 * syslog header says under `syslog`. A name that comes twice keeps both values.
 */
export function parseCef(line: string): JsonObject | undefined {
  const found = header.exec(line);
  if (!found) return undefined;
  const fields: Fields = { cefVersion: found[1]! };
  const { parts, rest } = splitHeader(line.slice(found.index + found[0].length));
  if (parts.length < names.length) return undefined;
  names.forEach((name, at) => (fields[name] = parts[at]!));
  addExtension(fields, rest);
  const before = line.slice(0, found.index).trim();
  if (before !== "") addSyslog(fields, before);
  return fields;
}

/** Fields up to the sixth bar that is not escaped; `\|` and `\\` stand for themselves. */
function splitHeader(text: string): { parts: string[]; rest: string } {
  const parts: string[] = [];
  const part = /([^|\\]*(?:\\.[^|\\]*)*)(\||$)/sy;
  while (parts.length < names.length) {
    const found = part.exec(text);
    if (!found) break;
    parts.push(found[1]!.replace(/\\([|\\])/g, "$1"));
    if (found[2] === "") break;
  }
  return { parts, rest: text.slice(part.lastIndex) };
}

/** `key=value key=value`, where values hold blanks: a value ends before the next word that is followed by `=`. */
function addExtension(fields: Fields, text: string): void {
  const key = /(?:^|\s)([\w.\-[\]]{1,1023})=/g;
  let name: string | undefined;
  let from = 0;
  for (let found = key.exec(text); found; found = key.exec(text)) {
    if (name !== undefined) addField(fields, name, unescape(text.slice(from, found.index)));
    name = found[1]!;
    from = key.lastIndex;
  }
  if (name !== undefined) addField(fields, name, unescape(text.slice(from)));
}

function unescape(value: string): string {
  const text = value.trimEnd();
  return text.includes("\\")
    ? text.replace(/\\([=\\|nr])/g, (_, char: string) => (char === "n" ? "\n" : char === "r" ? "\r" : char))
    : text;
}

/** What stands before `CEF:` or `LEEF:`: a syslog header whose message is the event. */
export function addSyslog(fields: Fields, before: string): void {
  const parsed = parseSyslog(`${before} `);
  if (!parsed) return;
  const { message, ...head } = parsed;
  const rest = typeof message === "string" ? message.trim() : "";
  addField(fields, "syslog", !("host" in head) && /^[\w.:-]+$/.test(rest) ? { ...head, host: rest } : head);
}
