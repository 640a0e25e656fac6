import type { PartHealth } from "../health.ts";

/** The largest message that every maker takes: NATS's default for a server, less room for headers. Bytes. */
export const mostMessageBytes = 1_000_000;

export interface StreamPlan {
  /** Lower-case words with dashes. */
  readonly name: string;
  /** Who reads it. Each group gets every message; within a group each message goes to one reader. */
  readonly groups: readonly string[];
  /** Once this many messages, or this many bytes, have not been acknowledged by all groups, publishers wait. */
  readonly mostMessages: number;
  readonly mostBytes: number;
  /** A message that is not acknowledged within this many milliseconds is delivered again. */
  readonly ackWithin: number;
}

export interface Delivery {
  /** The same each time that one message is delivered. */
  readonly id: string;
  readonly body: Uint8Array;
  /** How often it was delivered, from 1. A hint: NATS loses count of deliveries whose reader had just gone. */
  readonly attempt: number;
  /** Done with: not delivered to this group again. Resolves when the stream knows. */
  ack(): Promise<void>;
  /** Cannot be done now: delivered again, to whichever reader asks. */
  release(): void;
}

/** Batches on their way between rooms, with back-pressure. Each group gets each message at least once, in no sure order. */
export interface Stream {
  /**
   * Resolves when the stream has taken all messages; waits while it is full. Rejects with the signal's reason, some
   * messages taken and some not; with a RangeError, none taken, when one is too large.
   */
  publish(messages: readonly Uint8Array[], options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Batches of up to `most` messages, as soon as there is one. Ends when the signal aborts. */
  consume(
    group: string,
    options: { readonly most: number; readonly signal?: AbortSignal },
  ): AsyncGenerator<readonly Delivery[], void, undefined>;
  /** About how many messages a group has not acknowledged yet; exact while nothing moves. */
  backlog(group: string): Promise<number>;
}

export interface Streams extends AsyncDisposable {
  readonly maker: "memory" | "jetstream";
  /**
   * Whether messages outlive this process. Where they do not, whoever publishes keeps its own source until the end of
   * the line has acknowledged: ingest answers its sender only when the lake has the rows.
   */
  readonly durable: boolean;
  /** Opens a stream, made when missing. */
  open(plan: StreamPlan): Promise<Stream>;
  health(signal?: AbortSignal): Promise<PartHealth>;
}

/** Throws a RangeError for a plan or a group that no maker could serve. */
export function checkPlan({ name, groups, mostMessages, mostBytes, ackWithin }: StreamPlan): void {
  for (const word of [name, ...groups])
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(word)) throw new RangeError(`not a name for a stream or a group: ${word}`);
  if (groups.length === 0 || new Set(groups).size < groups.length)
    throw new RangeError(`stream ${name} needs groups, each once: without readers every message would wait for ever`);
  if (!(mostMessages >= 1) || !(mostBytes >= mostMessageBytes) || !(ackWithin >= 1))
    throw new RangeError(`stream ${name} must hold at least one message of ${mostMessageBytes} bytes`);
}

export function checkMessages(messages: readonly Uint8Array[]): void {
  const large = messages.find(({ byteLength }) => byteLength > mostMessageBytes);
  if (large) throw new RangeError(`a message has ${large.byteLength} bytes; the most is ${mostMessageBytes}`);
}
