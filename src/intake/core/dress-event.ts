import type { Json, JsonObject } from "#sigma";

/** Keys under which events of any kind say when, or where, they happened. */
const times = [
  "@timestamp",
  "timestamp",
  "time",
  "eventTime",
  "EventTime",
  "ts",
  "TimeGenerated",
  "published",
  "datetime",
  "date",
];
const hosts = ["Computer", "Hostname", "hostname", "host", "computer_name", "HostName"];

/** What an envelope says of the event inside of it. */
export interface Envelope {
  /** Under which key all of it is kept: `_hec`. */
  readonly key: string;
  readonly facts: JsonObject;
  /** Fields that stand beside the event's own, where it has none of their name. */
  readonly beside?: JsonObject | undefined;
  /** Told to events that say no time, or no host, of their own. */
  readonly time?: Json | undefined;
  readonly host?: Json | undefined;
}

/**
 * One line of NDJSON: the event in its own spelling, with what its envelope says behind it. `text` is the event's JSON, an object
 * that `event` is the value of. Numbers that JavaScript has no room for, and the order of keys, stay as they were written.
 */
export function dressObject(
  text: string,
  event: JsonObject,
  { key, facts, beside = {}, time, host }: Envelope,
): string {
  const extra: Record<string, Json> = Object.fromEntries(
    Object.entries(beside).filter(([name]) => !Object.hasOwn(event, name)),
  );
  if (time !== undefined && !times.some((name) => Object.hasOwn(event, name))) extra["time"] = time;
  if (host !== undefined && !hosts.some((name) => Object.hasOwn(event, name))) extra["host"] = host;
  extra[key] = facts;
  const body = text.trimEnd().slice(0, -1).trimEnd();
  const comma = Object.keys(event).length > 0 ? "," : "";
  // Line ends stand between tokens only: inside of a string JSON writes them otherwise.
  return `${body}${comma}${JSON.stringify(extra).slice(1)}`.replaceAll(/[\r\n]+/g, " ");
}

/** One line of NDJSON of an event that is no object: its text is `message`, unless it is the text of an object. */
export function dressText(text: string, envelope: Envelope): string {
  const trimmed = text.trim();
  if (trimmed.startsWith("{") && trimmed.endsWith("}")) {
    const event = parseObject(trimmed);
    if (event) return dressObject(trimmed, event, envelope);
  }
  const event = { message: text };
  return dressObject(JSON.stringify(event), event, envelope);
}

/** The object that a text is the JSON of; undefined for anything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
