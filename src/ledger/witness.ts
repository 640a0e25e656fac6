import { type ChangeDoor, systemActor } from "#access";
import type { Instant } from "#kernel";
import { backoff, type Clock } from "#platform";
import { askWitness } from "./ask-witness.ts";
import type { RefusedWhy } from "./core/add-checkpoint.ts";
import { findCosignature } from "./core/cosignature.ts";
import { readNote, readSignatureLines, spellNote, spellSignatureLine } from "./core/note.ts";
import type { VerifierKey } from "./core/verifier-key.ts";
import { verifyEd25519 } from "./ed25519.ts";
import { proveConsistency } from "./proofs.ts";
import * as store from "./store.ts";

/** Somebody else who keeps an eye on the log. */
export interface Witness {
  /** The submission prefix: `https://…`, or `http://` on this machine. */
  readonly url: string;
  readonly key: VerifierKey;
}

export type WitnessOutcome =
  | "nothing-new"
  | "waiting"
  | "cosigned"
  | "ahead"
  | "bad-cosignature"
  | "unreachable"
  | RefusedWhy;

export interface WitnessParts {
  readonly read: store.Read;
  readonly change: ChangeDoor;
  readonly clock: Clock;
  /** Told what came of each try; `error` where it was a fault. */
  readonly onTried: (witness: Witness, outcome: WitnessOutcome, error?: unknown) => void;
}

/** Milliseconds between two checkpoints that a witness is asked to cosign. */
export const witnessApart = 10_000;
const longestPause = 15 * 60_000;
/** How far a witness's clock may be ahead of ours. */
const mostAhead = 5 * 60_000;

const actor = systemActor("ledger", ["ledger.cosign"]);

/** Asks one witness about the latest checkpoint, at most every ten seconds, and less and less often while that fails. */
export class WitnessDesk {
  readonly #parts: WitnessParts;
  readonly #witness: Witness;
  /** What the witness signed last, as it says or as it is kept here. */
  #size: number | undefined;
  #failures = 0;
  #next: Instant | undefined;

  constructor(parts: WitnessParts, witness: Witness) {
    this.#parts = parts;
    this.#witness = witness;
  }

  async round(signal: AbortSignal): Promise<WitnessOutcome> {
    const { clock, onTried } = this.#parts;
    if (this.#next !== undefined && clock.now() < this.#next) return "waiting";
    let outcome: WitnessOutcome;
    let fault: unknown;
    try {
      outcome = await this.#ask(signal);
    } catch (error) {
      if (signal.aborted) throw error;
      [outcome, fault] = ["unreachable", error];
    }
    if (outcome === "nothing-new") return outcome;
    this.#failures = outcome === "cosigned" ? 0 : this.#failures + 1;
    const pause = this.#failures === 0 ? 0 : backoff(this.#failures, { first: witnessApart, most: longestPause });
    this.#next = (clock.now() + witnessApart + pause) as Instant;
    onTried(this.#witness, outcome, fault);
    return outcome;
  }

  async #ask(signal: AbortSignal, again = false): Promise<WitnessOutcome> {
    const { read } = this.#parts;
    const { key, url } = this.#witness;
    const last = await store.latestCheckpoint(read);
    if (!last) return "nothing-new";
    const kept = await store.cosignedSize(read, key.name);
    if (kept >= last.size) return "nothing-new";
    const oldSize = this.#size ?? kept;
    const proof = oldSize === 0 ? [] : await proveConsistency(read, oldSize, last.size);
    const answer = await askWitness(url, { oldSize, proof, checkpoint: last.note }, signal);
    if (answer.kind === "cosigned") return this.#keep(last, answer.lines);
    if (answer.kind === "refused") return answer.why;
    // It knows more of this log than there is: it was rolled back here, or there are two of it.
    if (answer.size > last.size) return "ahead";
    this.#size = answer.size;
    return again ? "conflict" : this.#ask(signal, true);
  }

  async #keep(checkpoint: { readonly size: number; readonly note: string }, lines: string): Promise<WitnessOutcome> {
    const { change, clock } = this.#parts;
    const { key } = this.#witness;
    const note = readNote(checkpoint.note);
    const signatures = readSignatureLines(lines);
    const found =
      note && signatures && findCosignature(readNote(spellNote({ ...note, signatures })) ?? note, key, verifyEd25519);
    if (!found || found.at > clock.now() + mostAhead) return "bad-cosignature";
    const { size } = checkpoint;
    await change(actor, "ledger.cosign", async ({ tx, audit }) => {
      await store.addCosignature(tx, {
        size,
        witness: key.name,
        at: found.at,
        line: spellSignatureLine(found.signature),
      });
      audit("ledger", { size, witness: key.name });
    });
    this.#size = size;
    return "cosigned";
  }
}
