import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createAccess, permissions as accessPermissions } from "#access";
import { instant, makeId, Refusal, Secret } from "#kernel";
import { readMigrations, settableClock } from "#platform";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { createLog, createMetrics } from "#telemetry";
import { checkExport, readOlder } from "./check-export-file.ts";
import { createLedger } from "./create-ledger.ts";
import { exportLog } from "./export-log.ts";
import { openLog } from "./open-log.ts";
import { permissions } from "./permissions.ts";
import { readKey } from "./read-key.ts";
import * as store from "./store.ts";
import { openLedger as openOn, testKey, verdicts } from "./testing/open-ledger.ts";
import type { LedgerTables } from "./tables.ts";

const isRefusal = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

/** Records with nothing begun, and a data folder. */
async function fresh(maker: TestMaker) {
  const clock = settableClock(instant(Date.UTC(2026, 0, 31, 4)));
  const records = await maker.open();
  const rooms = {
    access: new URL("../access/migrations/", import.meta.url),
    ledger: new URL("migrations/", import.meta.url),
  };
  const migrations = Object.entries(rooms).map(([room, url]) => readMigrations(room, url));
  await records.migrate((await Promise.all(migrations)).flat());
  let serial = 0;
  const { change } = createAccess({
    records,
    clock,
    newId: (kind) => makeId(kind, instant(serial++), new Uint8Array(10)),
    permissions: [accessPermissions, permissions],
    sessionLifetime: 1,
  });
  const folder = await mkdtemp(join(tmpdir(), "meridian-ledger-"));
  const read = records.tables<LedgerTables>();
  return {
    clock,
    records,
    change,
    folder,
    read,
    open: (secret?: Secret, origin?: string, where = folder) =>
      openLog({ read, change, folder: where, secret, origin }),
    ledger: createLedger({ records, change, clock }),
    async [Symbol.asyncDispose]() {
      await records[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

for (const { name, skip, start } of recordsMakers)
  describe(`the ledger's keys on ${name}`, { skip }, () => {
    let maker: TestMaker;
    before(async () => void (maker = await start()));
    after(() => maker?.stop());

    test("without a key one is made, kept for its owner alone, and found again", async () => {
      await using house = await fresh(maker);
      const one = await house.open();
      assert.deepEqual(await readdir(house.folder), ["ledger-key"]);
      assert.equal((await stat(join(house.folder, "ledger-key"))).mode & 0o777, 0o600);
      assert.match(one.origin, /^meridian\.invalid\/[0-9a-f]{16}$/);
      assert.deepEqual((await house.open()).key, one.key);
    });

    test("a key from the settings is used and never written to disk", async () => {
      await using house = await fresh(maker);
      const one = await house.open(testKey, "example.com/desk");
      assert.equal(one.origin, "example.com/desk");
      assert.deepEqual(await readdir(house.folder), []);
    });

    test("processes that begin a log at once begin one", async () => {
      await using house = await fresh(maker);
      const signers = await Promise.all(Array.from({ length: 5 }, () => house.open(testKey)));
      assert.equal(new Set(signers.map(({ origin }) => origin)).size, 1);
      assert.equal((await store.keys(house.read)).length, 1);
    });

    test("a log goes on under its own name and key alone", async () => {
      await using house = await fresh(maker);
      await house.open(testKey, "example.com/desk");
      const other = new Secret(Buffer.alloc(32, 8).toString("base64"));
      await assert.rejects(house.open(other), isRefusal("ledger/another-key"));
      await assert.rejects(house.open(), isRefusal("ledger/key-lost"));
      await assert.rejects(house.open(testKey, "example.com/other"), isRefusal("ledger/another-origin"));
      await assert.rejects(house.open(new Secret("short")), isRefusal("ledger/bad-key"));
      await house.open(testKey);
      assert.deepEqual(await readdir(house.folder), [], "no key is made where there is a log already");
    });

    test("a changed key is in the log, signed over by both, and an export before it goes on after it", async () => {
      await using house = await openOn(maker);
      await house.write(...verdicts(5));
      await house.settle();
      const [old, now] = [join(house.folder, "old"), join(house.folder, "new")];
      await writeFile(old, exportLog(house.read, 0));
      const next = Buffer.alloc(32, 8).toString("base64");
      const keeping = { folder: house.folder, key: testKey, origin: undefined };
      await assert.rejects(house.ledger.rotateKey(keeping, undefined), isRefusal("ledger/key-elsewhere"));
      const { before: first, after: second } = await house.ledger.rotateKey(keeping, next);
      await assert.rejects(
        house.write(...verdicts(1)).then(house.settle),
        isRefusal("ledger/another-key"),
        "the old one signs no more",
      );
      await writeFile(now, exportLog(house.read, 0));
      const keys = (text: string) => [readKey(text) ?? assert.fail(text)];
      const older = await readOlder(old, { keys: keys(first) });
      assert.ok("checkpoint" in older);
      for (const key of [first, second]) {
        const verdict = await checkExport({ file: now, keys: keys(key), witnesses: [], older });
        assert.deepEqual([verdict.tamperings, verdict.goesOnFrom], [[], older.checkpoint.size]);
      }
      assert.deepEqual(
        (await store.keys(house.read)).map(({ verifier, ended_at }) => [verifier, ended_at !== null]),
        [
          [first, true],
          [second, false],
        ],
      );
    });

    test("a change of keys that was cut short is ended at the next start, on whichever side it was cut", async () => {
      await using house = await fresh(maker);
      const before = await house.open();
      const keeping = { folder: house.folder, key: undefined, origin: undefined };
      // Cut before the records named the new key: it is made anew another time.
      const key = await readFile(join(house.folder, "ledger-key"), "utf8");
      await writeFile(join(house.folder, "ledger-key.next"), `${Buffer.alloc(32, 4).toString("base64")}\n`);
      assert.deepEqual((await house.open()).key, before.key);
      const { after } = await house.ledger.rotateKey(keeping, undefined);
      // Cut after that, before the file got its name.
      await rename(join(house.folder, "ledger-key"), join(house.folder, "ledger-key.next"));
      await writeFile(join(house.folder, "ledger-key"), key);
      assert.deepEqual((await house.open()).key, readKey(after));
      assert.deepEqual(await readdir(house.folder), ["ledger-key"]);
    });

    test("the running ledger signs what is written, and at its end what came last", async () => {
      await using house = await openOn(maker);
      const lines: string[] = [];
      const log = createLog({ level: "warn", format: "json", now: () => 0, write: (line) => void lines.push(line) });
      const options = {
        folder: house.folder,
        key: testKey,
        origin: undefined,
        witnesses: [],
        log,
        metrics: createMetrics(),
      };
      const running = await house.ledger.run(options);
      while (house.clock.sleepers < 2) await new Promise(setImmediate);
      await house.write(...verdicts(3));
      house.clock.advance(1_000);
      while (await store.anyPending(house.read)) await new Promise(setImmediate);
      await house.write(...verdicts(2));
      await running[Symbol.asyncDispose]();
      assert.equal(await store.anyPending(house.read), false);
      const size = (await store.head(house.read))?.size;
      assert.equal((await store.latestCheckpoint(house.read))?.size, size);
      assert.deepEqual(lines, []);
    });

    test("checkpoints that nobody cosigned are forgotten after a week, but for one a day, and every export still verifies", async () => {
      await using house = await openOn(maker);
      for (let hour = 0; hour < 48; hour += 1) {
        await house.write(...verdicts(1, hour));
        await house.settle();
        house.clock.advance(3_600_000);
      }
      const sizes = () => store.checkpointSizes(house.read, 0, Number.MAX_SAFE_INTEGER);
      assert.equal((await sizes()).length, 48);
      house.clock.advance(8 * 86_400_000);
      const log = createLog({ level: "warn", format: "json", now: () => 0, write: (line) => assert.fail(line) });
      const options = {
        folder: house.folder,
        key: testKey,
        origin: undefined,
        witnesses: [],
        log,
        metrics: createMetrics(),
      };
      const running = await house.ledger.run(options);
      while ((await sizes()).length > 5) await new Promise(setImmediate);
      await running[Symbol.asyncDispose]();
      const file = join(house.folder, "export");
      await writeFile(file, house.ledger.export(0));
      const verdict = await checkExport({ file, keys: [house.signer.key], witnesses: [] });
      assert.deepEqual(verdict.tamperings, []);
    });
  });
