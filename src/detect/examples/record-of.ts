import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { LogSource } from "#sigma";
import type { Asked } from "./event-for.ts";

interface Shapes {
  readonly windows: {
    readonly categories: Readonly<Record<string, readonly [channel: string, id: number, type?: string]>>;
    readonly services: Readonly<Record<string, string>>;
  };
  readonly json: readonly JsonShape[];
  readonly lines: readonly { readonly of: readonly string[]; readonly line: string; readonly header?: string }[];
}

interface JsonShape {
  readonly of: readonly string[];
  readonly record: object;
  readonly under?: string;
  readonly flat?: boolean;
  readonly names?: Readonly<Record<string, string>>;
  /** A list of `{ name, value }` that takes the fields without a name of their own. */
  readonly parameters?: string;
}

const shapes = parse(readFileSync(new URL("log-sources.yml", import.meta.url), "utf8")) as Shapes;

/** `windows/process_creation/-`, as the list of shapes and messages write a log source. */
export function sourceName({ product, category, service }: LogSource): string {
  return [product, category, service].map((name) => name ?? "-").join("/");
}

/** How a log source's records are written: the lines of one record; undefined for a log source that has no shape. */
export function recordOf(logsource: LogSource): ((asked: Asked, number: number) => string[]) | undefined {
  const name = sourceName(logsource);
  const windows = windowsShape(logsource);
  if (windows) return (asked) => [JSON.stringify(windows(asked))];
  const json = shapes.json.find(({ of }) => of.includes(name));
  if (json) return (asked) => [JSON.stringify(jsonRecord(json, asked))];
  const text = shapes.lines.find(({ of }) => of.includes(name));
  return (
    text && ((asked, number) => [text.header, text.line].flatMap((line) => (line ? [fill(line, asked, number)] : [])))
  );
}

function windowsShape({ product, category, service }: LogSource): ((asked: Asked) => object) | undefined {
  if (product !== "windows") return undefined;
  const [channel, id, type] = shapes.windows.categories[category ?? ""] ?? [
    shapes.windows.services[service ?? ""],
    9999,
  ];
  if (channel === undefined) return undefined;
  return ({ fields, keywords }) => {
    const { EventID = id, Provider_Name = "x", Channel, ...data } = Object.fromEntries(fields);
    return {
      Event: {
        System: { Provider: { "#attributes": { Name: Provider_Name } }, EventID, Channel: channel },
        EventData: {
          ...(type === undefined ? {} : { EventType: type }),
          ...data,
          ...(keywords.length > 0 ? { Data: keywords } : {}),
        },
        // What an event says of a channel is about another one, such as the log that was cleared.
        UserData: { About: { Channel: Channel ?? "Other" } },
      },
    };
  };
}

function jsonRecord(shape: JsonShape, { fields, keywords }: Asked): object {
  const record = structuredClone(shape.record) as Record<string, unknown>;
  const prefix = shape.under === undefined ? [] : shape.under.split(".");
  const given = new Set<string>();
  for (const [field, value] of fields) {
    const name = shape.names?.[field];
    if (name === "") continue;
    const first = name === undefined || !given.has(name);
    if (name !== undefined) given.add(name);
    if (shape.parameters !== undefined && name === undefined)
      put(record, [...shape.parameters.split("."), ""], { name: field.toUpperCase(), value });
    // A path and a query are one there.
    else if (shape.flat) record[name ?? field] = first ? value : `${record[name] as string}?${value}`;
    else put(record, name !== undefined && first ? placed(name, prefix) : [...prefix, ...field.split(".")], value);
  }
  if (keywords.length > 0) put(record, [...prefix, "remarks"], keywords);
  return record;
}

/** Under `Event`, data names may hold blanks and never dots. */
function placed(name: string, prefix: readonly string[]): string[] {
  return name.includes(".") || prefix.length === 0 ? name.split(".") : [...prefix, name];
}

/** Sets what the path leads to; of a list on the way its first element, at the path's empty end one more. */
function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path as [string, ...string[]];
  const there = into[key];
  if (rest.length === 0) into[key] = value;
  else if (rest[0] === "" && Array.isArray(there)) there.push(value);
  else {
    const next = Array.isArray(there) ? there[0] : there;
    if (typeof next === "object" && next !== null) put(next as Record<string, unknown>, rest, value);
    else put((into[key] = {}), rest, value);
  }
}

function fill(line: string, { fields, keywords }: Asked, number: number): string {
  const { type = "SYSCALL", ...others } = Object.fromEntries(fields);
  const args = [...Object.entries(others), ...keywords.map((word, at): [string, string] => [`a${at + 1}`, word])];
  const row = [...fields, ...(keywords.length > 0 ? [["x-remarks", keywords.join(" ")] as const] : [])];
  const parts: Record<string, string> = {
    ...others,
    n: String(number),
    type: type.toUpperCase(),
    keywords: keywords.join(" "),
    pairs: Array.from(fields, ([name, value]) => `${name}="${value}"`).join(" "),
    arguments: ["success=yes", ...args.map(([name, value]) => `${name}=${auditText(value)}`)].join(" "),
    names: row.map(([name]) => name).join(" "),
    values: row.map(([, value]) => (/[\s"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(" "),
  };
  return line.replaceAll(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? "");
}

/** As the kernel writes text: in quotes, in hexadecimal digits when it holds a blank, a quote or more than ASCII. */
function auditText(text: string): string {
  return /^[!#-~]+$/.test(text) ? `"${text}"` : Buffer.from(text).toString("hex").toUpperCase();
}
