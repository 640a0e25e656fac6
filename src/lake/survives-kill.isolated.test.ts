import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openChdbEvents, systemClock } from "#platform";
import { createLakeStore } from "./create-lake-store.ts";
import { numberedBatch, rowsOfBatch } from "./testing/numbered-batch.ts";

test("kill -9 under load, and every delivery sent again: each acknowledged event is there, each event once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meridian-lake-kill-"));
  const acknowledged = new Set<number>();
  // The second writer begins again at 0: its first deliveries are retries of what the first may have stored.
  for (const after of [40, 90]) await storeUntilKilled(folder, after, acknowledged);
  {
    await using events = await openChdbEvents({ folder, memoryBytes: 1024 ** 3 });
    const lake = createLakeStore({ events, clock: systemClock });
    await lake.open();
    const counts = async () =>
      events.query<{ delivery: number; n: number; different: number }>(
        `select JSONExtractInt(raw, 'delivery') as delivery, count() as n, uniqExact(uid) as different
         from events group by delivery order by delivery`,
      );
    const there = await counts();
    for (const { n, different } of there) assert.deepEqual([n, different], [rowsOfBatch, rowsOfBatch]);
    for (const number of acknowledged)
      assert.ok(
        there.some(({ delivery }) => delivery === number),
        `${number} is lost`,
      );
    const last = Math.max(...there.map(({ delivery }) => delivery)) + 5;
    await Promise.all(Array.from({ length: last }, (_, number) => lake.store(numberedBatch(number))));
    const all = await counts();
    assert.equal(all.length, last);
    for (const { n, different } of all) assert.deepEqual([n, different], [rowsOfBatch, rowsOfBatch]);
  }
  await rm(folder, { recursive: true });
});

async function storeUntilKilled(folder: string, after: number, acknowledged: Set<number>): Promise<void> {
  const script = fileURLToPath(new URL("testing/storing-writer.ts", import.meta.url));
  const writer = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(writer, "exit");
  let count = 0;
  for await (const line of createInterface(writer.stdout)) {
    acknowledged.add(Number(line));
    if (++count === after) writer.kill("SIGKILL");
  }
  await exited;
  if (count < after) throw new Error(`the writer ended by itself after ${count} deliveries`);
}
