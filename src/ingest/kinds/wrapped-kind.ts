import type { EventKind, JsonObject } from "#sigma";
import type { IngestKind, Path } from "./ingest-kind.ts";

interface Wrapped extends JsonObject {
  readonly _source: JsonObject;
}

/** Elasticsearch and OpenSearch export a document under `_source`, beside its index and id. */
export function isWrapped(body: JsonObject): body is Wrapped {
  const inner = body["_source"];
  return typeof inner === "object" && inner !== null && !Array.isArray(inner) && "_index" in body;
}

const kinds = new WeakMap<EventKind, EventKind>();

/** The kind of a document that holds a record of the given kind: one object per kind, as for kinds themselves. */
export function wrapped(kind: EventKind): EventKind {
  const known = kinds.get(kind);
  if (known) return known;
  const { layout } = kind;
  const inner = kind as Partial<IngestKind>;
  const outer: EventKind & Partial<IngestKind> = {
    ...kind,
    key: `${kind.key} in _source`,
    layout: {
      name: `${layout.name} in _source`,
      paths: (field) =>
        field.startsWith("_") ? [[field], ...within(layout.paths(field))] : within(layout.paths(field)),
    },
    timePaths: (inner.timePaths ?? []).map(within),
    hostPaths: within(inner.hostPaths ?? []),
    userPaths: within(inner.userPaths ?? []),
    ...(inner.unfold && { unfold: (body) => unfoldWithin(body, inner.unfold!) }),
  };
  kinds.set(kind, outer);
  return outer;
}

function within(paths: readonly Path[]): Path[] {
  return paths.map((path) => ["_source", ...path]);
}

function unfoldWithin(body: JsonObject, unfold: (body: JsonObject) => JsonObject): JsonObject {
  if (!isWrapped(body)) return body;
  const inner = unfold(body._source);
  return inner === body._source ? body : { ...body, _source: inner };
}
