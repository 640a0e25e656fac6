/**
 * How long searches take over a lake of this many events, and what an event costs on disk.
 *
 *   npm run bench search -- [--events 2000000] [--days 30] [--runs 5] [--keep FOLDER] [--only WORD]
 *
 * The lake is filled by the engine from numbers (bench/search/fill-lake.ts says with what). With --keep it stays in that
 * folder: days that are there already are not made again, so a filling that was cut off goes on. Each search is asked as
 * the API is, without HTTP: its first page of 100, then its histogram, over all the days. "first" is the first of the runs
 * after the search before, "median" that of all; both in milliseconds of wall clock. Figures go to bench/out/search.json.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLakeStore, createSearch } from "../src/lake/index.ts";
import { makeId } from "../src/kernel/index.ts";
import { openChdbEvents, openSqliteRecords, systemClock } from "../src/platform/index.ts";
import { createLog } from "../src/telemetry/index.ts";
import { fillLake } from "./search/fill-lake.ts";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "2000000" },
    days: { type: "string", default: "30" },
    runs: { type: "string", default: "5" },
    keep: { type: "string" },
    only: { type: "string" },
  },
});
const [total, days, runs] = [Number(options.events), Number(options.days), Number(options.runs)];
const end = Date.UTC(2026, 0, 31);
const folder = options.keep ?? mkdtempSync(join(tmpdir(), "meridian-bench-search-"));
const events = await openChdbEvents({ folder });
await createLakeStore({ events, clock: systemClock }).open();

const filled = await filling();
const search = createSearch({
  events,
  records: await openSqliteRecords({ file: ":memory:", clock: systemClock }),
  change: () => Promise.reject(new Error("nothing is changed here")),
  clock: systemClock,
  newId: (kind) => makeId(kind, systemClock.now(), new Uint8Array(10)),
  monotonic: () => performance.now(),
  limits: { seconds: 300 },
});

const searches: Readonly<Record<string, string>> = {
  "selective: one host of 2,000, one port": "host:lis03-edge1203 dst_port:22",
  "selective: one user, by network": "user:user1234 src_ip:10.3.0.0/16",
  "selective: an address": "ip:10.3.77.12",
  "a field of the record alone": "LogonType:10 TargetUserName:user1234",
  "needle: none": "absolutelynowhere",
  "needle: one in 50,000,000": "zebrafinch",
  "needle: one in 10,000": "mimikatz",
  "needle: one in 8": "powershell",
  "needle: in all": "UtcTime",
  "needle: a phrase, one in 10,000": '"sekurlsa mimikatz"',
  "needle: a part of a word": "*imikat*",
  "needle: two common words": "word123 word456",
};
const tables: Readonly<Record<string, string>> = {
  "stats count by host": "| stats count by host",
  "a kind, stats by user": "kind:windows/logon | stats count, dc(src_ip) by user | head 20",
  "needle, stats by host": "mimikatz | stats count by host",
};

const figures = {
  processor: cpus()[0]?.model,
  node: process.version,
  engine: (await events.query<{ version: string }>("select version() as version"))[0]?.version,
  ...filled,
  "bytes of JSON an event": Math.round(
    (await events.query<{ n: number }>("select avg(length(raw)) as n from (select raw from events limit 100000)"))[0]
      ?.n ?? 0,
  ),
  "bytes on disk an event": await bytesOnDisk(),
  parts: (
    await events.query<{ n: number }>("select count() as n from system.parts where active and table = 'events'")
  )[0]?.n,
  milliseconds: Object.fromEntries([
    ...(await timeAll(searches, false)),
    ...(await timeAll(tables, true)),
    ...(await timeOne()),
  ]),
};
const out = fileURLToPath(new URL("out/search.json", import.meta.url));
writeFileSync(out, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(JSON.stringify(figures, undefined, 2));
await events[Symbol.asyncDispose]();
if (options.keep === undefined) rmSync(folder, { recursive: true });

async function filling(): Promise<object> {
  const before = (await events.query<{ n: number }>("select count() as n from events"))[0]?.n ?? 0;
  const [began, spent] = [performance.now(), process.cpuUsage()];
  await fillLake(events, { events: total, days, end }, (text) => console.error(text));
  const { user, system } = process.cpuUsage(spent);
  const made = total - before;
  const seconds = (performance.now() - began) / 1_000;
  return {
    events: total,
    days,
    ...(made > 0 && {
      "events filled a second": Math.round(made / seconds),
      "µs of processor an event filled": (user + system) / made,
    }),
  };
}

async function bytesOnDisk(): Promise<object> {
  const [row] = await events.query<{ all: number; index: number; n: number }>(
    "select sum(bytes_on_disk) as all, sum(secondary_indices_compressed_bytes) as index, sum(rows) as n from system.parts where active and table = 'events'",
  );
  const [raw] = await events.query<{ n: number }>(
    "select sum(column_data_compressed_bytes) as n from system.parts_columns where active and table = 'events' and column = 'raw'",
  );
  const rows = row?.n ?? 1;
  const each = (bytes = 0) => Math.round((10 * bytes) / rows) / 10;
  return { all: each(row?.all), "of it raw": each(raw?.n), "of it indexes": each(row?.index) };
}

async function timeAll(asked: Readonly<Record<string, string>>, table: boolean): Promise<[string, object][]> {
  const found: [string, object][] = [];
  for (const [name, query] of Object.entries(asked)) {
    if (options.only !== undefined && !name.includes(options.only)) continue;
    const page = await time(() => ask("search-events", { query }));
    const histogram = table ? undefined : await time(() => ask("count-events-by-time", { query, bars: 60 }));
    const { total: count } = (histogram?.answer ?? {}) as { total?: number };
    found.push([
      name,
      {
        query,
        ...(count === undefined ? {} : { found: count }),
        [table ? "table" : "first page"]: page.times,
        ...(histogram && { histogram: histogram.times }),
      },
    ]);
    console.error(name, JSON.stringify(found.at(-1)?.[1]));
  }
  return found;
}

async function timeOne(): Promise<[string, object][]> {
  const [row] = await events.query<{ uid: string }>("select uid from events limit 1");
  return [["one event by its uid", (await time(() => ask("read-event", undefined, { uid: row?.uid }))).times]];
}

async function ask(id: string, body: object | undefined, params?: object): Promise<unknown> {
  const route = search.routes.find((one) => one.id === id)!;
  const shaped = route.body?.parse({ ...body, from: end - days * 86_400_000, to: end });
  const answer = await route.handle({
    caller: { kind: "person", id: "person_bench", may: () => true },
    params,
    query: undefined,
    body: shaped,
    request: new Request("http://localhost/"),
    requestId: "request_bench",
    peer: "",
    secure: false,
    signal: new AbortController().signal,
    log: createLog({ level: "error", format: "json", now: () => 0, write: () => undefined }),
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  return answer.json();
}

async function time(
  work: () => Promise<unknown>,
): Promise<{ answer: unknown; times: { first: number; median: number } }> {
  const times: number[] = [];
  let answer: unknown;
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    answer = await work();
    times.push(Math.round(performance.now() - began));
  }
  return { answer, times: { first: times[0]!, median: times.toSorted((a, b) => a - b)[runs >> 1]! } };
}
