import { totalmem } from "node:os";
import { createClient } from "@clickhouse/client";
import { chdbConnection } from "./chdb-connection.ts";
import { ChdbEngine } from "./chdb-engine.ts";
import { ClientEvents, clientLog } from "./client-events.ts";
import type { Events } from "./events.ts";

export interface ChdbOptions {
  /** Made when missing. Whoever opens it holds the data folder's lock. */
  readonly folder: string;
  /** What the engine may use in all; a quarter of the machine's memory, at most 4 GiB, when not said. */
  readonly memoryBytes?: number;
}

/** Events in a folder, kept by ClickHouse inside this process. A process has one at a time. */
export async function openChdbEvents({ folder, memoryBytes }: ChdbOptions): Promise<Events> {
  const engine = await ChdbEngine.open(folder, memoryBytes ?? Math.min(4 * 1024 ** 3, Math.floor(totalmem() / 4)));
  const clientOf = (ahead: boolean) => createClient({ connection: chdbConnection(engine, ahead), log: clientLog });
  return new ClientEvents("chdb", clientOf(false), clientOf(true));
}
