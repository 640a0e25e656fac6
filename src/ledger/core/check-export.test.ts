import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson, instant } from "#kernel";
import { ed25519Signer, verifyEd25519 } from "../ed25519.ts";
import { sha256, sha256Tree } from "../sha256.ts";
import { type Checkpoint, spellCheckpoint } from "./checkpoint.ts";
import { ExportCheck, type ExportVerdict } from "./check-export.ts";
import { cosignedMessage, spellTimestamped } from "./cosignature.ts";
import { spellHead, spellLine } from "./export-line.ts";
import { Frontier } from "./frontier.ts";
import { readLeaf, spellLeaf } from "./leaf.ts";
import { spellNote } from "./note.ts";
import { nodesOf } from "./subtree.ts";
import { makeVerifierKey, readVerifierKey, spellVerifierKey, type VerifierKey } from "./verifier-key.ts";

const origin = "example.com/log";
const signer = ed25519Signer(Buffer.alloc(32, 1));
const eve = ed25519Signer(Buffer.alloc(32, 2));
const key = makeVerifierKey(sha256, origin, signer.publicKey, "note");
const witness = makeVerifierKey(sha256, "witness.example/w1", eve.publicKey, "cosignature");

const leafOf = (index: number, word = "affirming") =>
  spellLeaf({ index, at: instant(1_000 + index), kind: "verdict", subject: `host_${index}`, body: { word } });

interface Made {
  readonly lines: string[];
  readonly last: Checkpoint;
  readonly hashes: Uint8Array[];
}

/** An export of `size` entries with a checkpoint after each third one, as a log writes it. */
function made(size: number, { from = 0, leaf = leafOf, by = signer, cosigned = false } = {}): Made {
  const tree = new Frontier(sha256Tree);
  const nodes = new Map<number, Uint8Array>();
  const checkpoint = (): string => {
    const text = spellCheckpoint({ origin, size: tree.size, root: tree.root() });
    const signatures = [{ name: key.name, keyId: key.keyId, signature: by.sign(Buffer.from(text)) }];
    if (cosigned) {
      const signature = spellTimestamped(1_700_000_000, eve.sign(cosignedMessage(1_700_000_000, text)));
      signatures.push({ name: witness.name, keyId: witness.keyId, signature });
    }
    return spellLine({ kind: "checkpoint", note: spellNote({ text, signatures }) });
  };
  const lines: string[] = [];
  const hashes: Uint8Array[] = [];
  for (let index = 0; index < size; index += 1) {
    const text = leaf(index);
    const hash = sha256Tree.leaf(Buffer.from(text));
    hashes.push(hash);
    for (const node of tree.append(hash)) nodes.set(node.id, node.hash);
    if (index < from) continue;
    lines.push(spellLine({ kind: "entry", hash, leaf: text }));
    if (tree.size % 3 === 0 || tree.size === size) lines.push(checkpoint());
  }
  if (from === size) lines.push(checkpoint());
  const before = nodesOf({ start: 0, end: from }).map((id) => nodes.get(id) ?? assert.fail());
  const head = spellHead({ origin, keys: [spellVerifierKey(key)], from, size, before });
  return {
    lines: [head, ...lines].map((line) => line.slice(0, -1)),
    last: { origin, size, root: new Uint8Array(tree.root()) },
    hashes,
  };
}

interface Asked {
  readonly keys?: readonly VerifierKey[];
  readonly older?: Checkpoint;
  readonly witnesses?: readonly VerifierKey[];
}

function check(lines: readonly string[], { keys = [key], older, witnesses = [] }: Asked = {}): ExportVerdict {
  const readKey = (text: string) => readVerifierKey(sha256, text);
  const one = new ExportCheck({ hash: sha256Tree, verify: verifyEd25519, keys, witnesses, readKey, older });
  for (const line of lines) one.line(line);
  return one.end();
}

const found = ({ tamperings }: ExportVerdict) =>
  tamperings.map(({ code, entry }) => (entry === undefined ? code : `${code} ${entry}`));
const isEntry = (line: string) => line.startsWith(`{"hash"`);
const place = (lines: readonly string[], index: number) =>
  lines.findIndex((line) => line.includes(`"index":${index},`));

test("an export of any size, from any entry on, proves its entries, size, root and signer", () => {
  for (let size = 1; size <= 20; size += 1)
    for (let from = 0; from <= size; from += 1) {
      const { lines, last } = made(size, { from });
      const verdict = check(lines);
      assert.deepEqual(found(verdict), []);
      assert.equal(verdict.entries, size - from);
      const { signedBy, ...proven } = verdict.proven ?? assert.fail();
      assert.deepEqual([proven, signedBy.length], [last, 1]);
    }
});

test("an export goes on from every older checkpoint of its log", () => {
  for (let size = 0; size <= 20; size += 1) {
    const older = size === 0 ? { origin, size: 0, root: sha256Tree.empty } : made(size).last;
    const verdict = check(made(20).lines, { older });
    assert.deepEqual([found(verdict), verdict.goesOnFrom], [[], size]);
  }
});

test("no byte of an export can be changed without being found, whatever it is changed to", () => {
  const whole = Buffer.from(
    made(11)
      .lines.map((line) => `${line}\n`)
      .join(""),
  );
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      const lines = bytes.toString("latin1").split("\n");
      if (lines.at(-1) === "") lines.pop();
      // As bytes, so that what is no UTF-8 stays what it is.
      const verdict = check(
        lines.map((line) =>
          Buffer.from(line, "latin1").equals(Buffer.from(Buffer.from(line, "latin1").toString()))
            ? Buffer.from(line, "latin1").toString()
            : line,
        ),
      );
      // The very last newline is the one byte without meaning.
      assert.ok(
        verdict.tamperings.length > 0 || at === whole.length - 1,
        `byte ${at}: ${bytes.toString("utf8", at - 80, at + 80)}`,
      );
    }),
    { numRuns: 1_000 },
  );
});

test("an entry whose bytes were changed is told by its number, and so are several", () => {
  const { lines } = made(20);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 5 }), (numbers) => {
      const bad = lines.map((line) =>
        numbers.some((n) => line.includes(`"index":${n},`)) ? line.replace("affirming", "affirmin9") : line,
      );
      assert.deepEqual(
        found(check(bad)),
        numbers.toSorted((a, b) => a - b).map((n) => `changed ${n}`),
      );
    }),
  );
});

test("an entry changed together with its hash is told by the few entries between two checkpoints", () => {
  const { lines } = made(20);
  const at = place(lines, 7);
  const leaf = leafOf(7, "contraindicated");
  const bad = lines.with(at, spellLine({ kind: "entry", hash: sha256Tree.leaf(Buffer.from(leaf)), leaf }).slice(0, -1));
  const verdict = check(bad);
  assert.deepEqual(found(verdict), ["rewritten 6"]);
  assert.match(verdict.tamperings[0]?.says ?? "", /among the entries 6 to 8 /);
  assert.equal(verdict.proven?.size, 6, "what is before is still proven");
});

test("a dropped entry is told by its number", () => {
  for (let n = 0; n < 20; n += 1) {
    const { lines } = made(20);
    const verdict = check(lines.toSpliced(place(lines, n), 1));
    assert.deepEqual(found(verdict), [`missing ${n}`]);
  }
});

test("entries that changed places are told to be reordered, by the first of them", () => {
  const { lines } = made(20);
  for (const [a, b] of [
    [0, 1],
    [4, 5],
    [2, 17],
  ] as const) {
    const [one, two] = [place(lines, a), place(lines, b)];
    const bad = lines.with(one, lines[two] ?? "").with(two, lines[one] ?? "");
    assert.deepEqual(found(check(bad)), [`moved ${a}`]);
  }
});

test("an entry that stands twice, and one that was put in, are told by their place", () => {
  const { lines } = made(20);
  const at = place(lines, 4);
  assert.deepEqual(found(check(lines.toSpliced(at, 0, lines[at] ?? ""))), ["moved 5"]);
  const leaf = leafOf(4, "made up");
  const put = spellLine({ kind: "entry", hash: sha256Tree.leaf(Buffer.from(leaf)), leaf }).slice(0, -1);
  assert.deepEqual(found(check(lines.toSpliced(at, 0, put))), ["moved 5"]);
});

test("a file that ends early is told to, after whichever line", () => {
  const { lines } = made(20);
  for (let length = 1; length < lines.length; length += 1) {
    const cut = lines.slice(0, length);
    const codes = check(cut).tamperings.map(({ code }) => code);
    const entries = cut.filter(isEntry).length;
    assert.ok(codes.includes(entries === 20 ? "unsigned" : "truncated"), `${length}: ${codes}`);
  }
  assert.deepEqual(found(check([])), ["not-an-export"]);
});

test("a tail that was replaced, hashes, checkpoints and all, is not signed by the log's key", () => {
  const good = made(20);
  const forged = made(20, { leaf: (n) => leafOf(n, n < 15 ? "affirming" : "nothing happened"), by: eve });
  const at = place(good.lines, 15);
  const bad = [...good.lines.slice(0, at), ...forged.lines.slice(at)];
  assert.deepEqual(
    found(check(bad)),
    ["bad-signature 18"].map((one) => one.split(" ")[0]),
  );
  assert.equal(check(bad).proven?.size, 15);
});

test("two histories signed by the log's own key are told apart by an older checkpoint of one of them", () => {
  const good = made(12);
  const fork = made(20, { leaf: (n) => leafOf(n, n === 9 ? "nothing happened" : "affirming") });
  assert.deepEqual(found(check(fork.lines)), [], "the file alone can't tell");
  assert.deepEqual(found(check(fork.lines, { older: good.last })), ["fork"]);
  assert.equal(check(fork.lines, { older: made(9).last }).goesOnFrom, 9, "up to there they are the same");
});

test("a log that became shorter is told to, with the first entry that is gone", () => {
  assert.deepEqual(found(check(made(12).lines, { older: made(20).last })), ["rolled-back 12"]);
});

test("a log by another name, and one that begins too late, can't pass for going on from an older one", () => {
  assert.deepEqual(found(check(made(12).lines, { older: { ...made(5).last, origin: "example.com/other" } })), ["fork"]);
  assert.deepEqual(found(check(made(12, { from: 8 }).lines, { older: made(5).last })), ["fork"]);
});

test("a key that did not sign proves nothing, and a file of a stranger's key only fits itself", () => {
  const strange = makeVerifierKey(sha256, origin, eve.publicKey, "note");
  const verdict = check(made(5).lines, { keys: [strange] });
  assert.deepEqual(found(verdict), ["unsigned 0"]);
  assert.equal(verdict.proven, undefined);
  assert.deepEqual(found(check(made(5).lines, { keys: [] })), []);
});

test("a witness that was asked for has to have cosigned", () => {
  const verdict = check(made(5, { cosigned: true }).lines, { witnesses: [witness] });
  assert.deepEqual(found(verdict), []);
  assert.deepEqual(verdict.cosigned, [{ name: witness.name, size: 5, at: 1_700_000_000_000 }]);
  assert.deepEqual(found(check(made(5).lines, { witnesses: [witness] })), ["not-witnessed"]);
});

test("no lines from outside make the check throw", () => {
  const good = made(6).lines;
  const lines = fc.array(fc.oneof(fc.constantFrom(...good), fc.string({ unit: "binary", maxLength: 300 }), fc.json()), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(lines, (some) => void check(some, { older: made(3).last, witnesses: [witness] })),
    { numRuns: 1_000 },
  );
});

test("a leaf reads back as it was spelled, and no other text reads as a leaf", () => {
  const body = fc.dictionary(fc.string(), fc.jsonValue());
  const texts = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(fc.nat(), fc.nat(), texts, texts, body, (index, at, kind, subject, what) => {
      const leaf = { index, at: instant(at), kind, subject, body: what };
      const text = spellLeaf(leaf);
      assert.equal(canonicalJson(readLeaf(text)), text);
      for (const bad of [
        ` ${text}`,
        text.replace(`"version":1`, `"version":2`),
        text.replace(`"version":1`, `"version":1,"x":1`),
        text.slice(0, -1),
      ])
        assert.equal(readLeaf(bad), undefined);
    }),
  );
});
