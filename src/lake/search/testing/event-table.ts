import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Events, openChdbEvents } from "#platform";
import type { EventColumns, FindingRow } from "../../contract.ts";
import { searchedTextSql } from "../language/searched-text.ts";

/** Tables with the columns of the contract, in a lake of their own. */
export async function openEventTables(): Promise<AsyncDisposable & { readonly events: Events }> {
  const folder = await mkdtemp(join(tmpdir(), "meridian-search-"));
  const events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
  const name = "LowCardinality(String)";
  await events.command(`create table if not exists events (
    uid String, time DateTime64(3, 'UTC'), received DateTime64(3, 'UTC'), source ${name}, kind ${name}, site ${name},
    class UInt32, activity UInt8, severity UInt8, code ${name}, host ${name}, user String, process String, cmd String,
    parent String, parent_cmd String, file String, hash Array(String), src_ip String, src_port UInt16, dst_ip String,
    dst_port UInt16, domain String, url String, action ${name}, outcome ${name}, raw String, original String,
    index raw_text raw type text(tokenizer = splitByNonAlpha, preprocessor = ${searchedTextSql("raw")})
  ) engine = MergeTree order by (time, uid) settings index_granularity = 16`);
  await events.command(`create table if not exists findings (
    id String, time DateTime64(3, 'UTC'), received DateTime64(3, 'UTC'), type ${name}, rule String, title String,
    level ${name}, silent UInt8, muted ${name}, alert String, source ${name}, kind ${name}, site ${name}, host ${name},
    user String, entity String, tags Array(String), events Array(String), matched String, fields String, raw String
  ) engine = MergeTree order by (time, id)`);
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
