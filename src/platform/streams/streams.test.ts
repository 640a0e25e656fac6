import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { instant } from "#kernel";
import { settableClock, systemClock } from "../clock.ts";
import { openJetStreams } from "./jetstream-streams.ts";
import { openMemoryStreams } from "./memory-streams.ts";
import { skipNats, startNats } from "./testing/nats.ts";
import { streamsConformance } from "./testing/streams-conformance.ts";

streamsConformance("memory", false, async () => {
  const clock = settableClock(instant(0));
  const streams = openMemoryStreams({ clock });
  return {
    streams,
    pass: async (milliseconds) => clock.advance(milliseconds),
    [Symbol.asyncDispose]: () => streams[Symbol.asyncDispose]() as Promise<void>,
  };
});

streamsConformance("NATS JetStream", skipNats, async () => {
  const server = await startNats();
  const streams = await openJetStreams({ url: server.url, clock: systemClock });
  return {
    streams,
    pass: (milliseconds) => delay(milliseconds),
    async [Symbol.asyncDispose]() {
      await streams[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
});

test(
  "streams on NATS JetStream: kill -9 of the server loses nothing and stops nobody for good",
  { skip: skipNats },
  async () => {
    await using server = await startNats();
    await using streams = await openJetStreams({ url: server.url, clock: systemClock });
    const plan = { name: "kept", groups: ["one"], mostMessages: 1000, mostBytes: 10_000_000, ackWithin: 500 };
    const stream = await streams.open(plan);
    const messages = (from: number) => Array.from({ length: 50 }, (_, n) => Buffer.from(`${from + n}`));
    const seen = new Set<string>();
    const readUntil = async (count: number) => {
      for await (const batch of stream.consume("one", { most: 10 })) {
        for (const delivery of batch) {
          seen.add(Buffer.from(delivery.body).toString());
          // Not known to have arrived: it comes again, which is the promise.
          await delivery.ack().catch(() => undefined);
        }
        if (seen.size >= count) return;
      }
    };
    await stream.publish(messages(0));
    const reading = readUntil(100);
    await server.restart();
    await stream.publish(messages(50));
    await reading;
    await stream.publish(messages(100));
    await server.restart();
    await readUntil(150);
  },
);
