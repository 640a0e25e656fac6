import type { JsonObject } from "#sigma";
import type { FormatName } from "../../../contract.ts";

/** A small made-up record, with what it must be recognised as. */
export interface Sample {
  readonly name: string;
  readonly format: FormatName;
  readonly body: JsonObject;
  readonly kind: string;
  /** RFC 3339; left out when the record tells none. */
  readonly time?: string;
  readonly host?: string;
}

export const json = (name: string, kind: string, body: JsonObject, time?: string, host?: string): Sample =>
  text("ndjson", name, kind, body, time, host);

export function text(
  format: FormatName,
  name: string,
  kind: string,
  body: JsonObject,
  time?: string,
  host?: string,
): Sample {
  return { name, format, body, kind, ...(time !== undefined && { time }), ...(host !== undefined && { host }) };
}

/** When most samples happened. */
export const at = "2024-03-01T10:00:00Z";
