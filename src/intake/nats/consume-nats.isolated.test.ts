import assert from "node:assert/strict";
import { test } from "node:test";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { refusals, Secret } from "#kernel";
import { skipNats, startNats } from "#platform/testing";
import { openDesk } from "../testing/open-desk.ts";
import { consumeNats } from "./consume-nats.ts";

test(
  "a stream's messages are taken once each, through a full way, a fault and a restart of the server",
  { skip: skipNats },
  async () => {
    await using nats = await startNats();
    const busy = refusals("watch", { busy: { status: 429, says: "Busy." } });
    let tries = 0;
    await using desk = openDesk(() => {
      tries += 1;
      if (tries % 7 === 3) throw busy("busy", { retryAfter: 1 });
      if (tries % 50 === 20) throw new Error("the store is away");
    });
    const { host, username, password } = new URL(nats.url);
    const login = {
      servers: host,
      user: username,
      pass: decodeURIComponent(password),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    };
    const connection = await connect(login);
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: "LOGS", subjects: ["logs.>"] });
    const publish = async (from: number, to: number) => {
      for (let n = from; n < to;) {
        const sent = jetstream(connection).publish("logs.app", `{"n":${n}}`, { msgID: String(n), timeout: 500 });
        // A server at its restart does not hear the first ones; by its id it knows one that it heard twice.
        n += await sent.then(
          () => 1,
          () => 0,
        );
      }
    };
    await publish(0, 60);
    const stop = new AbortController();
    const clock = {
      now: () => desk.clock.now(),
      sleep: (_: number, signal?: AbortSignal) => desk.clock.sleep(20, signal),
    };
    const options = {
      source: "app",
      url: new Secret(nats.url),
      stream: "LOGS",
      consumer: "meridian",
      subjects: ["logs.app"],
    };
    const running = consumeNats({ desk: desk.desk, clock, log: desk.log, ackWithin: 3_000 }, options, stop.signal);
    try {
      await desk.until(55);
      await nats.restart();
      await publish(60, 80);
      await desk.until(80);
    } finally {
      stop.abort();
      await running;
      await connection.close();
    }
    assert.deepEqual(
      desk.reading.records.map(({ body }) => Number(body["n"])).toSorted((a, b) => a - b),
      Array.from({ length: 80 }, (_, n) => n),
    );
    assert.ok(
      desk.reading.deliveries.every(
        ({ key, facts }) => key?.startsWith("nats/LOGS/") && facts?.["subject"] === "logs.app",
      ),
    );
  },
);
