/**
 * A program to be killed: stores deliveries of a few events each, several at a time, and says a delivery's number on its
 * standard output once the lake has acknowledged it. `storing-writer.ts FOLDER`.
 */
import { writeSync } from "node:fs";
import { openChdbEvents, systemClock } from "#platform";
import { createLakeStore } from "../create-lake-store.ts";
import { numberedBatch } from "./numbered-batch.ts";

const [folder = ""] = process.argv.slice(2);
const events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
const lake = createLakeStore({ events, clock: systemClock });
await lake.open();
let next = 0;
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (;;) {
      const number = next++;
      await lake.store(numberedBatch(number));
      // Synchronous: what this process says must not wait in a buffer that dies with it.
      writeSync(1, `${number}\n`);
    }
  }),
);
