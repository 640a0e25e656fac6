import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemActor } from "#access";
import { instant, Refusal } from "#kernel";
import { settableClock } from "#platform";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { createLog } from "#telemetry";
import { openGround } from "../testing/open-spine.ts";
import type { WatchTables } from "../tables.ts";
import { createMuteBook } from "./mute-book.ts";
import { readCondition } from "./read-condition.ts";
import { addException, addSuppression, exceptionRows, suppressionRows } from "./store.ts";

let maker: TestMaker;
before(async () => void (maker = await recordsMakers[0]!.start()));
after(() => maker.stop());

const start = Date.UTC(2026, 0, 31, 4);

async function openBook() {
  const clock = settableClock(instant(start));
  const ground = await openGround(maker, clock);
  const read = ground.records.tables<WatchTables>();
  const { change } = ground.access;
  const log = createLog({ level: "error", format: "json", now: () => 0, write: () => {} });
  const logsourceOf = (rule: string) => (rule === "gone" ? undefined : "windows/process_creation/*");
  const book = createMuteBook({ read, change, clock, log, logsourceOf });
  const make = (id: string, rule: string | null, expires: number | null) =>
    change(systemActor("test", ["exceptions.manage"]), "exceptions.manage", async (in_) => {
      await addException(in_.tx, {
        id: in_.newId("exception"),
        rule,
        condition: JSON.stringify({ User: id }),
        hits: 0,
        owner: "me",
        reason: "known",
        made_at: in_.at,
        made_by: "me",
        expires_at: expires === null ? null : instant(expires),
      });
      in_.audit("test");
    });
  const rest = (rule: string, entity: string | null, until: number) =>
    change(systemActor("test", ["exceptions.manage"]), "exceptions.manage", async (in_) => {
      await addSuppression(in_.tx, {
        id: in_.newId("suppression"),
        rule,
        entity,
        reason: "known",
        made_at: in_.at,
        made_by: "me",
        hits: 0,
        until_at: instant(until),
      });
      in_.audit("test");
    });
  return { book, clock, read, make, rest, [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose]() };
}

test("exceptions reach lanes while they are in force, with a new version whenever they are others", async () => {
  await using house = await openBook();
  const { book, clock, make } = house;
  await book.refresh();
  assert.equal(book.shared, undefined);
  await make("a", "r", start + 1_000);
  await make("b", null, null);
  await make("c", "gone", null);
  await book.refresh();
  const { version, json } = book.shared!;
  assert.equal((JSON.parse(Buffer.from(json).toString("utf8")) as unknown[]).length, 2);
  await book.refresh();
  assert.equal(book.shared!.version, version);
  clock.advance(2_000);
  await book.keep();
  assert.ok(book.shared!.version > version);
  assert.equal((JSON.parse(Buffer.from(book.shared!.json).toString("utf8")) as unknown[]).length, 1);
});

test("what exceptions held back is counted, and one whose time is over ends and says so", async () => {
  await using house = await openBook();
  const { book, clock, read, make } = house;
  await make("a", "r", start + 1_000);
  const [row] = await exceptionRows(read);
  book.excepted([row!.id]);
  book.excepted([row!.id]);
  await book.keep();
  await book.keep();
  assert.equal((await exceptionRows(read))[0]?.hits, 2);
  clock.advance(1_000);
  await book.keep();
  assert.deepEqual(await exceptionRows(read), []);
  assert.equal((await exceptionRows(read, { ended: true }))[0]?.ended_by, "system:watch");
});

test("a suppression rests a rule for its entity, or for all, until its time and no longer", async () => {
  await using house = await openBook();
  const { book, clock, read, rest } = house;
  await rest("r", "host:a", start + 1_000);
  await rest("s", null, start + 2_000);
  await book.refresh();
  assert.deepEqual(
    [book.suppressed("r", "host:a"), book.suppressed("r", "host:b"), book.suppressed("s", "host:b")],
    [true, false, true],
  );
  clock.advance(1_500);
  assert.deepEqual([book.suppressed("r", "host:a"), book.suppressed("s", "host:a")], [false, true]);
  await book.keep();
  assert.deepEqual(
    (await suppressionRows(read)).map(({ rule, hits }) => [rule, hits]),
    [["s", 2]],
  );
});

test("a condition that is no Sigma selection is refused with the reader's reason", () => {
  for (const condition of [{ "User|no-such-modifier": "a" }, {}])
    assert.throws(
      () => readCondition("x", condition, "*/*/*"),
      (error) => error instanceof Refusal && error.code === "watch/bad-condition" && error.message.length > 40,
    );
});
