/**
 * A program to be killed: `sequencing-writer.ts PLACE FOLDER FIRST [quiet]`. Writes statements numbered from FIRST and
 * puts them in order, both as fast as it can; says `wrote N` once a statement has committed, and `signed NOTE` (JSON) for
 * each checkpoint that it has seen kept. With `quiet` it only puts in order.
 */
import { writeSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { openPostgresRecords, openSqliteRecords, systemClock } from "#platform";
import { latestCheckpoint } from "../store.ts";
import { ledgerOver } from "./open-ledger.ts";

const [place = "", folder = "", first = "0", quiet] = process.argv.slice(2);
const records = place.startsWith("postgres:")
  ? await openPostgresRecords({ url: place, clock: systemClock })
  : await openSqliteRecords({ file: place, clock: systemClock });
const house = await ledgerOver(records, systemClock, folder);
await Promise.all([quiet ? Promise.resolve() : write(), order()]);

async function write(): Promise<void> {
  for (let n = Number(first); ; n += 1) {
    await house.write({ kind: "verdict", subject: "host_1", body: { number: n } });
    // Synchronous: what this process says must not wait in a buffer that dies with it.
    writeSync(1, `wrote ${n}\n`);
    await turn();
  }
}

async function order(): Promise<void> {
  for (;;) {
    await house.settle();
    const last = await latestCheckpoint(house.read);
    if (last) writeSync(1, `signed ${JSON.stringify(last.note)}\n`);
    await turn();
  }
}
