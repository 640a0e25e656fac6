import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { instant } from "#kernel";
import { settableClock } from "#platform";
import { createLog } from "#telemetry";
import type { SourceFact } from "../contract.ts";
import { HealthBook } from "./health-book.ts";

const minute = 60_000;
const log = createLog({ level: "error", format: "json", now: Date.now, write: () => {} });
const line = (body: object) =>
  ({ bytes: new Uint8Array(Buffer.from(`${JSON.stringify(body)}\n`)), format: "ndjson" }) as const;
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function openBook() {
  const folder = await mkdtemp(join(tmpdir(), "meridian-health-"));
  const clock = settableClock(instant(Date.UTC(2026, 0, 5)));
  const facts: SourceFact[] = [];
  const parts = { clock, folder, log, isWatched: () => true, tell: async (fact: SourceFact) => void facts.push(fact) };
  const book = new HealthBook(parts);
  const pass = async (minutes: number, body?: object) => {
    for (let n = 0; n < minutes; n += 1) {
      if (body) {
        book.before("web", line(body), clock.now());
        book.after("web", { accepted: 10, rejected: 0, errors: [] }, clock.now());
        await turn();
      }
      clock.advance(minute);
      await book.tick();
    }
  };
  return { book, parts, clock, facts, pass, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test("a busy source that stops is told silent once, within six minutes, and returned once it is back", async () => {
  await using desk = await openBook();
  await desk.pass(30 * 60, { a: 1 });
  assert.deepEqual(desk.facts, []);
  assert.equal(desk.book.of("web").state, "well");
  await desk.pass(7);
  assert.deepEqual(
    desk.facts.map(({ name }) => name),
    ["source.silent"],
  );
  assert.equal(desk.book.of("web").state, "silent");
  await desk.pass(60);
  await desk.pass(2, { a: 1 });
  assert.deepEqual(
    desk.facts.map(({ name }) => name),
    ["source.silent", "source.returned"],
  );
});

test("a sender whose records change their keys is told once, and so is how far its clock is off", async () => {
  await using desk = await openBook();
  await desk.pass(26 * 60, { user: "x", time: "2026-01-05T00:00:00Z" });
  await desk.pass(4 * 60, { account: "x", time: new Date(desk.clock.now() - 90 * minute).toISOString() });
  assert.deepEqual(
    desk.facts.map((fact) => (fact.name === "source.drifted" ? fact.changes : fact.name)),
    [["+account", "-user"]],
  );
  assert.ok((desk.book.of("web").clockSkewSeconds ?? 0) > 3_600);
});

test("what was learnt is there after a restart, and a fact that could not be told is told again", async () => {
  await using desk = await openBook();
  await desk.pass(30 * 60, { a: 1 });
  await desk.book.save();
  let down = true;
  const told: string[] = [];
  const again = new HealthBook({
    ...desk.parts,
    tell: async ({ name }) => {
      if (down) throw new Error("the records are away");
      told.push(name);
    },
  });
  await again.load();
  assert.equal(again.of("web").state, "well");
  desk.clock.advance(7 * minute);
  await assert.rejects(again.tick());
  down = false;
  await again.tick();
  await again.tick();
  assert.deepEqual(told, ["source.silent"]);
});

test("a sample that nothing can be made of is no end of the process", async () => {
  await using desk = await openBook();
  const recognise = () => {
    throw new RangeError("too odd");
  };
  const book = new HealthBook({ ...desk.parts, recognise });
  book.before("web", line({ a: 1 }), desk.clock.now());
  await turn();
  await turn();
  assert.equal(book.of("web").state, "learning");
});
