import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { Json, JsonObject } from "#sigma";
import { mostDepth, mostRecords, OtlpError, type OtlpRecord } from "./export-request.ts";

/** Reads an ExportLogsServiceRequest in Protocol Buffers' wire format. Throws an OtlpError for bytes that are none. */
export function readProtobuf(bytes: Uint8Array): OtlpRecord[] {
  const records: OtlpRecord[] = [];
  try {
    fields(bytes, { 1: (reader) => resourceLogs(reader.bytes(), records) });
    return records;
  } catch (error) {
    if (error instanceof OtlpError) throw error;
    // The reader's own errors are all about the bytes: ends, lengths, tags.
    throw new OtlpError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

type Read = (reader: BinaryReader) => unknown;

/** What the readers of the fields with these numbers gave, in order; all other fields are passed over. */
function fields(bytes: Uint8Array, readers: Readonly<Record<number, Read>>): unknown[] {
  const reader = new BinaryReader(bytes);
  const found: unknown[] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const read = readers[number];
    if (read && type !== WireType.StartGroup && type !== WireType.EndGroup) found.push(read(reader));
    else reader.skip(type, number);
  }
  return found;
}

function resourceLogs(bytes: Uint8Array, into: OtlpRecord[]): void {
  let resource: JsonObject = {};
  const scopes: Uint8Array[] = [];
  fields(bytes, {
    1: (reader) => (resource = attributesIn(reader.bytes(), 1)),
    2: (reader) => {
      if (scopes.length >= mostRecords) throw new OtlpError(`there are more than ${mostRecords} scopes`);
      scopes.push(reader.bytes());
    },
  });
  for (const scope of scopes) scopeLogs(scope, resource, into);
}

function scopeLogs(bytes: Uint8Array, resource: JsonObject, into: OtlpRecord[]): void {
  let scope: JsonObject = {};
  const records: Uint8Array[] = [];
  fields(bytes, {
    1: (reader) => (scope = scopeOf(reader.bytes())),
    2: (reader) => {
      if (into.length + records.length >= mostRecords)
        throw new OtlpError(`there are more than ${mostRecords} records`);
      records.push(reader.bytes());
    },
  });
  for (const record of records) into.push(logRecord(record, resource, scope));
}

function scopeOf(bytes: Uint8Array): JsonObject {
  const scope: Record<string, Json> = {};
  const attributes: Record<string, Json> = {};
  fields(bytes, {
    1: (reader) => (scope["name"] = reader.string()),
    2: (reader) => (scope["version"] = reader.string()),
    3: (reader) => keyValue(reader.bytes(), attributes, 0),
  });
  return Object.keys(attributes).length > 0 ? { ...scope, attributes } : scope;
}

function logRecord(bytes: Uint8Array, resource: JsonObject, scope: JsonObject): OtlpRecord {
  const attributes: Record<string, Json> = {};
  const said = { time: 0n, observed: 0n, severityNumber: 0, severityText: "", traceId: "", spanId: "", eventName: "" };
  let body: Json = null;
  fields(bytes, {
    1: (reader) => (said.time = BigInt(reader.fixed64())),
    2: (reader) => (said.severityNumber = reader.int32()),
    3: (reader) => (said.severityText = reader.string()),
    5: (reader) => (body = anyValue(reader.bytes(), 0)),
    6: (reader) => keyValue(reader.bytes(), attributes, 0),
    9: (reader) => (said.traceId = Buffer.from(reader.bytes()).toString("hex")),
    10: (reader) => (said.spanId = Buffer.from(reader.bytes()).toString("hex")),
    11: (reader) => (said.observed = BigInt(reader.fixed64())),
    12: (reader) => (said.eventName = reader.string()),
  });
  return { ...said, resource, scope, body, attributes };
}

function attributesIn(bytes: Uint8Array, field: number, depth = 0): JsonObject {
  const into: Record<string, Json> = {};
  fields(bytes, { [field]: (reader) => keyValue(reader.bytes(), into, depth) });
  return into;
}

function keyValue(bytes: Uint8Array, into: Record<string, Json>, depth: number): void {
  let key = "";
  let value: Json = null;
  fields(bytes, {
    1: (reader) => (key = reader.string()),
    2: (reader) => (value = anyValue(reader.bytes(), depth)),
  });
  // A key like any other, where assigning would set the object's prototype.
  if (key === "__proto__")
    Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
  else into[key] = value;
}

function anyValue(bytes: Uint8Array, depth: number): Json {
  if (depth > mostDepth) throw new OtlpError(`values nest more than ${mostDepth} levels`);
  let value: Json = null;
  fields(bytes, {
    1: (reader) => (value = reader.string()),
    2: (reader) => (value = reader.bool()),
    3: (reader) => (value = numberOf(BigInt(reader.int64()))),
    4: (reader) => (value = finite(reader.double())),
    5: (reader) => (value = fields(reader.bytes(), { 1: (inner) => anyValue(inner.bytes(), depth + 1) }) as Json[]),
    6: (reader) => (value = attributesIn(reader.bytes(), 1, depth + 1)),
    7: (reader) => (value = Buffer.from(reader.bytes()).toString("base64")),
  });
  return value;
}

/** What JavaScript's numbers have no room for stays exact as text. */
export function numberOf(integer: bigint): Json {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : String(integer);
}

/** JSON knows no NaN and no infinity. */
function finite(number: number): Json {
  return Number.isFinite(number) ? number : String(number);
}
