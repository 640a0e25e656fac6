import assert from "node:assert/strict";
import { appendFile, copyFile, mkdtemp, readFile, rename, rm, truncate, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { openDesk } from "../testing/open-desk.ts";
import { tailFiles } from "./tail-files.ts";

async function openTail(hold?: Parameters<typeof openDesk>[0], from: "start" | "end" = "start") {
  const folder = await mkdtemp(join(tmpdir(), "meridian-tail-"));
  const desk = openDesk(hold);
  // On a clock that does not wait.
  const clock = {
    now: () => desk.clock.now(),
    sleep: (_: number, signal?: AbortSignal) => desk.clock.sleep(2, signal),
  };
  const options = { source: "app", paths: [join(folder, "app.log")], from, stateFile: join(folder, "state.json") };
  let stop = new AbortController();
  let running = Promise.resolve();
  const start = () => {
    stop = new AbortController();
    running = tailFiles({ desk: desk.desk, clock, log: desk.log }, options, stop.signal);
  };
  const halt = async () => {
    stop.abort();
    await running.catch(() => undefined);
  };
  return {
    ...desk,
    folder,
    path: options.paths[0] ?? "",
    start,
    halt,
    texts: () => desk.reading.records.map(({ body }) => body["n"]),
    async [Symbol.asyncDispose]() {
      await halt();
      await rm(folder, { recursive: true });
    },
  };
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => `{"n":${from + at}}\n`).join("");
const range = (to: number) => Array.from({ length: to }, (_, at) => at);

test("lines are taken as they come, a line without its end waits for it", async () => {
  await using tail = await openTail();
  await writeFile(tail.path, `${lines(0, 3)}{"n":`);
  tail.start();
  await tail.until(3);
  assert.deepEqual(tail.texts(), [0, 1, 2]);
  await appendFile(tail.path, `3}\n${lines(4, 6)}`);
  await tail.until(6);
  assert.deepEqual(tail.texts(), range(6));
});

test("what was taken is not handed over again at the next start", async () => {
  await using tail = await openTail();
  await writeFile(tail.path, lines(0, 3));
  tail.start();
  await tail.until(3);
  await tail.halt();
  const { deliveries } = tail.reading;
  const before = deliveries.length;
  tail.start();
  await appendFile(tail.path, lines(3, 4));
  await tail.until(4);
  assert.deepEqual(tail.texts(), range(4));
  assert.equal(deliveries.length, before + 1);
});

test("a file that is renamed is read to its end, and the new one under its name from its start", async () => {
  await using tail = await openTail();
  await writeFile(tail.path, lines(0, 3));
  tail.start();
  await tail.until(3);
  await rename(tail.path, `${tail.path}.1`);
  await appendFile(`${tail.path}.1`, lines(3, 5));
  await writeFile(tail.path, lines(5, 8));
  await tail.until(8);
  assert.deepEqual(tail.texts().toSorted(), range(8));
});

test("a file that is copied and cut is read on from its start", async () => {
  await using tail = await openTail();
  await writeFile(tail.path, lines(0, 30));
  tail.start();
  await tail.until(30);
  await copyFile(tail.path, `${tail.path}.1`);
  await truncate(tail.path, 0);
  await appendFile(tail.path, lines(30, 33));
  await tail.until(33);
  assert.deepEqual(tail.texts(), range(33));
});

test("renamed while nobody looked, it is found beside where it was, and read on where it was left", async () => {
  await using tail = await openTail();
  await writeFile(tail.path, lines(0, 3));
  tail.start();
  await tail.until(3);
  await tail.halt();
  await appendFile(tail.path, lines(3, 5));
  await rename(tail.path, `${tail.path}.1`);
  await writeFile(tail.path, lines(5, 7));
  tail.start();
  await tail.until(7);
  assert.deepEqual(tail.texts().toSorted(), range(7));
});

test("stopped between handing over and hearing back, the same bytes are handed over again under the same name", async () => {
  let lost = true;
  await using tail = await openTail(async () => {
    if (lost) await new Promise((_, reject) => setTimeout(() => reject(new Error("killed")), 20));
  });
  await writeFile(tail.path, lines(0, 5));
  const keys: (string | undefined)[] = [];
  tail.start();
  await tail.busy(1);
  await tail.halt();
  // What came meanwhile goes into a delivery of its own.
  await appendFile(tail.path, lines(5, 9));
  lost = false;
  tail.start();
  await tail.until(9);
  for (const { key } of tail.reading.deliveries) keys.push(key?.split("/")[2]);
  assert.deepEqual(keys, ["0", String(lines(0, 5).length)]);
  assert.deepEqual(tail.texts(), range(9));
});

test("from the end: what was there before the first start is left, all that comes later is read", async () => {
  await using tail = await openTail(undefined, "end");
  await writeFile(tail.path, lines(0, 3));
  tail.start();
  const stateFile = join(tail.folder, "state.json");
  while (!(await readFile(stateFile, "utf8").catch(() => "")).includes("offset")) await tail.clock.sleep(5);
  await appendFile(tail.path, lines(3, 5));
  await tail.until(2);
  assert.deepEqual(tail.texts(), [3, 4]);
});

test("what is packed is left alone, and a header is told to every piece of a file that has one", async () => {
  await using tail = await openTail();
  await writeFile(tail.path, gzipSync(lines(0, 3)));
  tail.start();
  while (!tail.lines.some((line) => line.includes("left alone"))) await tail.clock.sleep(5);
  await unlink(tail.path);
  await writeFile(`${tail.path}.new`, "a,b,c\n1,2,3\n4,5,6\n7,8,9\n");
  await rename(`${tail.path}.new`, tail.path);
  await tail.until(3);
  await appendFile(tail.path, "10,11,12\n");
  await tail.until(4);
  assert.deepEqual(
    tail.reading.records.map(({ body }) => body["c"]),
    ["3", "6", "9", "12"],
  );
});
