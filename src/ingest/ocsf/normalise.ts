import { hash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { EventKind, Json, JsonObject } from "#sigma";
import { eventTime, hostOf } from "../kinds/event-time.ts";
import type { IngestKind } from "../kinds/ingest-kind.ts";
import { categories, classes, type OcsfClass, type OcsfClassName, severities } from "./classes.ts";
import { type CompiledAttribute, type CompiledEvent, type CompiledKind, compileKind } from "./compile-mapping.ts";
import { loadMappings } from "./load-mappings.ts";
import { type EventOrigin, type OcsfEvent, ocsfVersion } from "./ocsf-event.ts";
import { RecordReader } from "./record-reader.ts";

/** Turns a recognised record into an OCSF event. Pure; never throws; keeps every field. */
export type Normalise = (body: JsonObject, kind: EventKind, origin?: EventOrigin) => OcsfEvent;

const ownContent = fileURLToPath(new URL("../../../content", import.meta.url));

/** The normaliser that a content folder's `ocsf/` describes. Reads the files at once; throws when the content is wrong. */
export function loadNormaliser(content: string = ownContent): Normalise {
  const files = loadMappings(content);
  const known = new WeakMap<EventKind, CompiledKind>();
  return (body, kind, origin = {}) => {
    let compiled = known.get(kind);
    if (compiled === undefined) {
      compiled = compileKind(files, kind) ?? { product: productOf(kind), common: [], events: [] };
      known.set(kind, compiled);
    }
    return normaliseWith(compiled, body, kind, origin);
  };
}

let own: Normalise | undefined;

/** With Meridian's own mappings, which are read on first use. */
export const normalise: Normalise = (body, kind, origin) => (own ??= loadNormaliser())(body, kind, origin);

type Draft = Record<string, Json>;

function normaliseWith(compiled: CompiledKind, body: JsonObject, kind: EventKind, origin: EventOrigin): OcsfEvent {
  const open = (kind as Partial<IngestKind>).unfold?.(body) ?? body;
  const raw = origin.raw === undefined ? JSON.stringify(body) : Buffer.from(origin.raw).toString();
  const mapping = compiled.events.find((event) => fits(event, new RecordReader(open)));
  // A record that lacks what its class requires is told as a base event rather than as an unsound one.
  const made = (mapping && attempt(compiled, open, kind, mapping)) ?? attempt(compiled, open, kind, undefined)!;
  const { draft, reader, name, activity } = made;
  const of: OcsfClass = classes[name];
  const severity = typeof draft["severity_id"] === "number" ? draft["severity_id"] : 1;
  const rest = reader.rest();
  return {
    ...draft,
    class_uid: of.uid,
    class_name: of.caption,
    category_uid: of.category,
    category_name: categories[of.category],
    ...activity,
    type_uid: of.uid * 100 + activity.activity_id,
    type_name: `${of.caption}: ${activity.activity_name}`,
    severity_id: severity,
    severity: severities[severity] ?? "Other",
    time: eventTime(open, kind) ?? origin.receivedAt ?? 0,
    metadata: {
      ...(isObject(draft["metadata"]) ? draft["metadata"] : {}),
      product: compiled.product,
      version: ocsfVersion,
      uid: hash("sha256", `${origin.name ?? ""}\0${origin.offset ?? ""}\0${raw}`).slice(0, 32),
      ...(of.uid > 200_000 && { extensions: [{ name: "win", uid: "2", version: ocsfVersion }] }),
    },
    raw_data: raw,
    ...(rest !== undefined && { unmapped: rest }),
  };
}

function fits({ where }: CompiledEvent, reader: RecordReader): boolean {
  return where.every(({ source, texts }) => texts.has(reader.peek(source) ?? ""));
}

interface Attempt {
  readonly draft: Draft;
  readonly reader: RecordReader;
  readonly name: OcsfClassName;
  readonly activity: { readonly activity_id: number; readonly activity_name: string };
}

/** Undefined when an attribute that the class requires could not be found. */
function attempt(
  { common }: CompiledKind,
  body: JsonObject,
  kind: EventKind,
  mapping: CompiledEvent | undefined,
): Attempt | undefined {
  const reader = new RecordReader(body);
  const draft: Draft = {};
  for (const attribute of [...common, ...(mapping?.attributes ?? [])]) put(draft, attribute, reader);
  const name = mapping?.name ?? "base_event";
  complete(draft, classes[name], body, kind);
  const { required, oneOf }: OcsfClass = classes[name];
  const has = (attribute: string): boolean => draft[attribute] !== undefined;
  if (!required.every(has) || !oneOf.every((some) => some.some(has))) return undefined;
  return { draft, reader, name, activity: activityOf(mapping, reader) };
}

function put(draft: Draft, { to, constant, source, map, otherwise }: CompiledAttribute, reader: RecordReader): void {
  let value = constant;
  if (source !== undefined && map === undefined) value = reader.read(source);
  if (source !== undefined && map !== undefined) {
    const text = reader.peek(source);
    value = text === undefined ? undefined : (map.get(text) ?? otherwise);
  }
  if (value !== undefined) set(draft, to, value);
}

/** Sets a nested attribute; an object joins one that is there. */
function set(draft: Draft, to: readonly string[], value: Json): void {
  const [step = "", ...below] = to;
  const there = draft[step];
  if (below.length === 0) {
    draft[step] = isObject(there) && isObject(value) ? { ...there, ...value } : value;
    return;
  }
  const inside: Draft = isObject(there) ? { ...there } : {};
  set(inside, below, value);
  draft[step] = inside;
}

/** What OCSF requires and a record seldom says: unknown types, and who or where, as far as the kind knows. */
function complete(draft: Draft, { required }: OcsfClass, body: JsonObject, kind: EventKind): void {
  if (required.includes("device") || draft["device"] !== undefined) {
    const hostname = hostOf(body, kind);
    const device = isObject(draft["device"]) ? draft["device"] : {};
    draft["device"] = { type_id: 0, ...(hostname === undefined ? { name: "Unknown" } : { hostname }), ...device };
  }
  if (required.includes("actor") && draft["actor"] === undefined) draft["actor"] = { app_name: "Unknown" };
  if (required.includes("src_endpoint") && draft["src_endpoint"] === undefined)
    draft["src_endpoint"] = { name: "Unknown" };
  const connection = draft["connection_info"];
  if (isObject(connection)) draft["connection_info"] = { direction_id: 0, ...connection };
}

function activityOf(mapping: CompiledEvent | undefined, reader: RecordReader): Attempt["activity"] {
  if (mapping === undefined) return { activity_id: 0, activity_name: "Unknown" };
  const { caption, source, map } = mapping.activity;
  const text = source && reader.peek(source);
  const found = caption ?? (text === undefined ? "Unknown" : map?.get(text));
  if (typeof found === "string") {
    return { activity_id: (classes[mapping.name] as OcsfClass).activities[found] ?? 99, activity_name: found };
  }
  return { activity_id: 99, activity_name: text ?? "Other" };
}

function productOf(kind: EventKind): JsonObject {
  return { name: kind.logsource.service?.[0] ?? kind.logsource.product?.[0] ?? "Unknown" };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
