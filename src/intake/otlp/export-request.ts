import type { Json, JsonObject } from "#sigma";

/**
 * What OTLP's ExportLogsServiceRequest says, whether it came as Protocol Buffers or as JSON, one entry for each log record.
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
 */
export interface OtlpRecord {
  readonly resource: JsonObject;
  readonly scope: JsonObject;
  /** Nanoseconds since 1970; 0 is unknown. */
  readonly time: bigint;
  readonly observed: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: Json;
  readonly attributes: JsonObject;
  /** Hex; empty when there is none. */
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

/** What the request is not: wire format, JSON, or a value of the wrong type. Its message says where. */
export class OtlpError extends Error {
  override readonly name = "OtlpError";
}

/** Values within values that are read; what lies deeper is refused. */
export const mostDepth = 64;

/** Records of one request; collectors send some thousands. An empty one has two bytes and takes some hundred here. */
export const mostRecords = 100_000;
