import type { EventKind, Json, JsonObject } from "#sigma";
import { hostOf } from "../kinds/event-time.ts";
import { classes, objectRequirements, type OcsfClass, type OcsfClassName } from "./classes.ts";
import type { CompiledAttribute, CompiledEvent, CompiledKind } from "./compile-mapping.ts";
import { RecordReader } from "./record-reader.ts";

/** An event's attributes as a mapping found them, and the reader that knows which fields are left over. */
export interface DraftEvent {
  readonly name: OcsfClassName;
  readonly activity: { readonly activity_id: number; readonly activity_name: string };
  readonly attributes: JsonObject;
  readonly reader: RecordReader;
}

type Draft = Record<string, Json>;

/** Undefined when an attribute that the mapping's class requires could not be found. Without a mapping, a base event. */
export function draftEvent(
  { common }: CompiledKind,
  body: JsonObject,
  kind: EventKind,
  mapping: CompiledEvent | undefined,
): DraftEvent | undefined {
  const reader = new RecordReader(body);
  const draft: Draft = {};
  for (const attribute of [...common, ...(mapping?.attributes ?? [])]) put(draft, attribute, reader);
  const name = mapping?.name ?? "base_event";
  const { required, oneOf }: OcsfClass = classes[name];
  completeTypes(draft, required, body, kind);
  dropUnsound(draft, "", reader);
  if (required.includes("actor")) draft["actor"] ??= { app_name: "Unknown" };
  if (required.includes("src_endpoint")) draft["src_endpoint"] ??= { name: "Unknown" };
  const has = (attribute: string): boolean => draft[attribute] !== undefined;
  if (!required.every(has) || !oneOf.every((some) => some.some(has))) return undefined;
  return { name, activity: activityOf(mapping, reader), attributes: draft, reader };
}

function put(draft: Draft, { to, constant, source, map, otherwise }: CompiledAttribute, reader: RecordReader): void {
  let value = constant;
  if (source !== undefined && map === undefined) value = reader.read(source, to);
  if (source !== undefined && map !== undefined) {
    const text = reader.peek(source);
    value = text === undefined ? undefined : (map.get(text) ?? otherwise);
  }
  if (value !== undefined) set(draft, to, value);
}

/** Sets a nested attribute; an object joins one that is there. Every object in a draft is the draft's own. */
function set(draft: Draft, to: readonly string[], value: Json): void {
  let inside = draft;
  for (const step of to.slice(0, -1)) {
    const there = inside[step];
    inside = (isObject(there) ? there : (inside[step] = {})) as Draft;
  }
  const last = to.at(-1)!;
  const there = inside[last];
  if (isObject(there) && isObject(value)) Object.assign(there, value);
  else inside[last] = value;
}

/** Types that OCSF requires and a record seldom says. */
function completeTypes(draft: Draft, required: readonly string[], body: JsonObject, kind: EventKind): void {
  const { device, connection_info: connection } = draft;
  if (required.includes("device") || device !== undefined) {
    const hostname = hostOf(body, kind);
    const known = isObject(device) ? device : {};
    draft["device"] = { type_id: 0, ...(hostname === undefined ? { name: "Unknown" } : { hostname }), ...known };
  }
  if (isObject(connection)) draft["connection_info"] = { direction_id: 0, ...connection };
}

/** Takes out objects that lack what OCSF requires of them, such as a process without a number; their fields go back. */
function dropUnsound(draft: Draft, prefix: string, reader: RecordReader): void {
  for (const [name, value] of Object.entries(draft)) {
    // Metadata are completed last.
    if (!isObject(value) || name === "metadata") continue;
    dropUnsound(value as Draft, `${prefix}${name}.`, reader);
    const needs = objectRequirements[name];
    if (needs === undefined) continue;
    const has = (attribute: string): boolean => value[attribute] !== undefined;
    if (needs.required.every(has) && needs.oneOf.every((some) => some.some(has))) continue;
    delete draft[name];
    reader.giveBack(prefix + name);
  }
}

function activityOf(mapping: CompiledEvent | undefined, reader: RecordReader): DraftEvent["activity"] {
  if (mapping === undefined) return { activity_id: 0, activity_name: "Unknown" };
  const { caption, source, map } = mapping.activity;
  const text = source && reader.peek(source);
  const found = caption ?? (text === undefined ? "Unknown" : map?.get(text));
  if (typeof found === "string") {
    return { activity_id: (classes[mapping.name] as OcsfClass).activities[found] ?? 99, activity_name: found };
  }
  return { activity_id: 99, activity_name: text ?? "Other" };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
