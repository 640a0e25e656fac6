import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type Actor, isIngestToken } from "#access";
import { answerJson, type Asked, type ByteBody, route, type Route } from "#http";
import { openBody, readWhole } from "../body/open-body.ts";
import { type BulkItem, readBulk } from "../core/read-bulk.ts";
import { isBusy, retryAfterOf } from "../desk.ts";
import type { Taken } from "../contract.ts";
import { handLines } from "./hand-lines.ts";
import { type DoorParts, mostBodyBytes, ownSource, patience } from "./ingest-http.ts";

/** As which version we answer: clients of 8 and 9 send to it, and Beats and Logstash ask for no less. */
const version = "8.19.0";
/** By this header the official clients know what they speak to; without it they stop. */
const product = { "x-elastic-product": "Elasticsearch" };

const errorSchema = z.object({
  error: z.object({ type: z.string(), reason: z.string() }),
  status: z.int(),
});
const bulkSchema = z.object({
  took: z.int().optional(),
  errors: z.boolean().optional(),
  items: z.array(z.record(z.string(), z.record(z.string(), z.unknown()))).optional(),
});
const answers = {
  200: { says: "What became of each item; what was created is durable and was asked of every rule.", json: bulkSchema },
  400: { says: "The body is no sequence of actions and documents; nothing was taken.", json: errorSchema },
  429: { says: "Too much waits; try again after `Retry-After`.", json: errorSchema },
} as const;

type BulkAsked = Asked<Actor, { index: string } | undefined, { filter_path?: string | undefined }, ByteBody>;

const own = route<Actor>();
const query = z.object({ filter_path: z.string().max(500).optional() });

/** Elasticsearch's `_bulk`, and what its clients ask before they send: `Authorization: ApiKey TOKEN`, or TOKEN as a password. */
export function elasticRoutes({ desk, clock, budget }: DoorParts): Route<Actor>[] {
  const bulk = async (asked: BulkAsked, index: string | undefined): Promise<Response> => {
    const { request, body: bytes, signal, caller } = asked;
    try {
      const source = await desk.admit(ownSource(caller));
      await using body = await openBody(bytes, request.headers.get("content-encoding"), { signal, budget });
      const started = clock.now();
      // Held whole: an answer has to name each item.
      const whole = await readWhole(body, mostBulkBytes);
      // Its text, and the lines that are made of it, are held beside it.
      body.hold(3 * whole.length);
      const read = readBulk(new TextDecoder().decode(whole), index);
      if ("fault" in read) return failed(400, "illegal_argument_exception", read.fault);
      const lines = read.items.flatMap(({ line }) => (line === undefined ? [] : [line]));
      const taken = await handLines(lines, { desk, clock, source, signal });
      return told(read.items, taken, clock.now() - started, asked.query.filter_path);
    } catch (error) {
      if (!isBusy(error)) throw error;
      const retryAfter = String(retryAfterOf(error));
      return failed(429, "es_rejected_execution_exception", error.message, { "retry-after": retryAfter });
    }
  };
  const bulkRoute = {
    admits: { permission: "ingest.send" },
    bodyType: "bytes",
    bodyLimit: mostBodyBytes,
    timeout: patience,
    quiet: true,
    query,
    answers,
  } as const;
  const indexed = z.object({ index: z.string().min(1).max(255) });
  const says =
    "Takes documents as Elasticsearch's _bulk does; they are events of the token's source, whatever their index.";
  return [
    own({
      ...bulkRoute,
      method: "POST",
      path: "/_bulk",
      id: "send-elastic-bulk",
      says,
      handle: (asked) => bulk(asked, undefined),
    }),
    own({
      ...bulkRoute,
      method: "PUT",
      path: "/_bulk",
      id: "put-elastic-bulk",
      says,
      handle: (asked) => bulk(asked, undefined),
    }),
    own({
      ...bulkRoute,
      method: "POST",
      path: "/{index}/_bulk",
      id: "send-elastic-index-bulk",
      says,
      params: indexed,
      handle: (asked) => bulk(asked, asked.params.index),
    }),
    own({
      ...bulkRoute,
      method: "PUT",
      path: "/{index}/_bulk",
      id: "put-elastic-index-bulk",
      says,
      params: indexed,
      handle: (asked) => bulk(asked, asked.params.index),
    }),
    own({
      method: "GET",
      path: "/_license",
      id: "ask-elastic-license",
      says: "Names the licence that Beats and Logstash ask for before they send.",
      admits: { permission: "ingest.send" },
      quiet: true,
      answers: { 200: { says: "A basic licence.", json: z.object({ license: z.record(z.string(), z.string()) }) } },
      handle: () =>
        answerJson({ license: { status: "active", type: "basic", mode: "basic", uid: "meridian" } }, 200, product),
    }),
    own({
      method: "GET",
      path: "/_xpack",
      id: "ask-elastic-features",
      says: "Names no features, to Beats and Logstash that ask for them before they send.",
      admits: { permission: "ingest.send" },
      quiet: true,
      answers: {
        200: {
          says: "None.",
          json: z.object({ license: z.record(z.string(), z.string()), features: z.record(z.string(), z.unknown()) }),
        },
      },
      handle: () =>
        answerJson(
          { license: { status: "active", type: "basic", mode: "basic", uid: "meridian" }, features: {} },
          200,
          product,
        ),
    }),
  ];
}

/** Unpacked bytes of one request; clients send 5 to 15 MB unless told otherwise. */
const mostBulkBytes = 64 * 1024 * 1024;

/**
 * The house's first page for those who send events: Elasticsearch's clients ask for `/` first and want to hear what it is. All others get
 * the page as it was.
 */
export function greetElastic(first: Route<Actor>): Route<Actor> {
  const greeting = {
    name: "meridian",
    cluster_name: "meridian",
    cluster_uuid: "meridian",
    version: {
      number: version,
      build_flavor: "default",
      minimum_wire_compatibility_version: "7.17.0",
      minimum_index_compatibility_version: "7.0.0",
    },
    tagline: "You Know, for Search",
  };
  return {
    ...first,
    handle: (asked) => (isIngestToken(asked.caller) ? answerJson(greeting, 200, product) : first.handle(asked)),
  };
}

function failed(status: 400 | 429, type: string, reason: string, headers: Record<string, string> = {}): Response {
  return answerJson({ error: { type, reason }, status }, status, { ...product, ...headers });
}

/** What became of each item. Of records that the taker rejected it names the first hundred; the others are told as the rest are. */
function told(items: readonly BulkItem[], { errors }: Taken, took: number, filter: string | undefined): Response {
  const rejected = new Map(errors.map((error) => [error.index, error]));
  const brief = filter !== undefined && /(^|,)(errors|items\.\*)/.test(filter);
  const stem = randomBytes(9).toString("base64url");
  let line = 0;
  let bad = false;
  const answered = items.map((item, at) => {
    const error = item.line === undefined ? undefined : rejected.get(line++);
    const refused =
      item.refused ??
      (error && { status: 400, type: "document_parsing_exception", reason: `${error.code}: ${error.message}` });
    bad ||= refused !== undefined;
    const id = item.id ?? `${stem}${at.toString(36)}`;
    const named = { _index: item.index, _id: id };
    if (refused) {
      const { status, type, reason } = refused;
      return { [item.action]: { ...(brief ? {} : named), status, error: { type, reason } } };
    }
    const whole = {
      ...named,
      _version: 1,
      result: "created",
      _shards: { total: 1, successful: 1, failed: 0 },
      _seq_no: 0,
      _primary_term: 1,
      status: 201,
    };
    return { [item.action]: brief ? { status: 201 } : whole };
  });
  return answerJson({ took, errors: bad, items: answered }, 200, product);
}
