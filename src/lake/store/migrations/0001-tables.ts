import type { StoreStep, TableDefinition } from "../table-ddl.ts";

const instant = "DateTime64(3) CODEC(Delta, ZSTD(1))";
const few = "LowCardinality(String)";
const text = "String CODEC(ZSTD(1))";
const id = "FixedString(32) CODEC(ZSTD(1))";
/**
 * What is looked for in a record: its text in lower case, escaped backslashes as `/`, line breaks and tabs as spaces, as
 * else the first word of a line is glued to its escape. An expression, not the index's preprocessor: that is applied only
 * where the planner reads from the index, so the same question would have two answers.
 */
const searched = String.raw`replaceAll(replaceAll(replaceAll(replaceAll(lower(raw), '\\\\', '/'), '\\n', ' '), '\\r', ' '), '\\t', ' ')`;
const words = `(${searched}) TYPE text(tokenizer = splitByNonAlpha)`;

/** docs/decisions/lake-table.md says why each is as it is. */
const events: TableDefinition = {
  name: "events",
  columns: {
    uid: id,
    time: instant,
    received: instant,
    source: few,
    kind: few,
    site: few,
    class: "UInt32",
    activity: "UInt32",
    severity: "UInt8",
    code: few,
    host: few,
    user: few,
    process: few,
    cmd: text,
    parent: few,
    parent_cmd: text,
    file: text,
    hash: "Array(String) CODEC(ZSTD(1))",
    src_ip: text,
    src_port: "UInt16 CODEC(ZSTD(1))",
    dst_ip: text,
    dst_port: "UInt16 CODEC(ZSTD(1))",
    domain: text,
    url: text,
    action: few,
    outcome: few,
    raw: text,
    original: text,
  },
  indexes: {
    words,
    by_time: "time TYPE minmax GRANULARITY 1",
    by_uid: "uid TYPE bloom_filter(0.001) GRANULARITY 1",
  },
  /** A row that is found costs the reading of its granule: 1 MB of raw at 1 KB each. */
  granularity: 1_024,
  partitionBy: "toDate(received)",
  orderBy: "(toStartOfHour(time), source, kind, time)",
  shardBy: "sipHash64(uid)",
};

const findings: TableDefinition = {
  name: "findings",
  columns: {
    id,
    time: instant,
    received: instant,
    type: few,
    rule: few,
    title: few,
    level: few,
    silent: "UInt8",
    muted: few,
    alert: text,
    source: few,
    kind: few,
    site: few,
    host: few,
    user: few,
    entity: few,
    tags: "Array(LowCardinality(String))",
    events: "Array(String) CODEC(ZSTD(1))",
    matched: text,
    fields: text,
    raw: text,
  },
  indexes: {
    words,
    by_id: "id TYPE bloom_filter(0.001) GRANULARITY 1",
    by_alert: "alert TYPE bloom_filter(0.001) GRANULARITY 1",
  },
  partitionBy: "toStartOfMonth(received)",
  orderBy: "(time, rule)",
  shardBy: "sipHash64(id)",
};

const deadLetters: TableDefinition = {
  name: "dead_letters",
  columns: {
    id,
    received: instant,
    source: few,
    code: few,
    message: text,
    format: few,
    /** The delivery's key. */
    delivery: text,
    number: "UInt32",
    /** Base64: what could not be read is often no text. */
    bytes: text,
  },
  indexes: { by_id: "id TYPE bloom_filter(0.001) GRANULARITY 1" },
  partitionBy: "toStartOfMonth(received)",
  orderBy: "(source, received)",
  shardBy: "sipHash64(id)",
};

export const steps: readonly StoreStep[] = [events, findings, deadLetters].map((table) => ({ does: "create", table }));
