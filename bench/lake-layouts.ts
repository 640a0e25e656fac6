/**
 * Why the lake's table is as it is: the same rows into tables that differ in one thing each; what an insert and a merge
 * cost, what lies on disk, and what some questions cost.
 *
 *   npm run bench lake-layouts -- [--rows 100000] [--batch 10000]
 *
 * Rows are a fleet's Windows events of an hour and four, 1 KB each. Costs are the processor time of the whole process: of
 * inserts and merges in microseconds a row, of questions in milliseconds each. Figures go to bench/out/lake-layouts.json.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLakeStore } from "../src/lake/index.ts";
import { type Events, openChdbEvents, systemClock } from "../src/platform/index.ts";
import { microsecondsSince, rounded, spelledBatches } from "./lake/spelled-batches.ts";

const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "100000" }, batch: { type: "string", default: "10000" } },
});
const rows = Number(options.rows);
const { batches } = await spelledBatches(rows, Number(options.batch), 4 * 3_600_000);
const folder = mkdtempSync(join(tmpdir(), "meridian-bench-layouts-"));
const figures: Record<string, unknown> = { processor: cpus()[0]?.model, node: process.version, rows };

{
  await using events = await openChdbEvents({ folder, memoryBytes: 2 * 1024 ** 3 });
  await createLakeStore({ events, clock: systemClock }).open();
  const [made] = await events.query<{ sql: string }>(
    "select create_table_query as sql from system.tables where name = 'events' and database = currentDatabase()",
  );
  const ours = (made?.sql ?? "").replace(/^CREATE TABLE \S+/, "");
  const words = / ?INDEX words [^]*?(?=, INDEX)/;
  const order = / ORDER BY \([^]*?\) SETTINGS/;
  const layouts: Record<string, string> = {
    "as it is": ours,
    "without the words' index": ours.replace(words, " ").replace(/,\s*,/g, ","),
    "with trigrams of the record": ours.replace(words, " INDEX words lower(raw) TYPE text(tokenizer = ngrams(3))"),
    "in order of source, kind, time": ours.replace(order, " ORDER BY (source, kind, time) SETTINGS"),
    "in order of time": ours.replace(order, " ORDER BY time SETTINGS"),
    "with Bloom filters of host, user, addresses, hashes": ours.replace(
      " INDEX by_time",
      ` ${["host", "user", "src_ip", "dst_ip", "hash"].map((name) => `INDEX by_${name} ${name} TYPE bloom_filter(0.01) GRANULARITY 1, `).join("")}INDEX by_time`,
    ),
  };
  for (const [name, definition] of Object.entries(layouts)) figures[name] = await measure(events, definition);
}
rmSync(folder, { recursive: true });
const out = fileURLToPath(new URL("out/lake-layouts.json", import.meta.url));
writeFileSync(out, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(JSON.stringify(figures, undefined, 2));

async function measure(events: Events, definition: string): Promise<Record<string, number>> {
  await events.command(`create table tried ${definition}`);
  const inserting = process.cpuUsage();
  for (const { rows: lines } of batches) await events.insertLines("tried", lines);
  const insert = microsecondsSince(inserting) / rows;
  const merging = process.cpuUsage();
  await events.command("optimize table tried final");
  const merge = microsecondsSince(merging) / rows;
  const [disk] = await events.query<{ bytes: number }>(
    "select sum(bytes_on_disk) as bytes from system.parts where active and table = 'tried'",
  );
  const [some] = await events.query<{ host: string }>("select any(host) as host from tried");
  const question = async (sql: string) => {
    await events.query(sql);
    const before = process.cpuUsage();
    for (let times = 0; times < 5; times += 1) await events.query(sql);
    return rounded(microsecondsSince(before) / 5000);
  };
  const page = "select uid, time, host, user, process, cmd, raw from tried";
  const figure = {
    "insert, µs a row": rounded(insert),
    "merge, µs a row": rounded(merge),
    "bytes an event": Math.round((disk?.bytes ?? 0) / rows),
    "newest 100": await question(`${page} order by time desc limit 100`),
    "newest 100 of a host": await question(`${page} where host = '${some?.host ?? ""}' order by time desc limit 100`),
    "newest 100 of a kind": await question(`${page} where kind like '%sysmon/1 %' order by time desc limit 100`),
    "histogram of all": await question("select toStartOfMinute(time) as m, count() as n from tried group by m"),
    "one event by its uid": await question(`${page} where uid = '${"ab".repeat(16)}'`),
  };
  await events.command("drop table tried");
  return figure;
}
