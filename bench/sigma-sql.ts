/**
 * How fast ClickHouse answers a rule over stored events, for each way of storing them that we weighed
 * (docs/decisions/sigma-sql.md): the record's JSON, two arrays, a map, a map in buckets, and hot columns beside the map.
 *
 *   npm run bench sigma-sql -- [--events 200000] [--runs 7]
 *
 * Events are made here: one third each of Sysmon process, Windows Event JSON and Sysmon file records. Each query counts
 * the events; queries take turns over the tables, figures are medians in milliseconds. All tables are merged to one
 * part, ZSTD(1), and lie in the page cache. Figures go to bench/out/sigma-sql.json.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Session } from "chdb";
import {
  ANY,
  eventColumns,
  eventColumnsDefinition,
  type Expr,
  flatLayout,
  hotColumnDefinition,
  type JsonObject,
  type Pattern,
  storedEvent,
  toSql,
} from "#sigma";
import { laneBytes, lanes } from "./sigma/lanes.ts";

const { values: options } = parseArgs({
  options: { events: { type: "string", default: "200000" }, runs: { type: "string", default: "7" } },
});
const eventCount = Number(options.events);
const runs = Number(options.runs);
const origin = { selection: "selection", key: "", value: "", line: 1, column: 1 };

const folder = mkdtempSync(join(tmpdir(), "sigma-sql-bench-"));
const session = new Session(folder);
process.once("exit", () => {
  session.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The columns of each table, and what fills them from `source`. */
const tables = {
  json: { columns: "body String CODEC(ZSTD(1))", from: "body", settings: "" },
  arrays: {
    columns: "paths Array(LowCardinality(String)) CODEC(ZSTD(1)), texts Array(String) CODEC(ZSTD(1))",
    from: "arrayFlatten(arrayMap((k, v) -> arrayMap(x -> k, v), mapKeys(texts), mapValues(texts))), arrayFlatten(mapValues(texts))",
    settings: "",
  },
  map: { columns: eventColumnsDefinition, from: "texts, containers", settings: "" },
  buckets: {
    columns: eventColumnsDefinition,
    from: "texts, containers",
    settings:
      ", map_serialization_version = 'with_buckets', map_buckets_strategy = 'constant', max_buckets_in_map = 16, map_buckets_min_avg_size = 0",
  },
  hot: {
    columns: `${eventColumnsDefinition}, ${hotColumnDefinition("image", "Image")}, ${hotColumnDefinition("command_line", "CommandLine")}`,
    from: "texts, containers",
    settings: "",
  },
} as const;
type TableName = keyof typeof tables;

const like = (field: string, ...pattern: Pattern): Expr => ({
  kind: "field",
  field,
  test: { op: "like", pattern, cased: false },
  origin,
});
const plans: Record<string, Expr> = {
  "one field": like("Image", ANY, "\\cmd.exe"),
  "two fields": { kind: "and", of: [like("Image", ANY, "\\cmd.exe"), like("CommandLine", ANY, "whoami", ANY)] },
  "40 values": { kind: "or", of: Array.from({ length: 40 }, (_, i) => like("CommandLine", ANY, `tool-${i}`, ANY)) },
  keyword: { kind: "keyword", test: { op: "like", pattern: ["mimikatz"], cased: false }, origin },
};

const hot = new Map([
  ["Image", "image"],
  ["CommandLine", "command_line"],
]);

/** The map's SQL is the product's; the other ways are asked by the SQL that they would need. */
function whereOf(table: TableName, plan: Expr): string {
  const sql = (of: Expr): string =>
    toSql(of, { columns: table === "hot" ? { ...eventColumns, hot } : eventColumns, layout: flatLayout });
  if (table !== "arrays" && table !== "json") return sql(plan);
  const whole = table === "arrays" ? "texts" : "[body]";
  if (plan.kind === "keyword") return sql(like("all", ANY, "mimikatz", ANY)).replaceAll("texts['all']", whole);
  const one = table === "arrays" ? "arrayFilter((x, p) -> p = '$1', texts, paths)" : "[JSONExtractString(body, '$1')]";
  return sql(plan).replaceAll(/texts\['(\w+)'\]/g, one);
}

await fill();
const figures = Object.keys(plans).map((name) => {
  const taken = new Map<TableName, number[]>();
  const counts = new Map<TableName, string>();
  for (let run = 0; run <= runs; run++) {
    for (const table of Object.keys(tables) as TableName[]) {
      const start = performance.now();
      counts.set(
        table,
        session
          .query(
            `SELECT count() FROM ${table} WHERE ${whereOf(table, plans[name]!)} SETTINGS use_query_condition_cache = 0`,
            "TSV",
          )
          .trim(),
      );
      if (run > 0) taken.set(table, [...(taken.get(table) ?? []), performance.now() - start]);
    }
  }
  const ms = Object.fromEntries([...taken].map(([table, all]) => [table, Number(median(all).toFixed(1))]));
  console.log(name.padEnd(12), JSON.stringify(ms), "found", JSON.stringify(Object.fromEntries(counts)));
  return { name, ms };
});
const sizes = Object.fromEntries(
  session
    .query(
      "SELECT table, sum(data_compressed_bytes) FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table",
      "TSV",
    )
    .trim()
    .split("\n")
    .map((line) => line.split("\t"))
    .map(([table, bytes]) => [table, Number(bytes)]),
);
console.log("bytes", JSON.stringify(sizes));
writeFileSync(
  fileURLToPath(new URL("out/sigma-sql.json", import.meta.url)),
  JSON.stringify(
    { processor: cpus()[0]?.model, node: process.version, eventCount, runs, figures, sizes },
    undefined,
    2,
  ),
);

async function fill(): Promise<void> {
  session.query(`CREATE TABLE source (body String, ${eventColumnsDefinition}) ENGINE = Memory`);
  let made = 0;
  let bytes = 0;
  let storing = 0;
  for (const lane of lanes.filter(({ name }) => name !== "syslog")) {
    const lines = Buffer.from(laneBytes(lane, Math.ceil(eventCount / 3)))
      .toString("utf8")
      .trim()
      .split("\n");
    for (let from = 0; from < lines.length; from += 20_000) {
      const bodies = lines.slice(from, from + 20_000).map((line) => JSON.parse(line) as JsonObject);
      const start = performance.now();
      const stored = bodies.map((body) => storedEvent(body));
      storing += performance.now() - start;
      const rows = bodies.map((body, i) => JSON.stringify({ body: JSON.stringify(body), ...stored[i] })).join("\n");
      await session.insert({ table: "source", values: Buffer.from(rows), format: "JSONEachRow" });
      made += bodies.length;
    }
    bytes += lines.reduce((sum, line) => sum + line.length, 0);
  }
  console.log(
    `${made} events of ${(bytes / made).toFixed(0)} bytes; storedEvent ${((storing / made) * 1000).toFixed(1)} us each`,
  );
  for (const [name, { columns, from, settings }] of Object.entries(tables)) {
    session.query(
      `CREATE TABLE ${name} (${columns}) ENGINE = MergeTree ORDER BY tuple() SETTINGS min_bytes_for_wide_part = 0${settings}`,
    );
    let start = performance.now();
    session.query(`INSERT INTO ${name} SELECT ${from} FROM source`);
    const inserted = performance.now() - start;
    start = performance.now();
    session.query(`OPTIMIZE TABLE ${name} FINAL`);
    console.log(`${name}: insert ${inserted.toFixed(0)} ms, merge ${(performance.now() - start).toFixed(0)} ms`);
  }
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1]!;
}
