import type { z } from "zod";
import type { Log } from "#telemetry";
import type { ByteBody } from "./byte-body.ts";
import type { Rate } from "./rate-limit.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Whoever asks. The house says who that is; this room only asks what they may do. */
export interface Caller {
  /** For the log; absent for strangers. */
  readonly id?: string;
  may(permission: string): boolean;
}

/** Who is let in: who has a permission, or anybody, with the reason why that is right. */
export type Admission = { readonly permission: string } | { readonly public: string };

/** One answer that a route gives, under its status. Refusals that any route may meet need not be listed. */
export interface AnswerSpec {
  readonly says: string;
  /** The shape of the JSON body. */
  readonly json?: z.ZodType;
  /** The media type of any other body; several where the caller's own decides. */
  readonly type?: string | readonly string[];
}

export interface RouteSpec<C extends Caller, Params, Query, Body> {
  readonly method: Method;
  /** From the root, parameters in braces: `/api/sessions/{id}`. */
  readonly path: string;
  /** A verb in kebab case, unique in the house: `end-session`. */
  readonly id: string;
  /** One sentence for the API's readers. */
  readonly says: string;
  readonly admits: Admission;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** How the body is written; `json` unless it says otherwise. */
  readonly bodyType?: "json" | "form" | "bytes";
  /** Bytes; the server's limit unless it says otherwise. */
  readonly bodyLimit?: number;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Milliseconds until the answer has to begin; the server's limit unless it says otherwise. */
  readonly timeout?: number;
  /** The answer goes on after it has begun, as long as the caller stays and the server runs: `asked.signal` tells. */
  readonly streams?: true;
  /** Asked thousands of times a second by programs: logged at `debug`, unless it fails. */
  readonly quiet?: true;
  /** How many requests a caller may make; of strangers, an address. */
  readonly rate?: Rate;
  /** Looked at again and again by machines: logged at `debug`, served under any host name. */
  readonly probe?: true;
  /** How many of an address's requests may fail; past it, the next ones are refused unread. */
  readonly failures?: Rate;
  /** Left out of the API's description: pages and their style sheets. */
  readonly page?: true;
  handle(asked: Asked<C, Params, Query, Body>): Promise<Response> | Response;
}

/** A route whose handler reads the body by itself, whatever its type, unless `accepts` lists the media types it takes. */
export interface BytesRouteSpec<C extends Caller, Params, Query> extends Omit<
  RouteSpec<C, Params, Query, ByteBody>,
  "body" | "bodyType"
> {
  readonly bodyType: "bytes";
  readonly accepts?: readonly string[];
}

/** A route whose shapes have been checked against its handler and are forgotten now, so that routes fit in one list. */
export type Route<C extends Caller> = RouteSpec<C, unknown, unknown, unknown> & {
  readonly accepts?: readonly string[];
};

/** A request, read and admitted. */
export interface Asked<C extends Caller, Params, Query, Body> {
  readonly caller: C;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly requestId: string;
  /** The peer's address; a proxy's, where one is in front that `trustedProxies` does not name. */
  readonly peer: string;
  /** Whether the browser's side of the connection is encrypted. */
  readonly secure: boolean;
  /** Aborts when the caller has gone or the time is up; of an answer that `streams`, when the server is to stop, too. */
  readonly signal: AbortSignal;
  readonly log: Log;
}
