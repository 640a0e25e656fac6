import type { Instant } from "#kernel";
import { spellBase64 } from "./base64.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import { findCosignature } from "./cosignature.ts";
import { type ExportHead, readHead, readLine } from "./export-line.ts";
import { Frontier } from "./frontier.ts";
import { readLeaf } from "./leaf.ts";
import { readNote } from "./note.ts";
import { mostEntries } from "./subtree.ts";
import { sameHash, type TreeHash } from "./tree-hash.ts";
import { checkSignature, type VerifierKey, type VerifyEd25519 } from "./verifier-key.ts";

/** What is wrong with an export, in words, and with which entry. */
export interface Tampering {
  readonly code: TamperingCode;
  readonly says: string;
  readonly entry?: number;
}

export type TamperingCode =
  | "not-an-export"
  | "not-a-line"
  | "changed"
  | "missing"
  | "moved"
  | "rewritten"
  | "bad-signature"
  | "unsigned"
  | "truncated"
  | "not-witnessed"
  | "fork"
  | "rolled-back";

export interface ExportVerdict {
  readonly head: ExportHead | undefined;
  /** The largest checkpoint that the file's entries are proven to be of; absent where none is. */
  readonly proven:
    | (Checkpoint & { /** Trusted keys, as name+hash. */ readonly signedBy: readonly string[] })
    | undefined;
  /** For each witness that was asked for, the largest proven checkpoint that it cosigned. */
  readonly cosigned: readonly { readonly name: string; readonly size: number; readonly at: Instant }[];
  /** The older checkpoint's size that the file was found to go on from. */
  readonly goesOnFrom: number | undefined;
  readonly entries: number;
  /** In the file's order; the first ones. Empty: nothing is wrong. */
  readonly tamperings: readonly Tampering[];
}

export interface ExportCheckOptions {
  readonly hash: TreeHash;
  readonly verify: VerifyEd25519;
  /** Those that are trusted to sign the log; where there are none, what the file says of itself is believed. */
  readonly keys: readonly VerifierKey[];
  readonly witnesses: readonly VerifierKey[];
  /** Reads a key of the file's first line. */
  readonly readKey: (text: string) => VerifierKey | undefined;
  /** A checkpoint from elsewhere, believed: the file has to go on from it. */
  readonly older?: Checkpoint | undefined;
}

const mostTamperings = 20;

/**
 * Checks an export line by line, in constant memory. Two trees grow, side by side where they differ: one of what the
 * entries hash to, one of the hashes that the file states. Where the signed root is that of the second, the stated hashes are the log's own
 * and each entry that differs is known by its number; where it is that of neither, what was changed lies between this
 * checkpoint and the last one that fitted.
 */
export class ExportCheck {
  readonly #options: ExportCheckOptions;
  readonly #tamperings: Tampering[] = [];
  readonly #cosigned = new Map<string, { name: string; size: number; at: Instant }>();
  #head: ExportHead | undefined;
  /** Those of the file's first line; good for telling keys of before from no keys at all. */
  #named: readonly VerifierKey[] = [];
  #computed: Frontier;
  /** Only where it differs from the computed one. */
  #stated: Frontier | undefined;
  /** Entries since the last checkpoint whose bytes are not of the hash beside them. */
  #different: number[] = [];
  #proven: ExportVerdict["proven"];
  #goesOnFrom: number | undefined;
  /** Set once entries can't be counted any more: the place that was looked for. */
  #lost: number | undefined;
  #foundLost = false;
  #lines = 0;

  constructor(options: ExportCheckOptions) {
    this.#options = options;
    this.#computed = new Frontier(options.hash);
  }

  /** One line, without its newline. */
  line(text: string): void {
    this.#lines += 1;
    if (this.#lines === 1) return this.#begin(text);
    if (!this.#head) return;
    const line = readLine(text);
    if (this.#lost !== undefined) {
      if (line?.kind === "entry" && readLeaf(line.leaf)?.index === this.#lost) this.#foundLost = true;
      return;
    }
    if (!line)
      return this.#stop({
        code: "not-a-line",
        says: `Line ${this.#lines}, where entry ${this.#at} should be, is neither an entry nor a checkpoint.`,
        entry: this.#at,
      });
    if (line.kind === "entry") this.#entry(line.hash, line.leaf);
    else this.#checkpoint(line.note);
  }

  end(): ExportVerdict {
    if (this.#lines === 0) this.#say({ code: "not-an-export", says: "The file is empty." });
    if (this.#lost !== undefined && this.#tamperings.at(-1)?.code === "missing" && this.#foundLost)
      this.#tamperings.splice(-1, 1, {
        code: "moved",
        says: `Entry ${this.#lost} is not in its place and stands later: entries were reordered.`,
        entry: this.#lost,
      });
    if (this.#head && this.#lost === undefined) this.#close(this.#head);
    for (const { name } of this.#options.witnesses)
      if (!this.#cosigned.has(name))
        this.#say({ code: "not-witnessed", says: `${name} has cosigned no checkpoint that is proven here.` });
    return {
      head: this.#head,
      proven: this.#proven,
      cosigned: [...this.#cosigned.values()],
      goesOnFrom: this.#goesOnFrom,
      entries: this.#head ? this.#at - this.#head.from : 0,
      tamperings: this.#tamperings,
    };
  }

  get #at(): number {
    return this.#computed.size;
  }

  #begin(text: string): void {
    const { hash, readKey, older } = this.#options;
    const head = readHead(text);
    try {
      if (!head || head.size > mostEntries) throw new RangeError("no head");
      this.#computed = new Frontier(hash, head.from, head.before);
    } catch {
      return this.#say({ code: "not-an-export", says: "The first line is not that of an export of a ledger." });
    }
    this.#head = head;
    this.#named = head.keys.flatMap((one) => readKey(one) ?? []);
    if (this.#named.length < head.keys.length)
      this.#say({ code: "not-an-export", says: "The first line names a key that is none: it was changed." });
    if (older && older.origin !== head.origin)
      this.#say({
        code: "fork",
        says: `The older checkpoint is of the log ${older.origin}, this export of ${head.origin}.`,
      });
    this.#compare();
  }

  #entry(stated: Uint8Array, leaf: string): void {
    const { hash } = this.#options;
    const expected = this.#at;
    const computed = hash.leaf(Buffer.from(leaf));
    if (sameHash(computed, stated)) {
      const index = readLeaf(leaf)?.index;
      if (index === undefined)
        return this.#stop({
          code: "changed",
          says: `Entry ${expected} is not written as the log writes entries: it was changed.`,
          entry: expected,
        });
      if (index !== expected) {
        this.#lost = expected;
        return this.#stop(
          index < expected
            ? {
                code: "moved",
                says: `Where entry ${expected} should be, entry ${index} stands again: entries were repeated or reordered.`,
                entry: expected,
              }
            : {
                code: "missing",
                says: `Entry ${expected} is missing: entry ${index} stands in its place.`,
                entry: expected,
              },
        );
      }
    } else {
      this.#stated ??= this.#computed.copy();
      if (this.#different.length < mostTamperings) this.#different.push(expected);
    }
    this.#computed.append(computed);
    this.#stated?.append(stated);
    this.#compare();
  }

  #checkpoint(text: string): void {
    const note = readNote(text);
    const checkpoint = note && readCheckpoint(note.text);
    const after = this.#at === 0 ? "at the beginning" : `after entry ${this.#at - 1}`;
    if (!note || !checkpoint)
      return this.#stop({ code: "bad-signature", says: `What stands ${after} is no checkpoint.` });
    const { verify, witnesses, keys } = this.#options;
    const is = (key: VerifierKey) => checkSignature(note, key, verify);
    const trusted = (keys.length === 0 ? this.#named : keys).map((key) => ({ name: shortName(key), is: is(key) }));
    const signedBy = trusted.filter((one) => one.is === "good").map(({ name }) => name);
    const isSigned = signedBy.length > 0 || this.#named.some((key) => is(key) === "good");
    if (!isSigned || trusted.some((one) => one.is === "bad"))
      return this.#stop({
        code: "bad-signature",
        says: `The checkpoint ${after} is not what a key of the log signed: size, root or name were changed, or the signature.`,
      });
    const { size, root, origin } = checkpoint;
    if (size > this.#at)
      return this.#stop({
        code: "missing",
        says: `${count(size - this.#at, "entry is", "entries are")} missing from ${this.#at} on: the checkpoint ${after} is over ${size} entries.`,
        entry: this.#at,
      });
    if (size < this.#at)
      return this.#stop({
        code: "moved",
        says: `The checkpoint over ${size} entries stands ${after}: entries were put in front of it, or it was moved.`,
        entry: size,
      });
    if (origin !== this.#head?.origin)
      return this.#stop({ code: "fork", says: `The checkpoint ${after} is of another log, ${origin}.` });
    if (!this.#explain(root)) return;
    // Signed by a key that is not asked about, such as that from before a change of keys: later ones stand for it.
    if (signedBy.length === 0) return;
    this.#proven = { origin, size, root, signedBy };
    for (const witness of witnesses) {
      const found = findCosignature(note, witness, verify);
      if (found) this.#cosigned.set(witness.name, { name: witness.name, size, at: found.at });
    }
  }

  /** Which of the two trees a checkpoint is of, and so what was changed since the last one. False where that can't be known. */
  #explain(root: Uint8Array): boolean {
    const isComputed = sameHash(root, this.#computed.root());
    const stated = this.#stated;
    if (isComputed || (stated && sameHash(root, stated.root()))) {
      for (const entry of this.#different)
        this.#say({
          code: "changed",
          says: isComputed
            ? `The hash beside entry ${entry} was changed; the entry itself is what was signed.`
            : `Entry ${entry} was changed: its bytes are not those that the log holds the hash of.`,
          entry,
        });
      this.#different = [];
      // From here on both are what was signed.
      if (!isComputed && stated) this.#computed = stated;
      this.#stated = undefined;
      return this.#tamperings.length < mostTamperings;
    }
    const first = Math.max(this.#proven?.size ?? 0, this.#head?.from ?? 0);
    const last = this.#at - 1;
    const where =
      first >= last
        ? `Entry ${last} is not what was signed`
        : `Something among the entries ${first} to ${last} is not what was signed`;
    const [marked] = this.#different;
    this.#stop({
      code: "rewritten",
      says: `${where}: it was replaced together with its hash${marked === undefined ? "" : `; entry ${marked} does not even fit the hash beside it`}.`,
      entry: marked ?? first,
    });
    return false;
  }

  /** Holds the tree against the older checkpoint, where it has come to its size. */
  #compare(): void {
    const { older } = this.#options;
    if (older?.size !== this.#at || this.#goesOnFrom !== undefined) return;
    if (sameHash(older.root, this.#computed.root())) this.#goesOnFrom = older.size;
    else
      this.#say({
        code: "fork",
        says: `The first ${count(older.size, "entry is", "entries are")} not those of the older checkpoint (root ${spellBase64(older.root)}): this is another history.`,
      });
  }

  #close(head: ExportHead): void {
    const { older } = this.#options;
    if (this.#at < head.size)
      this.#say({
        code: "truncated",
        says: `The file ends ${this.#at === head.from ? "before its first entry" : `after entry ${this.#at - 1}`}; its first line promises entries up to ${head.size - 1}.`,
        entry: this.#at,
      });
    else if (this.#at > head.size)
      this.#say({
        code: "moved",
        says: `The first line promises ${head.size} entries, and more follow.`,
        entry: head.size,
      });
    if (this.#proven?.size !== this.#at)
      this.#say({
        code: "unsigned",
        says:
          this.#proven === undefined
            ? "No checkpoint of a trusted key is over these entries."
            : `Nothing signed is over the entries from ${this.#proven.size} on: the last checkpoint of a trusted key ends before.`,
        entry: this.#proven?.size ?? head.from,
      });
    if (!older || this.#goesOnFrom !== undefined || this.#tamperings.some(({ code }) => code === "fork")) return;
    if (older.size > this.#at)
      this.#say({
        code: "rolled-back",
        says: `The older checkpoint is over ${older.size} entries, this export ends at ${this.#at}: the entries from ${this.#at} on are gone.`,
        entry: this.#at,
      });
    else
      this.#say({
        code: "fork",
        says: `The export begins at entry ${head.from}, after the older checkpoint's ${older.size}: they can't be compared. Export from 0.`,
      });
  }

  #stop(tampering: Tampering): void {
    this.#lost ??= this.#at;
    this.#say(tampering);
  }

  #say(tampering: Tampering): void {
    if (this.#tamperings.length < mostTamperings) this.#tamperings.push(tampering);
  }
}

function count(n: number, one: string, many: string): string {
  return n === 1 ? `1 ${one}` : `${n} ${many}`;
}

/** Names a key among those that share a name: `name+hash`. */
function shortName({ name, keyId }: VerifierKey): string {
  return `${name}+${keyId.toString(16).padStart(8, "0")}`;
}
