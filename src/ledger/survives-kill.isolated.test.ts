import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { readCheckpoint } from "./core/checkpoint.ts";
import { readLeaf } from "./core/leaf.ts";
import { readNote } from "./core/note.ts";
import { checkSignature } from "./core/verifier-key.ts";
import { checkLog } from "./check-log.ts";
import { verifyEd25519 } from "./ed25519.ts";
import { rootAt } from "./proofs.ts";
import * as store from "./store.ts";
import { openLedger } from "./testing/open-ledger.ts";

const script = fileURLToPath(new URL("testing/sequencing-writer.ts", import.meta.url));

interface Told {
  readonly wrote: number[];
  readonly signed: string[];
}

/** Runs the writer until it has said `lines` things, then kills it; gives back all that it said. */
async function killAfter(args: readonly string[], lines: number): Promise<Told> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const told: Told = { wrote: [], signed: [] };
  let count = 0;
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith("wrote ")) told.wrote.push(Number(line.slice(6)));
    else told.signed.push(JSON.parse(line.slice(7)) as string);
    count += 1;
    if (count === lines) child.kill("SIGKILL");
  }
  await exited;
  assert.ok(count >= lines, "it ended by itself");
  return told;
}

for (const { name, skip, start } of recordsMakers)
  describe(`a ledger on ${name} whose process is killed again and again`, { skip }, () => {
    let maker: TestMaker;
    before(async () => void (maker = await start()));
    after(() => maker?.stop());

    /** Whatever was promised before the kills holds after them. */
    async function assertKept(told: Told): Promise<void> {
      await using house = await openLedger(maker, { again: true });
      await house.settle();
      const { read } = house;
      const rows = await store.entries(read, { from: 0, end: Number.MAX_SAFE_INTEGER, limit: 1_000_000 });
      assert.deepEqual(
        rows.map(({ position }) => position),
        rows.map((_, index) => index),
      );
      const kept = rows.flatMap(({ leaf, kind }) =>
        kind === "verdict" ? [readLeaf(leaf)?.body["number"] as number] : [],
      );
      assert.equal(new Set(kept).size, kept.length, "none twice");
      const all = new Set(kept);
      assert.deepEqual(
        told.wrote.filter((n) => !all.has(n)),
        [],
        "none lost",
      );
      for (const text of told.signed) {
        const note = readNote(text) ?? assert.fail(text);
        const { size, root } = readCheckpoint(note.text) ?? assert.fail(note.text);
        assert.equal(checkSignature(note, house.signer.key, verifyEd25519), "good");
        assert.deepEqual(
          new Uint8Array(await rootAt(read, size)),
          root,
          `the log of ${size} entries is another one now`,
        );
      }
      assert.deepEqual((await checkLog(read, { sample: rows.length })).problems, []);
    }

    test("no committed statement is lost or doubled, and no checkpoint that anybody saw is taken back", async () => {
      const house = await openLedger(maker);
      await house[Symbol.asyncDispose]();
      const told: Told = { wrote: [], signed: [] };
      for (let round = 0; round < 6; round += 1) {
        const first = round * 1_000_000;
        const more = await killAfter([maker.place(), house.folder, String(first)], 7 + round * 11);
        told.wrote.push(...more.wrote);
        told.signed.push(...more.signed);
        await assertKept(told);
      }
      assert.ok(told.signed.length > 6 && told.wrote.length > 6);
    });

    // Two processes never share an SQLite file.
    if (name === "PostgreSQL")
      test("of two processes that put in order at once one may be killed, and there is one log", async () => {
        const house = await openLedger(maker);
        await house[Symbol.asyncDispose]();
        const [one, two] = await Promise.all([
          killAfter([maker.place(), house.folder, "0"], 40),
          killAfter([maker.place(), house.folder, "1000000"], 60),
        ]);
        await assertKept({ wrote: [...one.wrote, ...two.wrote], signed: [...one.signed, ...two.signed] });
      });
  });
