import { isIP } from "node:net";
import type { Json, JsonObject } from "#sigma";
import { readTime } from "../kinds/read-time.ts";
import { readLogin, sudoCaller } from "./login-text.ts";

/** Turns a record's value into an attribute's; undefined when it isn't such a value. Never throws. */
export type Conversion = (value: Json) => Json | undefined;

/** What a mapping may write behind the bar: `ProcessId | integer`. */
export const conversions: Readonly<Record<string, Conversion>> = {
  text: textOf,
  lower: (value) => textOf(value)?.toLowerCase(),
  integer,
  boolean,
  time: (value) => readTime(value),
  file: (value) => fileOf(textOf(value), 1),
  "file-name": (value) => nameOf(textOf(value)),
  "parent-folder": (value) => parentOf(textOf(value)),
  user: (value) => userOf(textOf(value)),
  hashes: (value) => hashesOf(textOf(value)),
  url: (value) => urlOf(textOf(value)),
  list: (value) => (Array.isArray(value) ? value : [value]),
  texts: (value) => (Array.isArray(value) ? value : [value]).flatMap((one) => textOf(one) ?? []),
  "dns-answers": (value) => answersOf(textOf(value)),
  ip: (value) => ifMatches(textOf(value), (text) => isIP(text) !== 0),
  domain: (value) => ifMatches(textOf(value), (text) => isIP(text) === 0),
  /** The host of `host:port`. */
  host: (value) => textOf(value)?.replace(/:\d+$/, ""),
  /** The verb of `CreateUser`. */
  "first-word": (value) => /^[A-Z]?[a-z]+/.exec(textOf(value) ?? "")?.[0],
  /** The verb of `policy.rule.update`. */
  "last-word": (value) => textOf(value)?.split(/[._]/).at(-1),
  /** The verb of `google.iam.admin.v1.CreateServiceAccountKey` and of `MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE`. */
  "last-verb": (value) => /^(?:[A-Z]+$|[A-Z]?[a-z]+)/.exec(textOf(value)?.split(/[./]/).at(-1) ?? "")?.[0],
  "login-act": (value) => readLogin(value)?.act,
  "login-user": (value) => readLogin(value)?.user,
  "login-ip": (value) => ifMatches(readLogin(value)?.ip, (text) => isIP(text) !== 0),
  "login-port": (value) => readLogin(value)?.port,
  "login-method": (value) => readLogin(value)?.method,
  "sudo-caller": sudoCaller,
};

function textOf(value: Json): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) && value.length === 1 ? textOf(value[0] as Json) : undefined;
}

function ifMatches(text: string | undefined, test: (text: string) => boolean): string | undefined {
  return text !== undefined && test(text) ? text : undefined;
}

/** Numbers as they are, and text in decimal or hexadecimal. */
function integer(value: Json): number | undefined {
  const text = textOf(value)?.trim();
  if (text === undefined || !/^(-?\d{1,16}|0x[\da-f]{1,14})$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

function boolean(value: Json): boolean | undefined {
  const text = textOf(value)?.toLowerCase();
  if (text === "true" || text === "1" || text === "yes") return true;
  return text === "false" || text === "0" || text === "no" ? false : undefined;
}

/** A file by its path; a name alone is a path too. `type`: 1 a regular file. */
function fileOf(path: string | undefined, type: number): JsonObject | undefined {
  const name = nameOf(path);
  if (path === undefined || name === undefined) return undefined;
  const folder = parentOf(path);
  return { name, path, type_id: type, ...(folder !== undefined && { parent_folder: folder }) };
}

function nameOf(path: string | undefined): string | undefined {
  return (
    path
      ?.replace(/[\\/]+$/, "")
      .split(/[\\/]/)
      .at(-1) || undefined
  );
}

function parentOf(path: string | undefined): string | undefined {
  const cut = path === undefined ? -1 : Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/"));
  return cut > 0 ? path!.slice(0, cut) : undefined;
}

/** `DOMAIN\name`, `name@domain.example`, or a name alone. */
function userOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  const windows = /^([^\\]+)\\(.+)$/.exec(text);
  if (windows) return { name: windows[2]!, domain: windows[1]! };
  return /^[^@\s]+@[^@\s]+$/.test(text) ? { name: text, email_addr: text } : { name: text };
}

const algorithms: Readonly<Record<string, number>> = { MD5: 1, SHA1: 2, SHA256: 3, SHA512: 4 };
const algorithmNames: Readonly<Record<number, string>> = { 1: "MD5", 2: "SHA-1", 3: "SHA-256", 4: "SHA-512" };

/** Sysmon's `SHA1=…,MD5=…,IMPHASH=…`; a bare hash is told by its length. */
function hashesOf(text: string | undefined): JsonObject[] | undefined {
  const found = [...(text ?? "").matchAll(/(\w+)=([\da-f]{8,128})/gi)].map(([, name, value]) => ({
    algorithm_id: algorithms[name!.toUpperCase().replace("-", "")] ?? 99,
    algorithm: algorithmNames[algorithms[name!.toUpperCase()] ?? 99] ?? name!,
    value: value!,
  }));
  if (found.length > 0) return found;
  const id = { 32: 1, 40: 2, 64: 3, 128: 4 }[/^[\da-f]+$/i.test(text ?? "") ? text!.length : 0];
  return id === undefined ? undefined : [{ algorithm_id: id, algorithm: algorithmNames[id]!, value: text! }];
}

/** An absolute URL, or a path with its query. */
function urlOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined || text === "") return undefined;
  const url = URL.parse(text);
  if (url === null) {
    const [path = "", query] = text.split("?", 2);
    return { url_string: text, path, ...(query !== undefined && { query_string: query }) };
  }
  return {
    url_string: text,
    scheme: url.protocol.replace(/:$/, ""),
    ...(url.hostname !== "" && { hostname: url.hostname }),
    ...(url.port !== "" && { port: Number(url.port) }),
    path: url.pathname,
    ...(url.search !== "" && { query_string: url.search.slice(1) }),
  };
}

/** Sysmon's `type:  5 target.example;::ffff:192.0.2.7;`. */
function answersOf(text: string | undefined): JsonObject[] | undefined {
  const parts = (text ?? "").split(";").map((part) => part.trim());
  const answers = parts
    .filter((part) => part !== "")
    .map((part) => {
      const typed = /^type:\s*(\d+)\s+(.*)$/.exec(part);
      return typed ? { type: typed[1]!, rdata: typed[2]! } : { rdata: part };
    });
  return answers.length > 0 ? answers : undefined;
}
