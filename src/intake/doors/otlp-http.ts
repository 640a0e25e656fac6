import type { Actor } from "#access";
import { answerBytes, answerJson, route, type Route } from "#http";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { openBody, readWhole } from "../body/open-body.ts";
import { isBusy, retryAfterOf } from "../desk.ts";
import { OtlpError } from "../otlp/export-request.ts";
import { otlpLines } from "../otlp/otlp-line.ts";
import { readJson } from "../otlp/read-json.ts";
import { readProtobuf } from "../otlp/read-protobuf.ts";
import { handLines } from "./hand-lines.ts";
import { type DoorParts, mostBodyBytes, ownSource, patience } from "./ingest-http.ts";
import { wholeBytes } from "./receive-body.ts";

const own = route<Actor>();
const types = ["application/x-protobuf", "application/json"];
const statusAnswer = { says: "What went wrong, as google.rpc.Status.", type: types };

/**
 * OTLP over HTTP, logs (https://opentelemetry.io/docs/specs/otlp/#otlphttp), in Protocol Buffers or JSON. Records that could not be taken are told
 * as a partial success, since sending them again would not help.
 */
export function otlpRoutes({ desk, clock, budget }: DoorParts): Route<Actor>[] {
  return [
    own({
      method: "POST",
      path: "/v1/logs",
      id: "send-otlp-logs",
      says: "Takes OpenTelemetry's log records, as Protocol Buffers or JSON.",
      admits: { permission: "ingest.send" },
      bodyType: "bytes",
      accepts: types,
      bodyLimit: mostBodyBytes,
      timeout: patience,
      quiet: true,
      answers: {
        200: { says: "All that is not told as rejected is durable and was asked of every rule.", type: types },
        400: statusAnswer,
        429: { ...statusAnswer, says: "Too much waits; try again after `Retry-After`." },
      },
      async handle({ caller, request, body: bytes, signal }) {
        const isJson = (request.headers.get("content-type") ?? "").startsWith("application/json");
        try {
          const source = await desk.admit(ownSource(caller));
          await using body = await openBody(bytes, request.headers.get("content-encoding"), { signal, budget });
          const whole = await readWhole(body, source.limits.deliveryBytes ?? wholeBytes);
          // Its text, and the lines that are made of it, are held beside it.
          body.hold(3 * whole.length);
          const records = isJson ? readJson(new TextDecoder().decode(whole)) : readProtobuf(whole);
          const taken = await handLines(otlpLines(records), { desk, clock, source, signal });
          return accepted(isJson, taken.rejected, taken.errors[0]?.message ?? "");
        } catch (error) {
          if (error instanceof OtlpError) return failed(isJson, 400, invalidArgument, error.message);
          if (!isBusy(error)) throw error;
          const headers = { "retry-after": String(retryAfterOf(error)) };
          return failed(isJson, 429, resourceExhausted, error.message, headers);
        }
      },
    }),
  ];
}

/** google.rpc.Code. */
const invalidArgument = 3;
const resourceExhausted = 8;

/** ExportLogsServiceResponse: partial_success (1) with rejected_log_records (1) and error_message (2). */
function accepted(isJson: boolean, rejected: number, message: string): Response {
  if (isJson)
    return answerJson(
      rejected === 0 ? {} : { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: message } },
    );
  const writer = new BinaryWriter();
  if (rejected > 0)
    writer
      .tag(1, WireType.LengthDelimited)
      .fork()
      .tag(1, WireType.Varint)
      .int64(rejected)
      .tag(2, WireType.LengthDelimited)
      .string(message)
      .join();
  return answerBytes(writer.finish(), "application/x-protobuf");
}

/** google.rpc.Status: code (1) and message (2). */
function failed(
  isJson: boolean,
  status: 400 | 429,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  if (isJson) return answerJson({ code, message }, status, headers);
  const bytes = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(code)
    .tag(2, WireType.LengthDelimited)
    .string(message)
    .finish();
  const plain = answerBytes(bytes, "application/x-protobuf", headers);
  return new Response(plain.body, { status, headers: plain.headers });
}
