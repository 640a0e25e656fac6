/**
 * What the ledger costs on this machine: entries a second into the log, from statements written down to signed; proofs
 * from the records; the check of an export. Beside it, in the same run, the bare SHA-256 that no check can do without.
 *
 *   npm run bench ledger -- [--entries 100000] [--runs 3]
 *
 * Entries are like audit entries, of about 300 bytes. Records are SQLite, every commit on disk. Figures, medians of the
 * runs, go to bench/out/ledger.json. "Processor" is user and system time of the whole process.
 */
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createAccess, permissions as accessPermissions, systemActor } from "../src/access/index.ts";
import { Secret } from "../src/kernel/index.ts";
import { checkExport } from "../src/ledger/check-export-file.ts";
import { exportLog } from "../src/ledger/export-log.ts";
import { permissions, record } from "../src/ledger/index.ts";
import { openLog } from "../src/ledger/open-log.ts";
import { proveConsistency, proveInclusion } from "../src/ledger/proofs.ts";
import { sequence } from "../src/ledger/sequence.ts";
import { sha256Tree } from "../src/ledger/sha256.ts";
import type { LedgerTables } from "../src/ledger/tables.ts";
import { makeId } from "../src/kernel/index.ts";
import { openSqliteRecords, readMigrations, systemClock as clock } from "../src/platform/index.ts";

const { values: options } = parseArgs({
  options: { entries: { type: "string", default: "100000" }, runs: { type: "string", default: "3" } },
});
const count = Number(options.entries);
const folder = mkdtempSync(join(tmpdir(), "meridian-bench-"));
const records = await openSqliteRecords({ file: join(folder, "records.sqlite"), clock });
const rooms = ["access", "ledger"].map((room) =>
  readMigrations(room, new URL(`../src/${room}/migrations/`, import.meta.url)),
);
await records.migrate((await Promise.all(rooms)).flat());
const { change } = createAccess({
  records,
  clock,
  newId: (kind) => makeId(kind, clock.now(), randomBytes(10)),
  permissions: [accessPermissions, permissions, { "things.make": { says: "Make things.", roles: [] } }],
  sessionLifetime: 1,
});
const read = records.tables<LedgerTables>();
const secret = new Secret(randomBytes(32).toString("base64"));
const signer = await openLog({ read, change, folder, secret, origin: "bench.example/log" });
const parts = { read, change, clock, signer, holder: undefined };
const scribe = systemActor("scribe", ["things.make"]);

const body = { actor: "person_01m882q7h8ehftn4jz98cmbefg", action: "cases.close", outcome: "done" };
const statement = (n: number) => ({
  kind: "audit",
  subject: `case_${n % 1_000}`,
  at: clock.now(),
  body,
  sealed: { details: { n } },
});

const writing = await timed(() =>
  inBatches(count, 1_000, (from, to) =>
    change(scribe, "things.make", async ({ tx }) => {
      for (let n = from; n < to; n += 1) await record(tx, statement(n));
    }),
  ),
);
const ordering = await timed(() => sequence(parts, { last: true }));
const size = count;

const proofs = 2_000;
const inclusion = await median(() => timed(() => repeat(proofs, () => proveInclusion(read, randomInt(size), size))));
const consistency = await median(() =>
  timed(() => repeat(proofs, () => proveConsistency(read, randomInt(size) + 1, size))),
);

const file = join(folder, "export.ndjson");
const exporting = await timed(() => writeFile(file, exportLog(read, 0)));
const megabytes = statSync(file).size / 1e6;
const verifying = await median(() =>
  timed(async () => {
    const { tamperings, proven } = await checkExport({ file, keys: [signer.key], witnesses: [] });
    if (tamperings.length > 0 || proven?.size !== size) throw new Error("the bench's own log does not verify");
  }),
);
const peak = process.resourceUsage().maxRSS / 1024;
const leaf = randomBytes(300);
const hashing = await median(() =>
  timed(async () => void (await repeat(count, async () => void sha256Tree.leaf(leaf)))),
);

const figures = {
  processor: cpus()[0]?.model,
  node: process.version,
  entries: count,
  "bytes of export per entry": Math.round((megabytes * 1e6) / count),
  "statements a second written down, 1,000 in a transaction": perSecond(count, writing.wall),
  "entries a second put in order, stored and signed": perSecond(count, ordering.wall),
  "processor microseconds for an entry put in order": round((ordering.processor * 1e6) / count),
  "microseconds for an inclusion proof": round((inclusion.wall * 1e6) / proofs),
  "processor microseconds for an inclusion proof": round((inclusion.processor * 1e6) / proofs),
  "microseconds for a consistency proof": round((consistency.wall * 1e6) / proofs),
  "processor microseconds for a consistency proof": round((consistency.processor * 1e6) / proofs),
  "megabytes a second exported": round(megabytes / exporting.wall),
  "megabytes a second verified": round(megabytes / verifying.wall),
  "megabytes verified in a second of processor time": round(megabytes / verifying.processor),
  "entries a second verified": perSecond(count, verifying.wall),
  "processor microseconds for an entry verified": round((verifying.processor * 1e6) / count),
  "processor microseconds of bare SHA-256 for a leaf of 300 bytes": round((hashing.processor * 1e6) / count),
  "megabytes of memory at the most": Math.round(peak),
};
await records[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });
writeFileSync(fileURLToPath(new URL("out/ledger.json", import.meta.url)), `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(JSON.stringify(figures, undefined, 2));

interface Time {
  /** Seconds. */
  readonly wall: number;
  readonly processor: number;
}

async function timed(work: () => Promise<unknown>): Promise<Time> {
  const [wall, processor] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(processor);
  return { wall: (performance.now() - wall) / 1e3, processor: (user + system) / 1e6 };
}

async function median(measure: () => Promise<Time>): Promise<Time> {
  const found: Time[] = [];
  for (let run = 0; run < Number(options.runs); run += 1) found.push(await measure());
  const middle = found.toSorted((a, b) => a.wall - b.wall)[found.length >> 1];
  if (!middle) throw new Error("--runs takes at least 1");
  return middle;
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n += 1) await work();
}

async function inBatches(total: number, batch: number, work: (from: number, to: number) => Promise<unknown>) {
  for (let from = 0; from < total; from += batch) await work(from, Math.min(total, from + batch));
}

function perSecond(n: number, seconds: number): number {
  return Math.round(n / seconds);
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
