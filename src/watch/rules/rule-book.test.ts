import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { systemActor } from "#access";
import { createLog } from "#telemetry";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { openGround, quickClock, type TestGround } from "../testing/open-spine.ts";
import type { WatchTables } from "../tables.ts";
import type { Generation } from "./generation.ts";
import { keepNamedSets, namedSets } from "./own-sets.ts";
import { createRuleBook } from "./rule-book.ts";
import { changeRuleSet, ruleSetRows, switchOff } from "./store.ts";

let folder = "";
let maker: TestMaker;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "meridian-book-"));
  maker = await recordsMakers[0]!.start();
});
after(async () => {
  rmSync(folder, { recursive: true });
  await maker.stop();
});

const rule = (id: string, level: string) => `
title: Rule ${id}
id: 00000000-0000-4000-8000-00000000000${id}
level: ${level}
logsource: { category: test }
detection: { selection: { a: ${id} }, condition: selection }
`;

async function openBook(ground: TestGround, name: string, use: (generation: Generation) => Promise<void>) {
  const rules = join(folder, name);
  mkdirSync(rules);
  writeFileSync(join(rules, "1.yml"), rule("1", "high"));
  writeFileSync(join(rules, "2.yml"), rule("2", "low"));
  const read = ground.records.tables<WatchTables>();
  await keepNamedSets(read, ground.access.change, namedSets(rules, []));
  const book = createRuleBook({
    read,
    clock: quickClock,
    log: createLog({ level: "error", format: "json", now: () => 0, write: () => {} }),
    cache: join(folder, "cache"),
    checkouts: join(folder, "checkouts"),
    look: 1e9,
    pull: 1e9,
    use,
  });
  return { book, rules, read };
}

test("rules are in force as they lie in their folders, all of them or those of before", async () => {
  await using ground = await openGround(maker, quickClock);
  const used: Generation[] = [];
  let broken = false;
  const { book, rules } = await openBook(ground, "all", async (generation) => {
    if (broken) throw new Error("no lane could start");
    used.push(generation);
  });
  await using _ = book;
  assert.ok(await book.reload());
  assert.equal(used[0]?.detections.length, 2);
  writeFileSync(join(rules, "3.yml"), rule("3", "high"));
  broken = true;
  assert.equal(await book.reload(), false);
  assert.equal(book.failure, "no lane could start");
  assert.equal(book.rules.length, 2);
  broken = false;
  assert.ok(await book.reload());
  assert.deepEqual([book.generation, used.at(-1)?.number, book.rules.length, book.failure], [2, 2, 3, ""]);
});

test("a rule that is off, below its set's level or broken is listed as that and asked nothing", async () => {
  await using ground = await openGround(maker, quickClock);
  const used: Generation[] = [];
  const { book, rules, read } = await openBook(ground, "some", async (generation) => void used.push(generation));
  await using _ = book;
  writeFileSync(join(rules, "broken.yml"), "title: Broken\nlogsource: { category: test }\ndetection: 3\n");
  writeFileSync(join(rules, "4.yml"), rule("4", "high"));
  const [set] = await ruleSetRows(read);
  await ground.access.change(systemActor("test", ["rules.manage"]), "rules.manage", async ({ tx, at, audit }) => {
    await changeRuleSet(tx, set!.id, { level: "medium" });
    await switchOff(tx, { rule: "00000000-0000-4000-8000-000000000004", reason: "noise", at, by: "me" });
    audit("test");
  });
  assert.ok(await book.reload());
  assert.deepEqual(book.rules.map(({ title, state }) => `${title}: ${state}`).sort(), [
    "Broken: broken",
    "Rule 1: on",
    "Rule 2: below",
    "Rule 4: off",
  ]);
  assert.deepEqual(
    used[0]?.detections.map(({ title }) => title),
    ["Rule 1"],
  );
  assert.deepEqual(book.stateOf(set!), { ...book.stateOf(set!), state: "loaded", rules: 4, on: 1, broken: 1 });
});
