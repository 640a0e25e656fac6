import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { Secret } from "#kernel";
import { createTable, openDataFolder, openPostgresRecords, systemClock } from "#platform";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { lookAtServices } from "../doctor/look-at-services.ts";
import { backUp } from "./back-up.ts";
import { withoutPassword } from "./pg-tools.ts";
import { restore } from "./restore.ts";

const [postgres] = recordsMakers.filter(({ name }) => name === "PostgreSQL");
const skip = postgres?.skip ?? "no PostgreSQL among the makers";
const { signal } = new AbortController();
const steps = [createTable("kept", { columns: { n: { type: "integer", primaryKey: true } } })];

let folder = "";
let maker: TestMaker | undefined;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "meridian-pgdump-"));
  if (skip === false) maker = await postgres?.start();
});
after(async () => {
  await maker?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function newDatabase(fill: number): Promise<Secret> {
  assert.ok(maker);
  await using records = await maker.open();
  if (fill > 0) {
    await records.migrate([{ room: "test", name: "0001-kept", steps }]);
    const rows = Array.from({ length: fill }, (_, n) => ({ n }));
    await records.claimDoor()(async (tx) => {
      await tx.tables<{ kept: { n: number } }>().insertInto("kept").values(rows).execute();
    });
  }
  return new Secret(maker.place());
}

test(
  "records of PostgreSQL are in the backup, and are put into the empty database that is named, or not at all",
  { skip },
  async () => {
    const url = await newDatabase(500);
    const data = join(folder, "data");
    await (await openDataFolder(data))[Symbol.asyncDispose]();
    const wish = {
      data,
      socket: join(data, "terminal.sock"),
      out: join(folder, "whole.tar"),
      parts: { records: "postgres", events: "clickhouse", blobs: "folder" },
      databaseUrl: url,
      withoutRecords: false,
      passphrase: undefined,
      version: "0.0.0",
      clock: systemClock,
      signal,
      tell: () => undefined,
    } as const;
    const { file, elsewhere } = await backUp(wish);
    assert.deepEqual(elsewhere, ["clickhouse"]);
    const to = (name: string, databaseUrl: Secret | undefined) =>
      restore({ file, folder: join(folder, name), passphrase: undefined, databaseUrl, signal, tell: () => undefined });
    await assert.rejects(to("never", undefined), { code: "upkeep/database-wanted" });
    // Its tables are there already: neither the database nor the folder is changed.
    await assert.rejects(to("never", url), { code: "upkeep/pg-failed" });
    assert.ok(!(await readdir(folder)).some((name) => name.includes("never")));
    const empty = await newDatabase(0);
    await to("again", empty);
    await using records = await openPostgresRecords({ url: empty.reveal(), clock: systemClock });
    const rows = await records.tables<{ kept: { n: number } }>().selectFrom("kept").select("n").orderBy("n").execute();
    assert.deepEqual(
      rows.map(({ n }) => n),
      Array.from({ length: 500 }, (_, n) => n),
    );
    const without = await backUp({ ...wish, out: join(folder, "without.tar"), withoutRecords: true });
    assert.deepEqual(without.elsewhere, ["postgres", "clickhouse"]);
  },
);

test("the doctor tells a PostgreSQL's version, and whether it keeps what it acknowledged", { skip }, async () => {
  const findings = await lookAtServices({ databaseUrl: await newDatabase(0) } as never, systemClock, signal);
  assert.deepEqual(
    findings.map(({ id, state }) => [id, state]),
    [
      ["records", "ok"],
      ["records-version", "ok"],
      ["records-durable", "ok"],
    ],
  );
});

test("a password never gets into arguments, and the rest of an address stays as it is", () => {
  const word = fc.stringMatching(/^[a-z0-9%_.-]{1,12}$/).map(encodeURIComponent);
  fc.assert(
    fc.property(
      word,
      word,
      fc.constantFrom("host/db", "/db?host=%2Fvar%2Frun", "[::1]:5432/db?sslmode=require"),
      (user, password, rest) => {
        const found = withoutPassword(`postgres://${user}:${password}@${rest}`);
        assert.deepEqual(found, { address: `postgres://${user}@${rest}`, password: decodeURIComponent(password) });
        assert.equal(withoutPassword(`postgres://${user}@${rest}`).address, `postgres://${user}@${rest}`);
        assert.equal(withoutPassword(`postgres://${rest}`).address, `postgres://${rest}`);
      },
    ),
  );
});
