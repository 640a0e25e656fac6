import { hash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { EventKind, Json, JsonObject } from "#sigma";
import { eventTime } from "../kinds/event-time.ts";
import type { IngestKind } from "../kinds/ingest-kind.ts";
import { categories, classes, type OcsfClass, severities } from "./classes.ts";
import { type CompiledEvent, type CompiledKind, compileKind } from "./compile-mapping.ts";
import { draftEvent } from "./draft-event.ts";
import { keepOcsf } from "./keep-ocsf.ts";
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

function normaliseWith(compiled: CompiledKind, body: JsonObject, kind: EventKind, origin: EventOrigin): OcsfEvent {
  const open = (kind as Partial<IngestKind>).unfold?.(body) ?? body;
  const raw = origin.raw === undefined ? JSON.stringify(body) : Buffer.from(origin.raw).toString();
  const time = eventTime(open, kind) ?? origin.receivedAt ?? 0;
  const uid = hash("sha256", `${origin.name ?? ""}\0${origin.offset ?? ""}\0${raw}`).slice(0, 32);
  if ((kind as Partial<IngestKind>).source === "ocsf") return keepOcsf(body, time, uid, raw);
  const look = new RecordReader(open);
  const mapping = compiled.events.find((event) => fits(event, look));
  // A record that lacks what its class requires is told as a base event rather than as an unsound one.
  const made = (mapping && draftEvent(compiled, open, kind, mapping)) ?? draftEvent(compiled, open, kind, undefined)!;
  const { attributes, reader, name, activity } = made;
  const of: OcsfClass = classes[name];
  const severity = typeof attributes["severity_id"] === "number" ? attributes["severity_id"] : 1;
  const rest = reader.rest();
  return {
    ...attributes,
    class_uid: of.uid,
    class_name: of.caption,
    category_uid: of.category,
    category_name: categories[of.category],
    ...activity,
    type_uid: of.uid * 100 + activity.activity_id,
    type_name: `${of.caption}: ${activity.activity_name}`,
    severity_id: severity,
    severity: severities[severity] ?? "Other",
    time,
    metadata: {
      ...(isObject(attributes["metadata"]) ? attributes["metadata"] : {}),
      product: compiled.product,
      version: ocsfVersion,
      uid,
      ...(of.uid > 200_000 && { extensions: [{ name: "win", uid: "2", version: ocsfVersion }] }),
    },
    raw_data: raw,
    ...(rest !== undefined && { unmapped: rest }),
  };
}

function fits({ where }: CompiledEvent, reader: RecordReader): boolean {
  return where.every(({ source, texts }) => texts.has(reader.peek(source) ?? ""));
}

function productOf(kind: EventKind): JsonObject {
  return { name: kind.logsource.service?.[0] ?? kind.logsource.product?.[0] ?? "Unknown" };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
