import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readRules } from "#sigma";
import type { ScanTask } from "./task.ts";
import { createWorkerLane, type WorkerLane } from "./worker-lane.ts";
import type { ScannerSettings } from "./worker-protocol.ts";

const folder = mkdtempSync(join(tmpdir(), "meridian-worker-lane-"));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, "log.ndjson");
writeFileSync(path, '{"a":1}\n'.repeat(10_000));
const task: ScanTask = { kind: "file", name: path, path };
const settings: ScannerSettings = { index: true, routing: true, limits: {} };
const noRules = Buffer.from(JSON.stringify(readRules([])));

async function eventsOf(lane: WorkerLane): Promise<number> {
  let events = 0;
  for await (const part of lane.work(task, new AbortController().signal)) events += part.events;
  return events;
}

/** Resolves when the process is no more. */
async function gone(pid: number): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  for (;;) {
    signal.throwIfAborted();
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a worker works on task after task, whatever the terminal signals, until it is let go", async () => {
  const lane = createWorkerLane(settings);
  lane.begin(noRules);
  assert.equal(await eventsOf(lane), 10_000);
  process.kill(lane.pid!, "SIGINT");
  process.kill(lane.pid!, "SIGTERM");
  assert.equal(await eventsOf(lane), 10_000);
  await lane[Symbol.asyncDispose]();
  await gone(lane.pid!);
});

test("a worker that is killed fails the task at hand and the next one, naming the signal", async () => {
  await using lane = createWorkerLane(settings);
  lane.begin(noRules);
  await assert.rejects(async () => {
    for await (const part of lane.work(task, new AbortController().signal)) {
      if (part.events > 0) process.kill(lane.pid!, "SIGKILL");
    }
    await eventsOf(lane);
  }, /^Error: a scan worker ended by SIGKILL$/);
  await assert.rejects(eventsOf(lane), /^Error: a scan worker ended by SIGKILL$/);
});

test("a worker that fails outside of a task says what failed", async () => {
  await using lane = createWorkerLane(settings);
  lane.begin(Buffer.from("no JSON"));
  await assert.rejects(eventsOf(lane), (error: Error) => {
    assert.equal(error.message, "a scan worker failed");
    assert.match(String(error.cause), /^SyntaxError: /);
    return true;
  });
});

test("a task that fails says so, and the worker takes the next one", async () => {
  await using lane = createWorkerLane(settings);
  lane.begin(noRules);
  const absent: ScanTask = { ...task, path: join(folder, "absent") };
  const parts = lane.work(absent, new AbortController().signal);
  const told: unknown[] = [];
  await assert.rejects(async () => {
    for await (const part of parts) told.push(...part.problems);
    if (told.length > 0) throw new Error("told as a problem");
  }, /absent|told as a problem/);
  assert.equal(await eventsOf(lane), 10_000);
});
