import type { Json } from "#sigma";
import { dressObject, dressText, isObject, parseObject } from "../core/dress-event.ts";
import { refuse } from "../refusals.ts";
import type { OtlpRecord } from "./export-request.ts";

/** The most text, as UTF-16, that one request's records become: each carries the whole of its resource. */
const mostText = 64 * 1024 * 1024;

/** A line for each record. Throws the refusal `intake/body-too-large` where they are out of all proportion to what came. */
export function otlpLines(records: readonly OtlpRecord[]): string[] {
  let left = mostText;
  return records.map((record) => {
    const line = otlpLine(record);
    left -= line.length;
    if (left < 0) throw refuse("body-too-large", { limit: mostText });
    return line;
  });
}

/**
 * A line of NDJSON: the body's fields, or the body's text as `message`; beside them the record's attributes, where the body says nothing under
 * their names; all that OTLP says beside the body under `_otlp`.
 */
export function otlpLine(record: OtlpRecord): string {
  const { resource, scope, severityNumber, severityText, body, attributes, traceId, spanId, eventName } = record;
  const facts: Record<string, Json> = { resource, scope };
  if (severityNumber !== 0) facts["severityNumber"] = severityNumber;
  if (severityText !== "") facts["severityText"] = severityText;
  if (traceId !== "") facts["traceId"] = traceId;
  if (spanId !== "") facts["spanId"] = spanId;
  if (eventName !== "") facts["eventName"] = eventName;
  if (record.observed > 0n) facts["observedTime"] = instantOf(record.observed);
  const at = record.time > 0n ? record.time : record.observed;
  const time = at > 0n ? instantOf(at) : undefined;
  const isText = typeof body === "string";
  const event = isText
    ? (parseObject(body) ?? { message: body })
    : isObject(body)
      ? body
      : { message: JSON.stringify(body) };
  // What the body says under the same name stands; nothing that was said is lost.
  if (Object.keys(attributes).some((name) => Object.hasOwn(event, name))) facts["attributes"] = attributes;
  const around = { key: "_otlp", facts, beside: attributes, time, host: resource["host.name"] };
  return isText ? dressText(body, around) : dressObject(JSON.stringify(event), event, around);
}

/** RFC 3339 with nanoseconds; the bare number where no calendar has it. */
function instantOf(nanoseconds: bigint): string {
  const milliseconds = Number(nanoseconds / 1_000_000n);
  if (milliseconds > 253_402_300_799_999) return String(nanoseconds);
  const fine = String(nanoseconds % 1_000_000_000n).padStart(9, "0");
  return `${new Date(milliseconds).toISOString().slice(0, 19)}.${fine}Z`;
}
