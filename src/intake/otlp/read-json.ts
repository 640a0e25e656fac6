import type { Json, JsonObject } from "#sigma";
import { isObject } from "../core/dress-event.ts";
import { mostDepth, mostRecords, OtlpError, type OtlpRecord } from "./export-request.ts";
import { numberOf } from "./read-protobuf.ts";

/**
 * Reads an ExportLogsServiceRequest in OTLP's JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): names in
 * lowerCamelCase, 64-bit integers as text or numbers, ids in hex, unknown names passed over. Throws an OtlpError.
 */
export function readJson(text: string): OtlpRecord[] {
  let request: Json;
  try {
    request = JSON.parse(text) as Json;
  } catch (error) {
    throw new OtlpError("the body is no JSON", { cause: error });
  }
  const records: OtlpRecord[] = [];
  for (const one of list(object(request, "the request"), "resourceLogs")) {
    const logs = object(one, "resourceLogs");
    const resource = attributesOf(optional(logs, "resource"));
    for (const other of list(logs, "scopeLogs")) {
      const within = object(other, "scopeLogs");
      const scope = scopeOf(optional(within, "scope"));
      for (const record of list(within, "logRecords")) {
        if (records.length >= mostRecords) throw new OtlpError(`there are more than ${mostRecords} records`);
        records.push(logRecord(object(record, "logRecords"), resource, scope));
      }
    }
  }
  return records;
}

function logRecord(record: JsonObject, resource: JsonObject, scope: JsonObject): OtlpRecord {
  const severity = record["severityNumber"];
  return {
    resource,
    scope,
    time: integer(record["timeUnixNano"]),
    observed: integer(record["observedTimeUnixNano"]),
    severityNumber: typeof severity === "number" && Number.isSafeInteger(severity) ? severity : 0,
    severityText: textOf(record["severityText"]),
    body: anyValue(record["body"], 0),
    attributes: attributesOf(record),
    traceId: textOf(record["traceId"]),
    spanId: textOf(record["spanId"]),
    eventName: textOf(record["eventName"]),
  };
}

function scopeOf(scope: JsonObject): JsonObject {
  const attributes = attributesOf(scope);
  const { name, version } = { name: textOf(scope["name"]), version: textOf(scope["version"]) };
  return {
    ...(name === "" ? {} : { name }),
    ...(version === "" ? {} : { version }),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
  };
}

function attributesOf(holder: JsonObject): JsonObject {
  return keyValues(list(holder, "attributes"), 0);
}

function keyValues(values: readonly Json[], depth: number): JsonObject {
  const entries = values.map((one) => {
    const pair = object(one, "an attribute");
    return [textOf(pair["key"]), anyValue(pair["value"], depth)] as const;
  });
  return Object.fromEntries(entries);
}

function anyValue(value: Json | undefined, depth: number): Json {
  if (depth > mostDepth) throw new OtlpError(`values nest more than ${mostDepth} levels`);
  if (value === undefined || value === null) return null;
  const one = object(value, "a value");
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = one;
  if (stringValue !== undefined) return textOf(stringValue);
  if (boolValue !== undefined) return boolValue === true;
  if (intValue !== undefined) return numberOf(integer(intValue));
  // "NaN" and the infinities come as text, and stay it.
  if (doubleValue !== undefined) return typeof doubleValue === "number" ? doubleValue : textOf(doubleValue);
  if (bytesValue !== undefined) return textOf(bytesValue);
  if (arrayValue !== undefined)
    return list(object(arrayValue, "arrayValue"), "values").map((inner) => anyValue(inner, depth + 1));
  if (kvlistValue !== undefined) return keyValues(list(object(kvlistValue, "kvlistValue"), "values"), depth + 1);
  return null;
}

function integer(value: Json | undefined): bigint {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  if (value === undefined || value === null) return 0n;
  throw new OtlpError("an integer is none");
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw new OtlpError("a text is none");
  return value;
}

function object(value: Json, what: string): JsonObject {
  if (!isObject(value)) throw new OtlpError(`${what} has to be an object`);
  return value;
}

function optional(holder: JsonObject, name: string): JsonObject {
  const value = holder[name];
  return value === undefined || value === null ? {} : object(value, name);
}

function list(holder: JsonObject, name: string): readonly Json[] {
  const value = holder[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new OtlpError(`${name} has to be a list`);
  return value as readonly Json[];
}
