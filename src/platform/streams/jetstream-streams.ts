import { randomUUID } from "node:crypto";
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  type JetStreamClient,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type JsMsg,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import {
  connect,
  ConnectionError,
  type NatsConnection,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from "@nats-io/transport-node";
import type { Clock } from "../clock.ts";
import { healthOf } from "../health.ts";
import { backoff, type OnRetry } from "../retry.ts";
import { checkMessages, checkPlan, type Delivery, type Stream, type StreamPlan, type Streams } from "./streams.ts";

export interface JetStreamOptions {
  /** `nats://user:password@host:4222`; several, for a cluster, with commas between. */
  readonly url: string;
  readonly clock: Clock;
  readonly onRetry?: OnRetry;
}

/** Streams in NATS JetStream, server 2.9 or newer. Throws when the server cannot be reached or has JetStream off. */
export async function openJetStreams(options: JetStreamOptions): Promise<Streams> {
  const { url } = options;
  const connection = await connect({ ...serversOf(url), name: "meridian", maxReconnectAttempts: -1, ...reconnecting });
  try {
    const timeouts = { timeout: answerWithin };
    return jetStreams(
      connection,
      await jetstreamManager(connection, timeouts),
      jetstream(connection, timeouts),
      options,
    );
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** In milliseconds; with jitter, so that all do not come back at once. */
const reconnecting = { reconnectTimeWait: 250, reconnectJitter: 250, reconnectJitterTLS: 250 };

/** Milliseconds; a request that meets a server at its restart is asked again. */
const answerWithin = 2000;

/** The client takes no credentials inside of a URL. */
function serversOf(url: string): { servers: string[]; user?: string; pass?: string } {
  const servers = url.split(",").map((one) => new URL(one));
  const [first] = servers;
  const list = { servers: servers.map(({ host }) => host) };
  if (!first?.username) return list;
  return { ...list, user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) };
}

function jetStreams(
  connection: NatsConnection,
  manager: JetStreamManager,
  client: JetStreamClient,
  waiting: Waiting,
): Streams {
  const open: JetStream[] = [];
  return {
    maker: "jetstream",
    durable: true,
    async open(plan) {
      checkPlan(plan);
      await makeStream(manager, plan);
      const stream = new JetStream(plan, manager, client, waiting);
      open.push(stream);
      return stream;
    },
    health: () =>
      healthOf("jetstream", async () => {
        await manager.getAccountInfo();
        return connection.info?.version;
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all(open.map((stream) => stream.close()));
      await connection.close();
    },
  };
}

const nanoseconds = 1_000_000;

async function makeStream(manager: JetStreamManager, plan: StreamPlan): Promise<void> {
  const stream = titleOf(plan);
  const config = {
    subjects: [subjectOf(plan)],
    // Gone once every group has acknowledged; refused, not pushed out, when full.
    discard: DiscardPolicy.New,
    max_msgs: plan.mostMessages,
    max_bytes: plan.mostBytes,
  };
  const exists = await manager.streams.info(stream).then(() => true, isMissing);
  if (exists) await manager.streams.update(stream, config);
  else
    await manager.streams.add({
      ...config,
      name: stream,
      retention: RetentionPolicy.Interest,
      storage: StorageType.File,
    });
  for (const group of plan.groups)
    await manager.consumers.add(stream, {
      durable_name: group,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: plan.ackWithin * nanoseconds,
      max_deliver: -1,
      // Bounds what readers hold in memory.
      max_ack_pending: plan.mostMessages,
    });
}

function isMissing(error: unknown): false {
  if (error instanceof JetStreamApiError && error.code === streamNotFound) return false;
  throw error;
}

/** Error codes of the JetStream API: https://github.com/nats-io/nats-server/blob/main/server/errors.json */
const streamNotFound = 10_059;
const streamFull = new Set([10_077]);

function titleOf({ name }: StreamPlan): string {
  return `meridian-${name}`;
}

function subjectOf({ name }: StreamPlan): string {
  return `meridian.${name}`;
}

type Waiting = Pick<JetStreamOptions, "clock" | "onRetry">;

class JetStream implements Stream {
  readonly #plan: StreamPlan;
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #waiting: Waiting;
  readonly #reading = new Set<ConsumerMessages>();

  constructor(plan: StreamPlan, manager: JetStreamManager, client: JetStreamClient, waiting: Waiting) {
    this.#plan = plan;
    this.#manager = manager;
    this.#client = client;
    this.#waiting = waiting;
  }

  async publish(messages: readonly Uint8Array[], { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    checkMessages(messages);
    // By its id the server knows a message that it took and whose answer was lost.
    let left = messages.map((body) => ({ id: randomUUID(), body }));
    for (let attempt = 1, away = 0; left.length > 0; attempt += 1) {
      signal?.throwIfAborted();
      const results = await Promise.allSettled(left.map((message) => this.#send(message)));
      const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
      away = reasons.some(isAway) ? away + 1 : 0;
      for (const reason of reasons) if (!isFull(reason) && !(isAway(reason) && away < mostTries)) throw reason;
      const refused = left.filter((_, index) => results[index]?.status === "rejected");
      // A full stream is waited for as long as it takes: that is back-pressure, and the signal ends it.
      if (refused.length > 0) {
        const pause = backoff(refused.length < left.length ? 1 : attempt, { first: 10, most: 500 });
        await this.#again(pause, signal);
      }
      left = refused;
    }
  }

  async #send({ id, body }: { id: string; body: Uint8Array }): Promise<void> {
    await this.#client.publish(subjectOf(this.#plan), body, { msgID: id });
  }

  async *consume(
    group: string,
    { most, signal }: { most: number; signal?: AbortSignal },
  ): AsyncGenerator<readonly Delivery[], void, undefined> {
    if (!this.#plan.groups.includes(group)) throw new RangeError(`stream ${this.#plan.name} has no group ${group}`);
    if (signal?.aborted) return;
    const consumer = await this.#ask(() => this.#client.consumers.get(titleOf(this.#plan), group), signal);
    const arrived: JsMsg[] = [];
    let wake = () => {};
    let over = false;
    const messages = await consumer.consume({
      max_messages: most,
      callback: (message) => {
        arrived.push(message);
        wake();
      },
    });
    this.#reading.add(messages);
    const stop = () => messages.stop();
    signal?.addEventListener("abort", stop, { once: true });
    const closed = messages.closed().then((error) => {
      over = true;
      wake();
      return error;
    });
    try {
      while (!over) {
        const batch = arrived.splice(0, most);
        if (batch.length > 0) yield batch.map(deliveryOf);
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      const error = await closed;
      if (error instanceof Error) throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#reading.delete(messages);
      messages.stop();
      // What came and was not handed on is somebody else's to read, now and not when its time is up.
      for (const message of arrived) message.nak();
    }
  }

  async backlog(group: string): Promise<number> {
    const info = await this.#ask(() => this.#manager.consumers.info(titleOf(this.#plan), group));
    return info.num_pending + info.num_ack_pending;
  }

  /** Asks again while the server is away, as at its restart, for a minute or so. */
  async #ask<Answer>(ask: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      try {
        return await ask();
      } catch (error) {
        if (!isAway(error) || tries === mostTries) throw error;
        await this.#again(backoff(tries, { first: 50, most: 5000 }), signal);
      }
    }
  }

  #again(pause: number, signal: AbortSignal | undefined): Promise<void> {
    this.#waiting.onRetry?.();
    return this.#waiting.clock.sleep(pause, signal);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#reading].map((messages) => messages.close()));
  }
}

function isFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && streamFull.has(error.code);
}

const mostTries = 20;

/** Whether nobody answered, rather than somebody saying no. */
function isAway(error: unknown): boolean {
  const kinds = [TimeoutError, NoRespondersError, RequestError, ConnectionError];
  // A class that the client throws and does not give out: the server is back and JetStream is not.
  const notYet = error instanceof Error && error.name === "JetStreamNotEnabled";
  return notYet || kinds.some((kind) => error instanceof kind);
}

function deliveryOf(message: JsMsg): Delivery {
  return {
    id: String(message.seq),
    body: message.data,
    attempt: message.info.deliveryCount,
    ack: async () => void (await message.ackAck()),
    release: () => message.nak(),
  };
}
