import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type IngestKind, loadKinds, type LogRecord, toEvent } from "#ingest";
import {
  compileMatcher,
  type DetectionRule,
  type EventKind,
  type JsonObject,
  readRules,
  type SigmaEvent,
} from "../index.ts";
import { indexPrefilter } from "./index-prefilter.ts";
import { rawPrefilter } from "./raw-prefilter.ts";
import { ruleToSql } from "./rule-sql.ts";
import { eventColumns } from "./sql-table.ts";
import { type ClickHouse, startClickHouse } from "./testing/clickhouse.ts";

const corpus = process.env["MERIDIAN_CORPUS"] ?? "";
const sample = join(corpus, "otrf", "otrf-5k.ndjson.gz");
/** Of the rules that fire on nothing in the sample, every so many-th is asked; 1 with MERIDIAN_SQL_ALL=1. */
const stride = process.env["MERIDIAN_SQL_ALL"] === "1" ? 1 : 6;

const hasCorpus = corpus !== "" && existsSync(sample);
const started = hasCorpus ? await startClickHouse() : { missing: "not needed" };
const skip = !hasCorpus
  ? "NOT CHECKED: set MERIDIAN_CORPUS to a folder with sigmahq/ and otrf/otrf-5k.ndjson.gz"
  : "missing" in started
    ? `NOT CHECKED, this platform has no embedded ClickHouse: ${started.missing}`
    : false;
const clickhouse = started as ClickHouse;
after(async () => {
  if (skip === false) await clickhouse[Symbol.asyncDispose]();
});

const which = stride === 1 ? "every rule" : `every rule that fires and every ${stride}th of the others`;

test(
  `${which} of the public corpus finds the same of 5,000 real events in SQL as in the stream`,
  { skip },
  async () => {
    const events = sampleEvents();
    const { detections } = readRules(
      globSync("sigmahq/rules*/**/*.yml", { cwd: corpus }).map((file) => ({
        file,
        text: readFileSync(join(corpus, file), "utf8"),
      })),
    );
    assert.ok(detections.length > 3000, `${detections.length} rules`);
    const found = new Map<DetectionRule, number[]>();
    const matcher = compileMatcher(detections);
    for (const [n, event] of events.entries()) {
      for (const rule of matcher.match(event)) found.set(rule, [...(found.get(rule) ?? []), n]);
    }
    assert.ok(found.size > 50, `${found.size} rules fire`);

    await clickhouse.store(
      "sample",
      events.map(({ kind, body }) => ({ kind: kind.key, body, raw: JSON.stringify(body) })),
      ["raw String"],
    );
    const kinds = new Set(events.map((event) => event.kind));
    const folded = (kind: EventKind): boolean => (kind as Partial<IngestKind>).unfold !== undefined;
    const asked = detections
      .filter((rule, i) => found.has(rule) || i % stride === 0)
      .map((rule) => ({
        rule,
        sql: ruleToSql(rule, kinds, { columns: eventColumns, kindColumn: "kind" }),
        prefilter: rawPrefilter(rule, kinds, { rawColumn: "raw", kindColumn: "kind", folded }),
        words: indexPrefilter(rule, kinds, { searched, kindColumn: "kind", folded }),
        wordsAndParts: indexPrefilter(rule, kinds, { searched, kindColumn: "kind", folded, parts: 1_000 }),
      }));
    let passed = 0;
    const prefilters = asked.flatMap(({ rule, prefilter, words, wordsAndParts }) =>
      [prefilter, words, wordsAndParts].map((sql) => ({ rule, sql, counted: sql === prefilter })),
    );
    for (const some of inQueries(prefilters)) {
      const columns = some.map(({ sql }) => `arraySort(groupArrayIf(n, ${sql}))`).join(", ");
      const answers = (await clickhouse.query(`SELECT ${columns} FROM sample`)).trim().split("\t");
      for (const [i, { rule, sql, counted }] of some.entries()) {
        const candidates = new Set(JSON.parse(answers[i] ?? "") as number[]);
        if (counted) passed += candidates.size;
        const missed = (found.get(rule) ?? []).filter((n) => !candidates.has(n));
        assert.deepEqual(missed, [], `${rule.title} (${rule.id}): ${sql}`);
      }
    }
    const ofAll = passed / (asked.length * events.length);
    assert.ok(ofAll < 0.01, `the prefilter lets ${(ofAll * 100).toFixed(1)} % of events through`);
    for (const some of inQueries(asked)) {
      const columns = some.map(({ sql }) => `arraySort(groupArrayIf(n, ${sql}))`).join(", ");
      const answers = (await clickhouse.query(`SELECT ${columns} FROM sample`)).trim().split("\t");
      for (const [i, { rule, sql }] of some.entries())
        assert.deepEqual(JSON.parse(answers[i] ?? ""), found.get(rule) ?? [], `${rule.title} (${rule.id}): ${sql}`);
    }
  },
);

/** As the lake's text index has it. */
const searched = String.raw`replaceAll(replaceAll(replaceAll(replaceAll(lower(raw), '\\\\', '/'), '\\n', ' '), '\\r', ' '), '\\t', ' ')`;

function sampleEvents(): SigmaEvent[] {
  const recognise = loadKinds();
  const lines = gunzipSync(readFileSync(sample)).toString("utf8").trim().split("\n");
  return lines.map((line, index) => {
    const record: LogRecord = {
      index,
      offset: 0,
      length: line.length,
      format: "ndjson",
      body: JSON.parse(line) as JsonObject,
    };
    return toEvent(record, recognise);
  });
}

/** As many as fit into ClickHouse's default limits on a query: 256 KiB of text, 50,000 nodes. */
function inQueries<Asked extends { readonly sql: string }>(asked: readonly Asked[]): Asked[][] {
  const queries: Asked[][] = [];
  let room = 0;
  for (const one of asked) {
    if (one.sql === "false") continue;
    if (room < one.sql.length) {
      queries.push([]);
      room = 100_000;
    }
    queries.at(-1)!.push(one);
    room -= one.sql.length;
  }
  return queries;
}
