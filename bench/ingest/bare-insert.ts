/**
 * Rows of a fleet's events into the lake's own table, and nothing else: `bare-insert.ts FOLDER SECONDS ROWS-AT-ONCE`. Says
 * on its standard output, in JSON, how many a second, and what each took of the processor.
 */
import { createLakeStore, createSpeller } from "../../src/lake/index.ts";
import { loadKinds, readLog, toEvent } from "../../src/ingest/index.ts";
import { openChdbEvents, systemClock } from "../../src/platform/index.ts";
import { fleetBodies, renew } from "./fleet-events.ts";

const [folder = "", seconds = "20", size = "10000"] = process.argv.slice(2);
await using events = await openChdbEvents({ folder, memoryBytes: 2 * 1024 ** 3 });
await createLakeStore({ events, clock: systemClock }).open();
const speller = createSpeller();
const recognise = loadKinds();
const bodies = fleetBodies({ bodies: 4, events: Number(size), share: 1 }, () => false);
let number = 1;

/** Spelled beforehand: what is measured is the store. */
async function batch(at: number): Promise<Uint8Array<ArrayBuffer>> {
  const body = bodies[at % bodies.length]!;
  number = renew(body, number, Date.now());
  const bytes = new Uint8Array(body.bytes);
  speller.begin({ source: "bench", receivedAt: Date.now(), bytes });
  for await (const { records } of readLog({
    name: "bench",
    async *open() {
      yield bytes;
    },
  }))
    for (const record of records) speller.add(record, toEvent(record, recognise));
  return speller.take().rows;
}

let rows = 0;
let busy = 0;
let cpu = 0;
for (let at = 0; busy < Number(seconds) * 1_000; at++) {
  const lines = await batch(at);
  const before = process.cpuUsage();
  const began = performance.now();
  await events.insertLines("events", lines);
  busy += performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  cpu += user + system;
  rows += Number(size);
}
console.log(
  JSON.stringify({
    "rows at once": Number(size),
    "rows a second": Math.round((rows / busy) * 1_000),
    "microseconds of processor time a row": Math.round((cpu / rows) * 10) / 10,
  }),
);
