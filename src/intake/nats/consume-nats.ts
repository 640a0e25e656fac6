import { AckPolicy, DeliverPolicy, jetstream, type JsMsg, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { FormatName } from "#ingest";
import type { Secret } from "#kernel";
import type { Clock } from "#platform";
import type { Log } from "#telemetry";
import type { Desk } from "../desk.ts";

export interface NatsOptions {
  readonly source: string;
  /** `nats://user:password@host:4222`, or `tls://`; several with commas between. */
  readonly url: Secret;
  /** An existing stream of JetStream, and the name of our durable consumer of it, made when missing. */
  readonly stream: string;
  readonly consumer: string;
  /** Of the stream's subjects, those that are read when the consumer is made; all when left out. */
  readonly subjects?: readonly string[] | undefined;
  readonly format?: FormatName | undefined;
}

export interface NatsParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds after which a message comes again that nobody spoke for; said to the server when the consumer is made. */
  readonly ackWithin?: number;
}

/** Messages that are under way at one time. */
const mostUnderWay = 256;
const usualAckWithin = 60_000;
const retryEvery = 5_000;

/**
 * Takes a JetStream stream's messages, each a delivery of its own, acknowledged after it was taken; one that comes again is known by its number
 * in the stream. Ends when the signal aborts.
 */
export async function consumeNats(parts: NatsParts, options: NatsOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts;
  while (!signal.aborted) {
    try {
      await consume(parts, options, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.error("a NATS stream could not be read; it is tried again", { source: options.source, error });
    }
    await clock.sleep(retryEvery, signal).catch(() => undefined);
  }
}

async function consume(parts: NatsParts, options: NatsOptions, signal: AbortSignal): Promise<void> {
  const { stream, consumer, subjects } = options;
  const { ackWithin = usualAckWithin } = parts;
  const connection = await connect({ ...serversOf(options.url), name: "meridian-intake", maxReconnectAttempts: -1 });
  const close = () => void connection.close().catch(() => undefined);
  signal.addEventListener("abort", close, { once: true });
  const underWay = new Set<Promise<void>>();
  try {
    const manager = await jetstreamManager(connection);
    const known = await manager.consumers.info(stream, consumer).then(
      () => true,
      () => false,
    );
    if (!known)
      await manager.consumers.add(stream, {
        durable_name: consumer,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ack_wait: ackWithin * 1_000_000,
        max_ack_pending: mostUnderWay,
        ...(subjects?.length === 1
          ? { filter_subject: subjects[0] ?? "" }
          : subjects
            ? { filter_subjects: [...subjects] }
            : {}),
      });
    const messages = await (
      await jetstream(connection).consumers.get(stream, consumer)
    ).consume({ max_messages: mostUnderWay });
    for await (const message of messages) {
      const taking: Promise<void> = take(parts, options, message, signal).finally(() => underWay.delete(taking));
      underWay.add(taking);
      while (underWay.size >= mostUnderWay) await Promise.race(underWay);
    }
  } finally {
    signal.removeEventListener("abort", close);
    await Promise.all(underWay);
    await connection.close().catch(() => undefined);
  }
}

async function take(
  { desk, log, ackWithin = usualAckWithin }: NatsParts,
  { source, format }: NatsOptions,
  message: JsMsg,
  signal: AbortSignal,
): Promise<void> {
  const { info, subject } = message;
  if (message.data.length === 0) return void message.ack();
  const make = () => ({
    bytes: new Uint8Array(message.data),
    ...(format === undefined ? {} : { format }),
    key: `nats/${info.stream}/${info.streamSequence}`,
    facts: { subject },
  });
  // While it waits the server is told that it is not lost.
  const beat = setInterval(() => message.working(), ackWithin / 3);
  try {
    await desk.handPatiently(source, make, { signal });
    // Without the server's word: whether this arrives or the message comes again, its events are kept once.
    message.ack();
  } catch (error) {
    if (signal.aborted) return;
    log.error("a NATS message could not be handed over; it comes again", { source, subject, error });
    message.nak(retryEvery);
  } finally {
    clearInterval(beat);
  }
}

/** The client takes no credentials inside of a URL. */
function serversOf(url: Secret): { servers: string[]; user?: string; pass?: string; tls?: object } {
  const servers = url
    .reveal()
    .split(",")
    .map((one) => new URL(one));
  const [first] = servers;
  const list = {
    servers: servers.map(({ host }) => host),
    ...(first?.protocol === "tls:" ? { tls: {} } : {}),
  };
  if (!first?.username) return list;
  return { ...list, user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) };
}
