import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { checkMessages, checkPlan, type Delivery, type Stream, type StreamPlan, type Streams } from "./streams.ts";

/** Streams inside this process: what is on its way when the process ends is gone. */
export function openMemoryStreams({ clock }: { clock: Clock }): Streams {
  const streams = new Map<string, MemoryStream>();
  return {
    maker: "memory",
    durable: false,
    async open(plan) {
      checkPlan(plan);
      const stream = streams.get(plan.name) ?? new MemoryStream(plan, clock);
      streams.set(plan.name, stream);
      return stream;
    },
    health: async () => ({ ok: true, maker: "memory" }),
    async [Symbol.asyncDispose]() {
      for (const stream of streams.values()) stream.close();
    },
  };
}

interface Message {
  readonly id: string;
  readonly body: Uint8Array;
  /** Groups that have not acknowledged it. */
  readonly owed: Set<string>;
}

interface Group {
  readonly waiting: { readonly message: Message; readonly attempt: number }[];
  /** Delivered and not acknowledged: the latest delivery of each message. */
  readonly out: Map<Message, symbol>;
  wake: (() => void)[];
}

class MemoryStream implements Stream {
  readonly #plan: StreamPlan;
  readonly #clock: Clock;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #closed = new AbortController();
  #messages = 0;
  #bytes = 0;
  #publishers: (() => void)[] = [];

  constructor(plan: StreamPlan, clock: Clock) {
    this.#plan = plan;
    this.#clock = clock;
    this.#groups = new Map(plan.groups.map((name) => [name, { waiting: [], out: new Map(), wake: [] }]));
  }

  async publish(messages: readonly Uint8Array[], { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    checkMessages(messages);
    for (const body of messages) {
      signal?.throwIfAborted();
      while (this.#messages + 1 > this.#plan.mostMessages || this.#bytes + body.byteLength > this.#plan.mostBytes) {
        await woken(this.#publishers, signal);
        signal?.throwIfAborted();
      }
      // A copy, as a network would make: the publisher may use its buffer again.
      this.#add({ id: randomUUID(), body: body.slice(), owed: new Set(this.#groups.keys()) });
    }
  }

  async *consume(
    name: string,
    { most, signal }: { most: number; signal?: AbortSignal },
  ): AsyncGenerator<readonly Delivery[], void, undefined> {
    const group = this.#group(name);
    const over = signal ? AbortSignal.any([signal, this.#closed.signal]) : this.#closed.signal;
    while (!over.aborted) {
      const batch = group.waiting.splice(0, most).map((one) => this.#deliver(name, group, one.message, one.attempt));
      if (batch.length > 0) yield batch;
      else await woken(group.wake, over);
    }
  }

  async backlog(name: string): Promise<number> {
    const { waiting, out } = this.#group(name);
    return waiting.length + out.size;
  }

  close(): void {
    this.#closed.abort();
  }

  #group(name: string): Group {
    const group = this.#groups.get(name);
    if (!group) throw new RangeError(`stream ${this.#plan.name} has no group ${name}`);
    return group;
  }

  #add(message: Message): void {
    this.#messages += 1;
    this.#bytes += message.body.byteLength;
    for (const group of this.#groups.values()) {
      group.waiting.push({ message, attempt: 1 });
      wakeAll(group.wake);
    }
  }

  #deliver(name: string, group: Group, message: Message, attempt: number): Delivery {
    const delivery = Symbol("delivery");
    const answered = new AbortController();
    group.out.set(message, delivery);
    /** Whether this delivery is still the one that counts. */
    const settle = () => {
      answered.abort();
      return group.out.get(message) === delivery && group.out.delete(message);
    };
    const again = () => {
      if (!settle()) return;
      group.waiting.unshift({ message, attempt: attempt + 1 });
      wakeAll(group.wake);
    };
    this.#clock
      .sleep(this.#plan.ackWithin, AbortSignal.any([answered.signal, this.#closed.signal]))
      .then(again, () => {});
    return {
      id: message.id,
      body: message.body,
      attempt,
      ack: async () => {
        if (settle()) this.#acknowledged(name, message);
      },
      release: again,
    };
  }

  #acknowledged(name: string, message: Message): void {
    message.owed.delete(name);
    if (message.owed.size > 0) return;
    this.#messages -= 1;
    this.#bytes -= message.body.byteLength;
    wakeAll(this.#publishers);
  }
}

/** Resolves when the list is woken or the signal aborts. */
async function woken(list: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  list.push(resolve);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  await promise;
}

function wakeAll(list: (() => void)[]): void {
  for (const wake of list.splice(0)) wake();
}
