import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ed25519Signer, verifyEd25519 } from "../ed25519.ts";
import { sha256 } from "../sha256.ts";
import { readAddCheckpoint, readAnswer, spellAddCheckpoint } from "./add-checkpoint.ts";
import { readCheckpoint, spellCheckpoint } from "./checkpoint.ts";
import { cosignedMessage, findCosignature, spellTimestamped } from "./cosignature.ts";
import { isKeyName, type Note, readNote, readSignatureLines, spellNote } from "./note.ts";
import { checkSignature, makeVerifierKey, readVerifierKey, spellVerifierKey } from "./verifier-key.ts";

const key = (text: string) => readVerifierKey(sha256, text) ?? assert.fail(text);
const signer = ed25519Signer(Buffer.alloc(32, 1));
const log = makeVerifierKey(sha256, "example.com/log", signer.publicKey, "note");
const witness = makeVerifierKey(sha256, "witness.example/w1", signer.publicKey, "cosignature");

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const sizes = fc.oneof(fc.nat(200), fc.integer({ min: 0, max: 2 ** 52 }));
const checkpoints = fc
  .tuple(fc.string({ minLength: 1, unit: "grapheme" }).filter(isKeyName), sizes, hashes)
  .map(([origin, size, root]) => ({ origin, size, root }));
const signatures = fc.array(
  fc.record(
    {
      name: fc.string({ minLength: 1, unit: "grapheme" }).filter(isKeyName),
      keyId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    },
    { noNullPrototype: true },
  ),
  { minLength: 1, maxLength: 16 },
);

function signed(text: string): Note {
  const { name, keyId } = log;
  return { text, signatures: [{ name, keyId, signature: signer.sign(Buffer.from(text)) }] };
}

test("Ed25519 is RFC 8032's: test 1 of its section 7.1", () => {
  const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
  const one = ed25519Signer(Buffer.from(seed, "hex"));
  assert.equal(
    Buffer.from(one.publicKey).toString("hex"),
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  );
  const signature =
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
  assert.equal(Buffer.from(one.sign(new Uint8Array(0))).toString("hex"), signature);
  assert.ok(verifyEd25519(one.publicKey, new Uint8Array(0), Buffer.from(signature, "hex")));
});

test("a note and a key that Go's own notes were written with read and verify here", () => {
  const neumann = key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const line =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  const note = readNote(`${text}\n${line}`) ?? assert.fail();
  assert.equal(checkSignature(note, neumann, verifyEd25519), "good");
  assert.equal(checkSignature({ ...note, text: text.replace("then", "thin") }, neumann, verifyEd25519), "bad");
  assert.equal(checkSignature(note, log, verifyEd25519), "none");
});

test("the checkpoint that C2SP shows reads as it is meant: size, root, a cosignature of 19 March 2023", () => {
  const note =
    readNote(
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" +
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n" +
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n",
    ) ?? assert.fail();
  const checkpoint = readCheckpoint(note.text) ?? assert.fail();
  assert.deepEqual([checkpoint.origin, checkpoint.size], ["example.com/behind-the-sofa", 20_852_163]);
  const bytes = note.signatures[1]?.signature ?? assert.fail();
  assert.equal(bytes.length, 72);
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  const message = Buffer.from(cosignedMessage(time, note.text)).toString();
  assert.match(message, /^cosignature\/v1\ntime 1679315147\nexample\.com\/behind-the-sofa\n20852163\nCsUY.*=\n$/);
});

test("notes, checkpoints, keys and requests read back as they were spelled", () => {
  fc.assert(
    fc.property(
      checkpoints,
      signatures,
      hashes,
      fc.array(hashes, { maxLength: 63 }),
      sizes,
      (one, lines, bytes, proof, oldSize) => {
        const text = spellCheckpoint(one);
        assert.deepEqual(readCheckpoint(text), one);
        const whole = spellNote({ text, signatures: lines });
        assert.deepEqual(readNote(whole), { text, signatures: lines });
        for (const kind of ["note", "cosignature"] as const) {
          const made = makeVerifierKey(sha256, one.origin, bytes, kind);
          assert.deepEqual(readVerifierKey(sha256, spellVerifierKey(made)), made);
        }
        const request = { oldSize, proof, checkpoint: whole };
        assert.deepEqual(readAddCheckpoint(spellAddCheckpoint(request)), request);
      },
    ),
  );
});

test("a key whose hash is not its own is no key, and neither is one of another kind or length", () => {
  const text = spellVerifierKey(log);
  assert.ok(readVerifierKey(sha256, text));
  for (const bad of [
    text.replace("example", "examplf"),
    text.replace(/\+[0-9a-f]{8}\+/, "+00000000+"),
    text.slice(0, -4),
    `${text}AAAA`,
    text.toUpperCase(),
    "",
    "a+b+c",
  ])
    assert.equal(readVerifierKey(sha256, bad), undefined, bad);
});

test("what is no note is not taken for one", () => {
  const good = spellNote(signed("text\n"));
  assert.ok(readNote(good));
  for (const bad of [
    "",
    "text\n",
    "text\n\n",
    good.slice(0, -1),
    good.replace("\n\n", "\n"),
    good.replace("—", "-"),
    good.replace("text", "te\u0000xt"),
    good.replace("text", "te\rxt"),
    good.replace("=\n", "\n"),
    `${good}more`,
    `${good}\n`,
    `x${"x".repeat(70_000)}\n\n${good}`,
  ])
    assert.equal(readNote(bad), undefined, JSON.stringify(bad.slice(0, 200)));
});

test("what is no checkpoint is not taken for one", () => {
  const good = spellCheckpoint({ origin: "o", size: 12, root: new Uint8Array(32) });
  assert.ok(readCheckpoint(good));
  assert.ok(readCheckpoint(`${good}an extension\n`), "extension lines are opaque");
  for (const bad of [
    "",
    "o\n12\n",
    good.slice(0, -1),
    good.replace("12", "012"),
    good.replace("12", "-1"),
    good.replace("12", "1e1"),
    good.replace("12", "9007199254740993"),
    good.replace("o\n", "\n"),
    good.replace("AAAA", "AAA"),
    `${good}\n`,
  ])
    assert.equal(readCheckpoint(bad), undefined, JSON.stringify(bad));
});

test("no bytes from outside make reading throw, or take long", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc
      .array(fc.constantFrom("— ", "a ", "\n", "\n\n", "AAAAAAA=", "+", "old 3", "0", "\u2028"), { maxLength: 60 })
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      readNote(text);
      readCheckpoint(text);
      readVerifierKey(sha256, text);
      readAddCheckpoint(text);
      readSignatureLines(text);
      readAnswer(409, "text/x.tlog.size", text);
    }),
    { numRuns: 2_000 },
  );
});

test("no signature survives one changed character of its note", () => {
  const whole = spellNote(
    signed(spellCheckpoint({ origin: "example.com/log", size: 7, root: sha256(new Uint8Array(3)) })),
  );
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.constantFrom("A", "7", "\n", " ", "x", "="), (at, other) => {
      fc.pre(whole[at] !== other);
      const note = readNote(whole.slice(0, at) + other + whole.slice(at + 1));
      assert.ok(!note || checkSignature(note, log, verifyEd25519) !== "good");
    }),
    { numRuns: 1_000 },
  );
});

test("a cosignature is found by its own witness, over its own checkpoint and time alone", () => {
  const note = signed(spellCheckpoint({ origin: "example.com/log", size: 7, root: new Uint8Array(32) }));
  const cosign = (time: number, text = note.text) => {
    const signature = spellTimestamped(time, signer.sign(cosignedMessage(time, text)));
    return { name: witness.name, keyId: witness.keyId, signature };
  };
  const find = (...more: Note["signatures"]) =>
    findCosignature({ ...note, signatures: [...note.signatures, ...more] }, witness, verifyEd25519);
  assert.equal(find(), undefined);
  assert.equal(find(cosign(1_679_315_147))?.at, 1_679_315_147_000);
  assert.equal(find(cosign(10), cosign(30), cosign(20))?.at, 30_000, "the newest one");
  assert.equal(find(cosign(10, "another\n7\n\n")), undefined);
  const moved = cosign(10);
  moved.signature[7] = 11;
  assert.equal(find(moved), undefined, "another time");
  assert.equal(find({ ...cosign(10), name: "witness.example/w2" }), undefined);
  assert.equal(find({ ...cosign(10), signature: new Uint8Array(64) }), undefined);
  const endless = cosign(10);
  endless.signature.fill(255, 0, 8);
  assert.equal(find(endless), undefined, "past the year 9999");
});

test("a witness's answers are told apart by their status, and a size by its type", () => {
  assert.deepEqual(readAnswer(200, "text/plain", "— w x\n"), { kind: "cosigned", lines: "— w x\n" });
  assert.deepEqual(readAnswer(409, "text/x.tlog.size", "20852014\n"), { kind: "at-size", size: 20_852_014 });
  for (const [status, type, body, why] of [
    [409, "text/plain", "20852014\n", "conflict"],
    [409, "text/x.tlog.size", "many\n", "conflict"],
    [422, undefined, "", "inconsistent"],
    [403, undefined, "", "unknown-key"],
    [404, undefined, "", "unknown-log"],
    [400, undefined, "", "bad-request"],
    [500, undefined, "", "unexpected"],
    [302, undefined, "", "unexpected"],
  ] as const)
    assert.deepEqual(readAnswer(status, type, body), { kind: "refused", why });
});
