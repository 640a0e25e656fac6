import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChdbEvents } from "./chdb-events.ts";
import { openClickHouseEvents } from "./clickhouse-events.ts";
import { startClickHouse } from "./testing/clickhouse.ts";
import { eventsConformance } from "./testing/events-conformance.ts";

eventsConformance("chDB", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-chdb-"));
  const events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
  return {
    events,
    async [Symbol.asyncDispose]() {
      await events[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
});

eventsConformance("ClickHouse over HTTP", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-clickhouse-"));
  const server = await startClickHouse(folder);
  const events = await openClickHouseEvents({ url: server.url });
  return {
    events,
    async [Symbol.asyncDispose]() {
      await events[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
});
