import { z } from "zod";
import type { Actor } from "#access";
import { answerJson, type Asked, type ByteBody, route, type Route } from "#http";
import { Refusal } from "#kernel";
import { openBody, readWhole } from "../body/open-body.ts";
import { readHec } from "../core/read-hec.ts";
import { isBusy, retryAfterOf } from "../desk.ts";
import type { SourceRecord } from "../store.ts";
import { handLines } from "./hand-lines.ts";
import { type DoorParts, mostBodyBytes, ownSource, patience } from "./ingest-http.ts";
import { receiveBody, wholeBytes } from "./receive-body.ts";

/** Splunk's words for its own codes, with their status. */
const codes = {
  0: { status: 200, text: "Success" },
  1: { status: 403, text: "Token disabled" },
  5: { status: 400, text: "No data" },
  6: { status: 400, text: "Invalid data format" },
  9: { status: 503, text: "Server is busy" },
  12: { status: 400, text: "Event field is required" },
  13: { status: 400, text: "Event field cannot be blank" },
  15: { status: 400, text: "Error in handling indexed fields" },
  17: { status: 200, text: "HEC is healthy" },
} as const;

const hecSchema = z.object({
  text: z.string(),
  code: z.int().describe("Splunk's own; 0 is success."),
  "invalid-event-number": z.int().optional(),
  ackId: z.int().optional().describe("For senders that name a channel; acknowledged already."),
});
const answers = {
  200: { says: "The events are durable and were asked of every rule.", json: hecSchema },
  400: { says: "The body is not what Splunk's collector takes; nothing was taken.", json: hecSchema },
  403: { says: "The source is disabled.", json: hecSchema },
  503: { says: "Too much waits; try again after `Retry-After`.", json: hecSchema },
} as const;

const own = route<Actor>();
const bytesRoute = {
  method: "POST",
  admits: { permission: "ingest.send" },
  bodyType: "bytes",
  bodyLimit: mostBodyBytes,
  timeout: patience,
  quiet: true,
  answers,
} as const;

type HecAsked = Asked<Actor, undefined, unknown, ByteBody>;

/**
 * Splunk's HTTP Event Collector, as its clients know it: `Authorization: Splunk TOKEN`. An answer comes after the events are durable, so every
 * acknowledgement that is asked for is yes.
 * https://docs.splunk.com/Documentation/Splunk/latest/Data/HECRESTendpoints
 */
export function hecRoutes({ desk, clock, budget }: DoorParts): Route<Actor>[] {
  let acks = 0;
  const answer = (
    request: Request,
    code: keyof typeof codes,
    more: object = {},
    headers: Record<string, string> = {},
  ) => {
    const ack = code === 0 && channelOf(request) !== undefined ? { ackId: acks++ } : {};
    const { text, status } = codes[code];
    return answerJson({ text, code, ...ack, ...more }, status, headers);
  };
  const taking = (take: (asked: HecAsked, source: SourceRecord) => Promise<Response>) => async (asked: HecAsked) => {
    const name = ownSource(asked.caller);
    try {
      return await take(asked, await desk.admit(name));
    } catch (error) {
      if (isBusy(error)) return answer(asked.request, 9, {}, { "retry-after": String(retryAfterOf(error)) });
      if (error instanceof Refusal && error.code === "intake/source-disabled") return answer(asked.request, 1);
      throw error;
    }
  };
  const events = taking(async ({ request, body: bytes, signal }, source) => {
    await using body = await openBody(bytes, request.headers.get("content-encoding"), { signal, budget });
    const whole = await readWhole(body, source.limits.deliveryBytes ?? wholeBytes);
    // Its text, and the lines that are made of it, are held beside it.
    body.hold(3 * whole.length);
    const read = readHec(new TextDecoder().decode(whole));
    if ("fault" in read)
      return answer(
        request,
        read.fault.code,
        read.fault.code === 5 ? {} : { "invalid-event-number": read.fault.event },
      );
    await handLines(read.lines, { desk, clock, source, signal });
    return answer(request, 0);
  });
  const raw = taking(async ({ request, body: bytes, signal }, source) => {
    await using body = await openBody(bytes, request.headers.get("content-encoding"), { signal, budget });
    if (body.head.length === 0) return answer(request, 5);
    await receiveBody(body, { desk, clock, source, signal, facts: factsOf(request) });
    return answer(request, 0);
  });
  const both = (path: string, id: string, says: string, handle: typeof events) => [
    own({ ...bytesRoute, path, id, says, handle }),
    own({ ...bytesRoute, path: `${path}/1.0`, id: `${id}-one`, says, handle }),
  ];
  return [
    own({
      ...bytesRoute,
      path: "/services/collector",
      id: "send-splunk-events-short",
      says: "Takes events in Splunk's envelopes.",
      handle: events,
    }),
    ...both("/services/collector/event", "send-splunk-events", "Takes events in Splunk's envelopes.", events),
    ...both(
      "/services/collector/raw",
      "send-splunk-raw",
      "Takes a log of any known format as Splunk's raw events.",
      raw,
    ),
    ...["", "/1.0"].map((version) =>
      own({
        method: "GET",
        path: `/services/collector/health${version}`,
        id: version === "" ? "ask-splunk-health" : "ask-splunk-health-one",
        says: "Says that events are taken, in Splunk's words.",
        admits: { public: "senders ask before they show a token, and it tells nothing" },
        quiet: true,
        answers: { 200: answers[200] },
        handle: ({ request }) => answer(request, 17),
      }),
    ),
    own({
      method: "POST",
      path: "/services/collector/ack",
      id: "ask-splunk-acks",
      says: "Says which requests are durable: all that were answered.",
      admits: { permission: "ingest.send" },
      quiet: true,
      body: z.object({ acks: z.array(z.int().min(0)).max(10_000) }),
      answers: { 200: { says: "By id.", json: z.object({ acks: z.record(z.string(), z.boolean()) }) } },
      handle: ({ body }) => answerJson({ acks: Object.fromEntries(body.acks.map((id) => [String(id), id < acks])) }),
    }),
  ];
}

/** Senders that want acknowledgements name a channel in a header or in the address. */
function channelOf(request: Request): string | undefined {
  return (
    request.headers.get("x-splunk-request-channel") ?? new URL(request.url).searchParams.get("channel") ?? undefined
  );
}

/** What the address of a raw request says of its events. */
function factsOf(request: Request): Record<string, string> {
  const { searchParams } = new URL(request.url);
  return Object.fromEntries(
    ["host", "source", "sourcetype", "index", "time"].flatMap((name) => {
      const value = searchParams.get(name);
      return value === null ? [] : [[name, value.slice(0, 500)]];
    }),
  );
}
