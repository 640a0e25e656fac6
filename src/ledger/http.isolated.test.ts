import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Actor, permissions as accessPermissions, type Role, roles } from "#access";
import { createApp } from "#http";
import { instant, makeId } from "#kernel";
import { recordsMakers, type TestMaker } from "#platform/testing";
import { createLog, createMetrics } from "#telemetry";
import { verifyConsistency } from "./core/consistency.ts";
import { verifyInclusion } from "./core/inclusion.ts";
import { readCheckpoint } from "./core/checkpoint.ts";
import { readHead } from "./core/export-line.ts";
import { readNote } from "./core/note.ts";
import { opensSeal } from "./core/seal.ts";
import { checkSignature } from "./core/verifier-key.ts";
import { verifyEd25519 } from "./ed25519.ts";
import { exportPiece } from "./export-log.ts";
import { joinExport } from "./join-export.ts";
import { permissions } from "./permissions.ts";
import { readKey } from "./read-key.ts";
import { sha256, sha256Tree } from "./sha256.ts";
import { openLedger as openOn, type TestLedger, verdicts } from "./testing/open-ledger.ts";

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

/** Asks as somebody of a role; every answer is held against its route's shape. */
function asking(house: TestLedger, role?: Role) {
  const table = { ...accessPermissions, ...permissions };
  const may = (name: string) =>
    role !== undefined && (table[name as keyof typeof table].roles as readonly string[]).includes(role);
  const caller: Actor = role === undefined ? { kind: "stranger", may } : { kind: "person", id: `person_${role}`, may };
  let serial = 0;
  const app = createApp({
    routes: house.ledger.routes,
    identify: async () => caller,
    problemPage: () => "",
    newId: (kind) => makeId(kind, instant(serial++), new Uint8Array(10)),
    log: createLog({ level: "error", format: "json", now: () => 0, write: (line) => assert.fail(line) }),
    metrics: createMetrics(),
    origins: { publicUrl: undefined, host: "127.0.0.1" },
    monotonic: () => 0,
    bodyLimit: 1_000,
    requestTimeout: 10_000,
    stopping: new AbortController().signal,
    checkAnswers: true,
  });
  return async (path: string) => {
    const answer = await app.fetch(new Request(`http://127.0.0.1/api/ledger/${path}`));
    const text = await answer.text();
    const json = () => JSON.parse(text) as Record<string, unknown> & { code?: string };
    return { status: answer.status, text, json };
  };
}

for (const { name, skip, start } of recordsMakers)
  describe(`the ledger's routes on ${name}`, { skip }, () => {
    let maker: TestMaker;
    before(async () => void (maker = await start()));
    after(() => maker?.stop());

    test("from the routes alone, an auditor checks the log: signature, each entry's place, each older size", async () => {
      await using house = await openOn(maker);
      const ask = asking(house, "reader");
      for (const count of [3, 9, 30]) {
        await house.write(...verdicts(count));
        await house.settle();
      }
      const note = readNote((await ask("checkpoint")).text) ?? assert.fail();
      const { size, root } = readCheckpoint(note.text) ?? assert.fail();
      const { key } = (await ask("key")).json() as unknown as { key: string };
      assert.equal(key, house.verifier);
      assert.equal(checkSignature(note, readKey(key) ?? assert.fail(), verifyEd25519), "good");
      const { entries } = (await ask("entries?limit=500")).json() as unknown as { entries: { leaf: string }[] };
      assert.equal(entries.length, size);
      for (const [index, { leaf }] of entries.entries()) {
        const proof = (await ask(`proof/inclusion?index=${index}`)).json() as unknown as { path: string[] };
        const claim = { index, size, root, leaf: sha256Tree.leaf(Buffer.from(leaf)), path: proof.path.map(bytes) };
        assert.ok(verifyInclusion(sha256Tree, claim), String(index));
      }
      for (let first = 0; first <= size; first += 1) {
        const proof = (await ask(`proof/consistency?from=${first}`)).json() as unknown as Record<
          "fromRoot" | "toRoot",
          string
        > & { path: string[] };
        const [firstRoot, secondRoot] = [bytes(proof.fromRoot), bytes(proof.toRoot)];
        assert.deepEqual(secondRoot, root);
        assert.ok(
          verifyConsistency(sha256Tree, { first, firstRoot, second: size, secondRoot, path: proof.path.map(bytes) }),
        );
      }
    });

    test("an export is the same as a stream and in the terminal's pieces", async () => {
      await using house = await openOn(maker);
      await house.write(...verdicts(200));
      await house.write({ kind: "large", subject: "x", body: { text: "y".repeat(60_000) } });
      await house.settle();
      const ask = asking(house, "reader");
      for (const from of [0, 1, 77, 201]) {
        const { text } = await ask(`export?from=${from}`);
        assert.equal(readHead(text.slice(0, text.indexOf("\n")))?.from, from);
        let pieces = "";
        const first = await exportPiece(house.read, { from });
        for await (const piece of joinExport(first, (where) => exportPiece(house.read, where))) pieces += piece;
        assert.equal(pieces, text);
      }
    });

    test("entries are found by subject and by kind, in order", async () => {
      await using house = await openOn(maker);
      await house.write(...verdicts(20), { kind: "sighting", subject: "host_3" });
      await house.settle();
      const ask = asking(house, "reader");
      const indices = async (query: string) =>
        ((await ask(`entries?${query}`)).json() as unknown as { entries: { index: number; kind: string }[] }).entries;
      assert.deepEqual(
        (await indices("subject=host_3")).map(({ kind }) => kind),
        ["verdict", "verdict", "verdict", "sighting"],
      );
      assert.equal((await indices("subject=host_3&kind=sighting")).length, 1);
      assert.equal((await indices("from=5&limit=2")).map(({ index }) => index).join(), "5,6");
    });

    test("only an owner gets the salt that opens a seal", async () => {
      await using house = await openOn(maker);
      const sealed = { match: { name: "Ada" } };
      await house.write({ kind: "sighting", subject: "person_1", sealed });
      await house.settle();
      const { entries } = (await asking(house, "reader")("entries?kind=sighting")).json() as unknown as {
        entries: { index: number; leaf: string }[];
      };
      const [entry] = entries;
      const path = `entries/${entry?.index}/salts`;
      assert.equal((await asking(house, "reader")(path)).status, 403);
      const { salts } = (await asking(house, "owner")(path)).json() as unknown as { salts: { match: string } };
      const seal = (JSON.parse(entry?.leaf ?? "") as { body: { sealed: { match: string } } }).body.sealed.match;
      assert.ok(opensSeal(sha256, seal, bytes(salts.match), sealed.match));
    });

    test("every role reads the ledger, no stranger does, and what is not there is said by its code", async () => {
      await using house = await openOn(maker);
      for (const role of roles)
        assert.equal((await asking(house, role)("checkpoint")).json().code, "ledger/no-checkpoint");
      await house.write(...verdicts(4));
      await house.settle();
      for (const path of [
        "checkpoint",
        "key",
        "entries",
        "entries/0",
        "proof/inclusion?index=0",
        "proof/consistency?from=1",
        "export",
        "verify",
        "entries/0/salts",
      ])
        assert.equal((await asking(house)(path)).status, 401, path);
      const ask = asking(house, "reader");
      for (const [path, code] of [
        ["entries/99", "ledger/no-such-entry"],
        ["proof/inclusion?index=99", "ledger/no-such-entry"],
        ["proof/inclusion?index=0&size=99", "ledger/past-the-end"],
        ["proof/consistency?from=0&to=99", "ledger/past-the-end"],
        ["proof/consistency?from=3&to=2", "ledger/not-in-order"],
        ["export?from=99", "ledger/past-the-end"],
      ] as const)
        assert.equal((await ask(path)).json().code, code, path);
      assert.equal((await ask("verify")).json()["ok"], true);
      assert.equal((await ask("entries/-1")).status, 422);
    });
  });
