import type { SigmaEvent } from "#sigma";
import type { LogRecord, Recognise } from "../contract.ts";
import type { IngestKind } from "./ingest-kind.ts";

/** A record as the detection engine wants it: recognised, and opened up where its exporter folded data into text. */
export function toEvent(record: LogRecord, recognise: Recognise): SigmaEvent {
  const kind = recognise(record.body, record.format) as IngestKind;
  const body = kind.unfold ? kind.unfold(record.body) : record.body;
  // Unfolded leaves are not in the bytes as they are, so keyword rules may not look for them there.
  return record.raw && body === record.body ? { kind, body, raw: record.raw } : { kind, body };
}
