import type { JsonObject } from "#sigma";
import type { Fields } from "./put-field.ts";

const line =
  /^(?:(\S+:\d+) )?(\S+) (\S+) (.{1,256}?) \[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "([^"\\]*(?:\\.[^"\\]*)*)" (\d{3}|-) (\d+|-)(?: "([^"\\]*(?:\\.[^"\\]*)*)" "([^"\\]*(?:\\.[^"\\]*)*)")?(?: (.*))?$/s;

export function isAccessLine(text: string): boolean {
  return line.test(text);
}

/**
 * The common and combined log format of Apache and nginx, with a virtual host before it or more fields behind it, under
 * the W3C names that Sigma's web server rules use. `-` is an absent value.
 */
export function parseAccessLine(text: string): JsonObject | undefined {
  const found = line.exec(text);
  if (!found) return undefined;
  const [, vhost, address, ident, user, time, request, status, size, referer, agent, rest] = found;
  const fields: Fields = { time: time!, "c-ip": address! };
  set(fields, "cs-host", vhost);
  set(fields, "c-ident", ident);
  set(fields, "cs-username", user);
  addRequest(fields, unescape(request!));
  if (status !== "-") fields["sc-status"] = Number(status);
  if (size !== "-") fields["sc-bytes"] = Number(size);
  set(fields, "cs-referer", referer);
  set(fields, "cs-user-agent", agent);
  if (rest) fields["rest"] = rest;
  return fields;
}

function set(fields: Fields, name: string, value: string | undefined): void {
  if (value !== undefined && value !== "-") fields[name] = unescape(value);
}

function addRequest(fields: Fields, request: string): void {
  const parts = /^([A-Za-z_-]{1,32}) (.*?)(?: (HTTP\/[\d.]+))?$/s.exec(request);
  if (!parts) {
    fields["request"] = request;
    return;
  }
  const [, method, uri, version] = parts as unknown as string[];
  fields["cs-method"] = method!;
  fields["cs-uri"] = uri!;
  const query = uri!.indexOf("?");
  fields["cs-uri-stem"] = query < 0 ? uri! : uri!.slice(0, query);
  if (query >= 0) fields["cs-uri-query"] = uri!.slice(query + 1);
  if (version !== undefined) fields["cs-version"] = version;
}

/** Apache writes `\"`, `\\`, `\n`, `\t` and `\xhh` for what would break the line; nginx `\xHH` alone. */
function unescape(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (_, hex: string | undefined, char: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return char === "n" ? "\n" : char === "t" ? "\t" : char === "r" ? "\r" : char;
  });
}
