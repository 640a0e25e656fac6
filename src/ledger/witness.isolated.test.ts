import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { systemActor } from "#access";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { checkExport } from "./check-export-file.ts";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteAt } from "./export-log.ts";
import { readKey } from "./read-key.ts";
import * as store from "./store.ts";
import type { LedgerTables } from "./tables.ts";
import { openLedger as openOn, type TestLedger, verdicts } from "./testing/open-ledger.ts";
import { startWitness, type WitnessServer } from "./testing/witness-server.ts";
import { WitnessDesk, type WitnessOutcome } from "./witness.ts";

let maker: TestMaker;
before(async () => void (maker = await (recordsMakers[0] ?? assert.fail()).start()));
after(() => maker?.stop());

const never = new AbortController().signal;

function deskOf(house: TestLedger, { url, verifier }: Pick<WitnessServer, "url" | "verifier">) {
  const outcomes: WitnessOutcome[] = [];
  const key = readKey(verifier) ?? assert.fail(verifier);
  const { read, change, clock } = house;
  const desk = new WitnessDesk(
    { read, change, clock, onTried: (_, outcome) => void outcomes.push(outcome) },
    { url, key },
  );
  return { outcomes, round: () => desk.round(never) };
}

async function grow(house: TestLedger, count: number): Promise<number> {
  await house.write(...verdicts(count));
  await house.settle();
  return (await store.latestCheckpoint(house.read))?.size ?? assert.fail();
}

const start = (house: TestLedger) => startWitness(house.signer.key, () => Math.floor(house.clock.now() / 1_000));

test("a witness cosigns checkpoint after checkpoint, each proven to go on from the last, ten seconds apart at least", async () => {
  await using house = await openOn(maker);
  await using witness = await start(house);
  const desk = deskOf(house, witness);
  assert.equal(await desk.round(), "nothing-new");
  for (const count of [1, 5, 64, 3]) {
    const size = await grow(house, count);
    assert.equal(await desk.round(), "cosigned");
    assert.equal(witness.latest?.size, size);
    assert.match((await noteAt(house.read, size)) ?? "", /\n— witness\.test\/w1 \S+\n$/);
    assert.equal(await desk.round(), "waiting");
    house.clock.advance(10_000);
    assert.equal(await desk.round(), "nothing-new");
  }
  assert.deepEqual(witness.answered, [200, 200, 200, 200]);
});

test("an export names who cosigned, for whoever verifies it", async () => {
  await using house = await openOn(maker);
  await using witness = await start(house);
  await grow(house, 150);
  await deskOf(house, witness).round();
  const folder = await mkdtemp(join(tmpdir(), "meridian-ledger-"));
  const file = join(folder, "export.ndjson");
  await writeFile(file, house.ledger.export(0));
  const keys = [readKey(house.verifier) ?? assert.fail()];
  const verdict = await checkExport({ file, keys, witnesses: [readKey(witness.verifier) ?? assert.fail()] });
  assert.deepEqual(verdict.tamperings, []);
  assert.deepEqual(
    verdict.cosigned.map(({ name, size }) => [name, size]),
    [["witness.test/w1", verdict.proven?.size]],
  );
  await rm(folder, { recursive: true });
});

test("a witness that is at another size says so and is asked again from there, at once", async () => {
  await using house = await openOn(maker);
  await using witness = await start(house);
  await grow(house, 5);
  await deskOf(house, witness).round();
  await grow(house, 7);
  // As after a restore of records from before the first cosignature.
  await house.change(systemActor("x", ["things.make"]), "things.make", async ({ tx }) => {
    await tx.tables<LedgerTables>().deleteFrom("ledger_cosignatures").execute();
  });
  const size = await grow(house, 1);
  assert.equal(await deskOf(house, witness).round(), "cosigned");
  assert.deepEqual([witness.answered, witness.latest?.size], [[200, 409, 200], size]);
});

test("a log that was rolled back, or has two histories, gets no cosignature and an alarm", async () => {
  await using house = await openOn(maker);
  await using witness = await start(house);
  const size = await grow(house, 5);
  witness.latest = { origin: house.signer.origin, size: size + 10, root: new Uint8Array(32) };
  assert.equal(await deskOf(house, witness).round(), "ahead");
  witness.latest = { origin: house.signer.origin, size, root: new Uint8Array(32) };
  assert.equal(await deskOf(house, witness).round(), "conflict");
  witness.latest = { origin: house.signer.origin, size: size - 1, root: new Uint8Array(32) };
  assert.equal(await deskOf(house, witness).round(), "inconsistent");
  assert.equal(await store.cosignedSize(house.read, "witness.test/w1"), 0);
});

test("nothing that a witness answers is kept but a cosignature of its own key, on this checkpoint, of about now", async () => {
  await using house = await openOn(maker);
  const size = await grow(house, 5);
  const note = (await store.latestCheckpoint(house.read))?.note ?? "";
  await using witness = await start(house);
  await using late = await startWitness(house.signer.key, () => house.clock.now() / 1_000 + 3_600);
  for (const body of [
    "",
    "\n",
    "— witness.test/w1 AAAA\n",
    note.slice(note.indexOf("—")),
    "x".repeat(1_000),
    "\u0000",
  ]) {
    witness.instead = { status: 200, body };
    assert.equal(await deskOf(house, witness).round(), "bad-cosignature", body.slice(0, 40));
  }
  assert.equal(await deskOf(house, late).round(), "bad-cosignature");
  witness.instead = { status: 200, body: "x".repeat(1_000_000) };
  assert.equal(await deskOf(house, witness).round(), "unreachable", "an answer without end");
  assert.deepEqual(await store.cosignatureLines(house.read, size), []);
});

test("no answer sends the process anywhere but where the operator said", async () => {
  await using house = await openOn(maker);
  await grow(house, 1);
  let reached = 0;
  const other = createServer((_, response) => {
    reached += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(other, "listening");
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  await using witness = await start(house);
  for (const status of [301, 302, 303, 307, 308]) {
    witness.instead = { status, headers: { location }, body: "" };
    assert.equal(await deskOf(house, witness).round(), "unreachable");
  }
  assert.equal(reached, 0);
  other.close();
});

test("a witness that fails is asked less and less often, up to every quarter of an hour, until it works again", async () => {
  await using house = await openOn(maker);
  await using witness = await start(house);
  const desk = deskOf(house, witness);
  await grow(house, 1);
  witness.instead = { status: 500, body: "" };
  for (let second = 0; second < 4 * 3_600; second += 5) {
    await desk.round();
    house.clock.advance(5_000);
  }
  assert.ok(desk.outcomes.length >= 4 * 4 - 1 && desk.outcomes.length < 100, String(desk.outcomes.length));
  witness.instead = undefined;
  for (let second = 0; second < 1_000; second += 5) {
    await desk.round();
    house.clock.advance(5_000);
  }
  assert.equal(desk.outcomes.at(-1), "cosigned");
});
