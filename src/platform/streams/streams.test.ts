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
