import { IncomingMessage, type ServerResponse } from "node:http";
import type { Log } from "#telemetry";
import type { Caller, Route } from "./contract.ts";

/** What Node's server knows of a request beside it; a test knows less. */
export interface Peer {
  readonly incoming?: IncomingMessage | { readonly socket: { readonly remoteAddress?: string } };
  readonly outgoing?: ServerResponse;
}

/** One request on its way through. */
export class Passage<C extends Caller> {
  readonly requestId: string;
  /** Who asks, by address. */
  readonly peer: string;
  readonly secure: boolean;
  /** Node's own request, where there is one: its body is read from it. */
  readonly incoming: IncomingMessage | undefined;
  /** The caller's id, once it is known. */
  caller: string | undefined;
  /** The pattern of the path, once it is known to be one of ours. */
  path: string | undefined;
  route: Route<C> | undefined;
  /** What the path does take, where it does not take the request's method. */
  allow: string | undefined;
  readonly #base: Log;
  #log: Log | undefined;

  constructor(requestId: string, peer: string, secure: boolean, { incoming }: Peer, log: Log) {
    this.requestId = requestId;
    this.peer = peer;
    this.secure = secure;
    this.incoming = incoming instanceof IncomingMessage ? incoming : undefined;
    this.#base = log;
  }

  /** Its lines carry the request's id. Most requests write none but the last, so it is made for who asks. */
  get log(): Log {
    return (this.#log ??= this.#base.with({ requestId: this.requestId }));
  }
}
