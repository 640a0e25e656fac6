import type { EventKind, Json, JsonObject } from "#sigma";
import type { IngestKind, Path } from "./ingest-kind.ts";
import { readTime } from "./read-time.ts";
import { readPath } from "./read-path.ts";

/** Where records of an unknown kind are likely to say when and where they happened. */
const usualTimes = [
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
const usualHosts = ["Computer", "Hostname", "hostname", "host", "computer_name", "HostName"];
const usualTimePaths = usualTimes.map((key): Path[] => [[key]]);
const usualHostPaths: Path[] = [...usualHosts.map((key): Path => [key]), ["host", "name"]];

/**
 * When the event says it happened, in milliseconds since 1970 (UTC), or undefined when it doesn't say.
 * `year` fills in for times that have none (syslog, RFC 3164): the caller's, such as the year of the file's own date.
 */
export function eventTime(body: JsonObject, kind: EventKind, year?: number): number | undefined {
  for (const paths of (kind as Partial<IngestKind>).timePaths ?? usualTimePaths) {
    const value = paths.length === 1 ? readPath(body, paths[0]!) : joined(body, paths);
    const time = value === undefined ? undefined : readTime(value, year);
    if (time !== undefined) return time;
  }
  return undefined;
}

const day = 86_400_000;

/**
 * When the event says it happened; a time without a year is put into the last year in which it does not lie more than a
 * day after `written`: when the log was last written, in ms since 1970. The day leaves room for clocks and zones.
 */
export function eventTimeBy(body: JsonObject, kind: EventKind, written: number): number | undefined {
  const latest = written + day;
  const year = new Date(latest).getUTCFullYear();
  const time = eventTime(body, kind, year);
  return time !== undefined && time > latest ? eventTime(body, kind, year - 1) : time;
}

function joined(body: JsonObject, paths: readonly Path[]): string | undefined {
  const texts = paths.map((path) => plain(readPath(body, path)));
  return texts.every((text) => text !== undefined) ? texts.join(" ") : undefined;
}

/** The host that the event says it happened on. */
export function hostOf(body: JsonObject, kind: EventKind): string | undefined {
  return firstText(body, (kind as Partial<IngestKind>).hostPaths ?? usualHostPaths);
}

/** The account that the event says did it. */
export function userOf(body: JsonObject, kind: EventKind): string | undefined {
  return firstText(body, (kind as Partial<IngestKind>).userPaths ?? []);
}

function firstText(body: JsonObject, paths: readonly Path[]): string | undefined {
  for (const path of paths) {
    const text = plain(readPath(body, path));
    if (text !== undefined && text !== "" && text !== "-") return text;
  }
  return undefined;
}

function plain(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}
