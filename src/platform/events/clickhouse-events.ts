import { createClient } from "@clickhouse/client";
import { ClientEvents, clientLog } from "./client-events.ts";
import type { Events } from "./events.ts";

export interface ClickHouseOptions {
  /** `https://user:password@host:8443/database`. */
  readonly url: string;
}

/** Events in a ClickHouse 26.2 or newer. Throws when the server cannot be reached or is too old. */
export async function openClickHouseEvents({ url }: ClickHouseOptions): Promise<Events> {
  const options = {
    url,
    application: "meridian",
    // The engine's own limit ends a query first; this is for a server that no longer answers.
    request_timeout: 600_000,
    compression: { request: true, response: true },
    log: clientLog,
  };
  const events = new ClientEvents("clickhouse", createClient(options), createClient(options));
  try {
    await assertVersion(events);
  } catch (error) {
    await events[Symbol.asyncDispose]();
    throw error;
  }
  return events;
}

async function assertVersion(events: Events): Promise<void> {
  const [row] = await events.query<{ version: string }>("select version() as version");
  const [major = 0, minor = 0] = (row?.version ?? "").split(".").map(Number);
  if (major < 26 || (major === 26 && minor < 2))
    throw new Error(`ClickHouse 26.2 or newer is needed; the server is ${row?.version}. Upgrade it.`);
}
