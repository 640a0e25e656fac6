import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemActor } from "#access";
import { Refusal } from "#kernel";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { readCheckpoint } from "./core/checkpoint.ts";
import { Frontier } from "./core/frontier.ts";
import { readLeaf } from "./core/leaf.ts";
import { readNote } from "./core/note.ts";
import { opensSeal } from "./core/seal.ts";
import { checkSignature } from "./core/verifier-key.ts";
import { checkLog } from "./check-log.ts";
import { verifyEd25519 } from "./ed25519.ts";
import { erase } from "./erase.ts";
import { sha256, sha256Tree } from "./sha256.ts";
import { record } from "./record.ts";
import * as store from "./store.ts";
import type { LedgerTables } from "./tables.ts";
import { openLedger as openOn, type TestLedger, verdicts } from "./testing/open-ledger.ts";

const isRefusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

async function leavesOf({ read }: Pick<TestLedger, "read">) {
  const rows = await store.entries(read, { from: 0, end: Number.MAX_SAFE_INTEGER, limit: 100_000 });
  return rows.map(({ leaf }) => leaf);
}

/** The latest checkpoint, checked: it is signed, and over exactly the entries that are kept. */
async function assertSigned(house: TestLedger): Promise<number> {
  const last = (await store.latestCheckpoint(house.read)) ?? assert.fail("nothing is signed");
  const note = readNote(last.note) ?? assert.fail(last.note);
  const checkpoint = readCheckpoint(note.text) ?? assert.fail(note.text);
  assert.equal(checkSignature(note, house.signer.key, verifyEd25519), "good");
  const tree = new Frontier(sha256Tree);
  for (const leaf of (await leavesOf(house)).slice(0, checkpoint.size)) tree.append(sha256Tree.leaf(Buffer.from(leaf)));
  assert.deepEqual(checkpoint, { origin: "test.example/log", size: tree.size, root: new Uint8Array(tree.root()) });
  return checkpoint.size;
}

for (const { name, skip, start } of recordsMakers)
  describe(`the ledger on ${name}`, { skip }, () => {
    let maker: TestMaker;
    before(async () => void (maker = await start()));
    after(() => maker?.stop());
    const openLedger = () => openOn(maker);

    test("what was written down stands in the log once, in order, numbered without gaps, signed", async () => {
      await using house = await openLedger();
      const before = await leavesOf(house).then(({ length }) => length);
      assert.equal(before, 0);
      await house.write(...verdicts(1_203));
      await house.settle();
      const leaves = (await leavesOf(house)).map((leaf) => readLeaf(leaf) ?? assert.fail(leaf));
      assert.deepEqual(
        leaves.map(({ index }) => index),
        leaves.map((_, index) => index),
      );
      const numbers = leaves.filter(({ kind }) => kind === "verdict").map(({ body }) => body["number"]);
      assert.deepEqual(
        numbers,
        Array.from({ length: 1_203 }, (_, n) => n),
      );
      assert.equal(await assertSigned(house), leaves.length);
      assert.equal(await store.anyPending(house.read), false);
      assert.equal(await house.settle(), 0, "nothing waits, nothing is done");
    });

    test("a statement is in the ledger exactly when the change that it was made in has committed", async () => {
      await using house = await openLedger();
      const boom = new Error("boom");
      await house.settle();
      const before = (await leavesOf(house)).length;
      const failing = house.change(systemActor("x", ["things.make"]), "things.make", async ({ tx, at }) => {
        await record(tx, { kind: "verdict", subject: "host_1", at });
        throw boom;
      });
      await assert.rejects(failing, (error) => error === boom);
      await house.write(...verdicts(1));
      await house.settle();
      assert.equal((await leavesOf(house)).length, before + 1);
    });

    test("every audit entry is in the ledger, refused ones too; the ledger's own rounds are not, or they would never end", async () => {
      await using house = await openLedger();
      await house.access.ownerLink();
      const refused = house.change(systemActor("eve", []), "people.manage", () => assert.fail());
      await assert.rejects(refused, isRefusal("access/not-permitted"));
      for (let round = 0; round < 3; round += 1) await house.settle();
      const leaves = (await leavesOf(house)).map((leaf) => readLeaf(leaf));
      const audits = leaves.filter((leaf) => leaf?.kind === "audit").map((leaf) => leaf?.body);
      assert.deepEqual(
        audits.map((body) => [body?.["actor"], body?.["action"], body?.["outcome"]]),
        [
          ["system:start", "ledger.begin", "done"],
          ["system:terminal", "links.make", "done"],
          ["system:eve", "people.manage", "refused"],
        ],
      );
    });

    test("the log holds seals and no values; a salt opens its seal, until it is erased, and every proof still holds", async () => {
      await using house = await openLedger();
      const secret = { name: "Ada Lovelace", face: "af31…" };
      await house.write({ kind: "sighting", subject: "person_1", sealed: { match: secret } });
      await house.settle();
      const [leaf = ""] = (await leavesOf(house)).slice(-1);
      assert.ok(!leaf.includes("Ada"));
      const { match: sealed } = (readLeaf(leaf) ?? assert.fail(leaf)).body["sealed"] as { match: string };
      const salt = (await store.saltsOf(house.read, [sealed])).get(sealed) ?? assert.fail();
      assert.ok(opensSeal(sha256, sealed, salt, secret));
      assert.ok(!opensSeal(sha256, sealed, salt, { ...secret, name: "Ada" }));
      const before = await assertSigned(house);
      const gone = await house.change(systemActor("x", ["things.make"]), "things.make", ({ tx }) =>
        erase(tx, "person_1"),
      );
      assert.equal(gone, 1);
      assert.equal((await store.saltsOf(house.read, [sealed])).size, 0);
      assert.equal(await assertSigned(house), before);
    });

    test("the same value twice has two seals, so that nobody sees that it is the same", async () => {
      await using house = await openLedger();
      const one = { kind: "sighting", subject: "person_1", sealed: { match: { name: "Ada" } } };
      await house.write(one, one);
      await house.settle();
      const seals = (await leavesOf(house)).slice(-2).map((leaf) => JSON.stringify(readLeaf(leaf)?.body["sealed"]));
      assert.notEqual(seals[0], seals[1]);
    });

    test("there is one checkpoint a second at most, however much comes", async () => {
      await using house = await openLedger();
      const sizes = () => store.checkpointSizes(house.read, 0, Number.MAX_SAFE_INTEGER);
      await house.write(...verdicts(3));
      await house.round();
      const first = await sizes();
      assert.equal(first.length, 1);
      await house.write(...verdicts(3));
      await house.round();
      house.clock.advance(999);
      await house.round();
      assert.deepEqual(await sizes(), first, "in the log, and not signed yet");
      house.clock.advance(1);
      await house.round();
      assert.equal((await sizes()).length, 2);
      await assertSigned(house);
    });

    test("writers at once all get in, and processes that put in order at once make one log", async () => {
      await using house = await openLedger();
      const others = [house, { ...house, round: house.settle }];
      const writing = Array.from({ length: 12 }, (_, n) => house.write(...verdicts(5, n * 5)));
      const ordering = others.flatMap((one) => Array.from({ length: 4 }, () => one.round()));
      await Promise.all([...writing, ...ordering]);
      await house.settle();
      const numbers = (await leavesOf(house)).flatMap((leaf) => {
        const read = readLeaf(leaf);
        return read?.kind === "verdict" ? [read.body["number"] as number] : [];
      });
      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        Array.from({ length: 60 }, (_, n) => n),
      );
      await assertSigned(house);
      assert.deepEqual((await checkLog(house.read, { sample: 1_000 })).problems, []);
    });

    test("what somebody changed in the records shows in the look at them, entry by entry", async () => {
      await using house = await openLedger();
      await house.write(...verdicts(40));
      await house.settle();
      assert.deepEqual((await checkLog(house.read, { sample: 100 })).problems, []);
      await house.change(systemActor("x", ["things.make"]), "things.make", async ({ tx }) => {
        const db = tx.tables<LedgerTables>();
        const row = await db
          .selectFrom("ledger_entries")
          .selectAll()
          .where("position", "=", 17)
          .executeTakeFirstOrThrow();
        const leaf = row.leaf.replace("contraindicated", "affirming").replace('"number":16', '"number":61');
        await db.updateTable("ledger_entries").set({ leaf }).where("position", "=", 17).execute();
      });
      assert.deepEqual((await checkLog(house.read, { sample: 100 })).problems, ["Entry 17 is not what was signed."]);
    });

    test("an entry past 64 KiB is refused before it is written down", async () => {
      await using house = await openLedger();
      await assert.rejects(
        house.write({ kind: "verdict", subject: "x", body: { text: "x".repeat(65_536) } }),
        RangeError,
      );
    });
  });
