import { Gathered, plain, plainLabels } from "./gather.ts";
import type { ReadIndicators } from "./indicator.ts";
import { readInstant } from "./read-instant.ts";
import { readPattern } from "./stix-pattern.ts";
import { valuesOf } from "./stix-values.ts";

/** Names of malware, actors and campaigns that one indicator keeps. */
const mostNamed = 10;

type StixObject = Readonly<Record<string, unknown>>;

/**
 * A bundle of STIX 2.1, or a list of its objects, or an envelope of TAXII: indicators with their patterns; what they
 * indicate (malware, campaigns, actors) becomes labels. Each indicator that is not taken is told with the reason.
 * Throws a SyntaxError where it is no JSON.
 */
export function readStix(text: string): ReadIndicators {
  const gathered = new Gathered();
  const read = JSON.parse(text) as unknown;
  const list = Array.isArray(read) ? read : isObject(read) ? (read["objects"] ?? [read]) : [];
  const objects = Array.isArray(list) ? (list as unknown[]).filter(isObject) : [];
  if (!Array.isArray(list) || objects.length < list.length)
    gathered.leave({ at: "the bundle", code: "bad-object", why: "It has something that is no STIX object." });
  const indicated = whatIsIndicated(objects);
  const newest = new Map<string, StixObject>();
  for (const [at, object] of objects.entries()) {
    if (object["type"] !== "indicator") continue;
    // Of several versions of one object the newest counts (section 3.6).
    const id = typeof object["id"] === "string" ? object["id"] : `object ${at + 1}`;
    const before = newest.get(id);
    if (!before || textOf(before["modified"]) <= textOf(object["modified"])) newest.set(id, object);
  }
  for (const [id, object] of newest) readIndicator(id, object, indicated.get(id) ?? [], gathered);
  return gathered.done();
}

function readIndicator(id: string, object: StixObject, named: readonly string[], gathered: Gathered): void {
  const leave = (code: "revoked" | "unsupported" | "bad-object", why: string) => gathered.leave({ at: id, code, why });
  if (object["revoked"] === true) return leave("revoked", "It is revoked.");
  const language = object["pattern_type"] ?? "stix";
  if (language !== "stix") return leave("unsupported", `Its pattern is written in ${textOf(language).slice(0, 50)}.`);
  if (typeof object["pattern"] !== "string") return leave("bad-object", "It has no pattern.");
  const pattern = readPattern(object["pattern"]);
  if (!pattern.ok) return leave("unsupported", pattern.why);
  const values = valuesOf(pattern.pattern);
  if (!values.ok) return leave("unsupported", values.why);
  const [from, until] = [timeOf(object["valid_from"]), timeOf(object["valid_until"])];
  if (from === "bad" || until === "bad") return leave("bad-object", "Its times do not read as times.");
  const { confidence } = object;
  const labels = plainLabels([
    ...listOf(object["labels"]),
    ...listOf(object["indicator_types"]),
    ...named,
    ...(typeof object["name"] === "string" ? [object["name"]] : []),
  ]);
  for (const value of values.values)
    gathered.take(
      {
        ...value,
        ...(from !== undefined && { from }),
        ...(until !== undefined && { until }),
        ...(isConfidence(confidence) && { confidence }),
        labels,
        reference: plain(id, 1_000),
      },
      id,
    );
}

/** By id of an indicator: names of what relationships say it indicates. */
function whatIsIndicated(objects: readonly StixObject[]): Map<string, string[]> {
  const names = new Map<string, string>();
  for (const { id, name } of objects) if (typeof id === "string" && typeof name === "string") names.set(id, name);
  const indicated = new Map<string, string[]>();
  for (const object of objects) {
    if (object["type"] !== "relationship" || object["relationship_type"] !== "indicates" || object["revoked"] === true)
      continue;
    const [from, to] = [textOf(object["source_ref"]), textOf(object["target_ref"])];
    const known = indicated.get(from) ?? [];
    if (known.length < mostNamed) known.push(names.get(to) ?? to);
    indicated.set(from, known);
  }
  return indicated;
}

function timeOf(value: unknown): number | "bad" | undefined {
  if (value === undefined || value === null) return undefined;
  return (typeof value === "string" ? readInstant(value) : undefined) ?? "bad";
}

function isConfidence(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 100;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 100) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is StixObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
