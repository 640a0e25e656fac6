import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Refusal, Secret } from "#kernel";
import { decryptAge, encryptAge } from "./age.ts";

const passphrase = new Secret("correct horse battery");
/** Cheap to guess, for tests. */
const work = 4;

async function* inPieces(bytes: Uint8Array, size = 10_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

const sealed = (plain: Uint8Array) => all(encryptAge(inPieces(plain), passphrase, work));
const opened = (bytes: Uint8Array, key = passphrase) => all(decryptAge(inPieces(bytes), key));

/** 64 KiB is a piece: below, at, above one and two. */
const sizes = fc.oneof(fc.constantFrom(0, 1, 65_535, 65_536, 65_537, 131_072), fc.nat(200_000));
const bodies = sizes.map((size) => Buffer.alloc(size, "a moment of the data folder"));

test("what is encrypted comes back, whatever its size", async () => {
  await fc.assert(
    fc.asyncProperty(bodies, async (plain) => assert.ok(plain.equals(await opened(await sealed(plain))))),
    { numRuns: 40 },
  );
});

test("it reads what age itself has written", async () => {
  const byAge =
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBqb3pDWDZ3M290YjdpZVQrYmhJY0lBIDEwCmVXTHVPU25NODZrNFNWTHE3ZG9TMTR6dDFYa21mVmtjdGZRenRSTzRXVXcKLS0tIFlUYnRpZ3pFL3Y3RXNzVUFHTnBTM3Z5ZE8wcDZoTDFydmhPTWlNUDVVaWcKwe3J2bu8yE/bLPfe/jz6Z2E7JU2O+/g9hgqxmpRR466uCEqQE0LHfx47sphAkrRjVlCNZ7Jzx5hy+EOO";
  assert.equal((await opened(Buffer.from(byAge, "base64"))).toString(), "a moment of the data folder\n");
});

test("a changed byte, a cut, something added or another passphrase is refused, and never gives back all of it", async () => {
  const plain = Buffer.alloc(150_000, "evidence");
  const good = await sealed(plain);
  const change = fc.oneof(
    fc.record({ at: fc.nat(good.length - 1), by: fc.integer({ min: 1, max: 255 }) }).map(({ at, by }) => {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ by;
      return bad;
    }),
    fc.nat(good.length - 1).map((length) => good.subarray(0, length)),
    fc.uint8Array({ minLength: 1, maxLength: 70_000 }).map((more) => Buffer.concat([good, more])),
    // Whole pieces left out, where each by itself is as it was.
    fc.constant(Buffer.concat([good.subarray(0, -(150_000 % 65_536) - 16)])),
  );
  await fc.assert(
    fc.asyncProperty(change, (bad) => assert.rejects(opened(bad), Refusal)),
    { numRuns: 150 },
  );
  await assert.rejects(opened(good, new Secret("incorrect horse")), { code: "upkeep/wrong-passphrase" });
});

test("a work factor that would take gigabytes is refused before any work", async () => {
  const greedy = (await sealed(Buffer.alloc(10))).toString("latin1").replace(/ 4\n/, " 30\n");
  await assert.rejects(opened(Buffer.from(greedy, "latin1")), { code: "upkeep/damaged" });
});
