import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Events, openChdbEvents, systemClock } from "#platform";
import type { EventColumns, FindingRow } from "../../contract.ts";
import { migrateStore } from "../../store/migrate-store.ts";

/** The lake's own tables, empty, in a folder of their own. */
export async function openEventTables(): Promise<AsyncDisposable & { readonly events: Events }> {
  const folder = await mkdtemp(join(tmpdir(), "meridian-search-"));
  const events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
  await migrateStore(events, systemClock);
  return {
    events,
    async [Symbol.asyncDispose]() {
      await events[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

export const emptyEvent: EventColumns = {
  uid: "",
  time: 0,
  received: 0,
  source: "",
  kind: "",
  site: "",
  class: 0,
  activity: 0,
  severity: 0,
  code: "",
  host: "",
  user: "",
  process: "",
  cmd: "",
  parent: "",
  parent_cmd: "",
  file: "",
  hash: [],
  src_ip: "",
  src_port: 0,
  dst_ip: "",
  dst_port: 0,
  domain: "",
  url: "",
  action: "",
  outcome: "",
  raw: "{}",
  original: "",
};

export const emptyFinding: FindingRow = {
  id: "",
  time: 0,
  received: 0,
  type: "detection",
  rule: "",
  title: "",
  level: "",
  silent: 0,
  muted: "",
  alert: "",
  source: "",
  kind: "",
  site: "",
  host: "",
  user: "",
  entity: "",
  tags: [],
  events: [],
  matched: "{}",
  fields: "{}",
  raw: "{}",
};
