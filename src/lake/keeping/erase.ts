import { createHash } from "node:crypto";
import { type Actor, systemActor } from "#access";
import type { Id } from "#kernel";
import { allOf, type Condition, not } from "../core/condition.ts";
import { heldCondition } from "../core/held.ts";
import { type Subject, subjectCondition } from "../core/subject.ts";
import { type KeptTable, keptTables } from "../tables.ts";
import type { ErasureCounts } from "./contract.ts";
import { countRows, deleteRows, partitionsOf } from "./delete-rows.ts";
import type { KeepingParts } from "./keeping-parts.ts";
import { addErasure, endErasure, holds } from "./keeping-store.ts";

const none = { found: 0, held: 0 };
const system = systemActor("erasure", ["erasure.finish"]);

/** How many rows name the subject, and how many of them a hold keeps. Changes nothing. */
export async function countSubject(parts: KeepingParts, subject: Subject): Promise<ErasureCounts> {
  const inForce = await holds(parts.read);
  const counts: ErasureCounts = { events: none, findings: none, dead_letters: none };
  for (const table of keptTables) {
    const found = subjectCondition(table, subject);
    const held = allOf([found, heldCondition(table, inForce)]);
    const row = await countRows(parts, table, { found, held });
    counts[table] = { found: row["found"] ?? 0, held: row["held"] ?? 0 };
  }
  return counts;
}

/**
 * Begins to erase what names the subject; gives back its id at once. The audit entries of its beginning and end are the
 * proof of it: they hold the subject's fingerprint and how many rows went, never the subject.
 */
export async function beginErasure(
  parts: KeepingParts,
  running: RunningErasures,
  by: Actor,
  wish: Subject & { readonly reason: string },
  from: { readonly requestId?: string },
): Promise<Id<"erasure">> {
  const counts = await countSubject(parts, wish);
  const fingerprint = fingerprintOf(wish);
  const id = await parts.change(
    by,
    "erasure.manage",
    async ({ tx, at, actor, newId, audit }) => {
      const made = newId("erasure");
      await addErasure(tx, {
        id: made,
        kind: wish.kind,
        subject: wish.value,
        fingerprint,
        reason: wish.reason,
        state: "running",
        asked_at: at,
        asked_by: actor.id ?? "",
        ended_at: null,
        counts: JSON.stringify(counts),
      });
      audit(made, { kind: wish.kind, fingerprint, counts });
      return made;
    },
    from,
  );
  running.run(id, (signal, progress) => finishErasure(parts, id, wish, signal, progress));
  return id;
}

/** Deletes partition by partition, counts again, and writes down what became of it. */
export async function finishErasure(
  parts: KeepingParts,
  id: Id<"erasure">,
  subject: Subject,
  signal: AbortSignal,
  progress: (share: number) => void,
): Promise<void> {
  const counts: ErasureCounts = { events: none, findings: none, dead_letters: none };
  const work = await Promise.all(
    keptTables.map(async (table) =>
      (await partitionsOf(parts, table)).map((partition) => ({ table, partition: partition.id })),
    ),
  );
  const steps = work.flat();
  for (const [index, { table, partition }] of steps.entries()) {
    signal.throwIfAborted();
    progress(index / steps.length);
    const { found, held } = await erasePartition(parts, table, subjectCondition(table, subject), partition);
    counts[table] = { found: counts[table].found + found, held: counts[table].held + held };
  }
  const state = Object.values(counts).some(({ held }) => held > 0) ? "held" : "done";
  await parts.change(system, "erasure.finish", async ({ tx, at, audit }) => {
    await endErasure(tx, id, {
      state,
      subject: state === "done" ? null : subject.value,
      ended_at: at,
      counts: JSON.stringify(counts),
    });
    audit(id, { fingerprint: fingerprintOf(subject), state, counts });
  });
}

function erasePartition(parts: KeepingParts, table: KeptTable, named: Condition, partition: string) {
  return parts.turn.take(async () => {
    const kept = heldCondition(table, await holds(parts.read));
    const row = await countRows(parts, table, { found: named, held: allOf([named, kept]) }, partition);
    const [found = 0, held = 0] = [row["found"], row["held"]];
    if (found > held) await deleteRows(parts, table, allOf([named, not(kept)]), partition);
    return { found, held };
  });
}

function fingerprintOf({ kind, value }: Subject): string {
  return createHash("sha256").update(`${kind}\0${value}`).digest("hex");
}

/** The erasures that this process runs. One that ends with the process is taken up again at its next start. */
export class RunningErasures implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #running = new Map<string, { share: number; readonly ended: Promise<void> }>();
  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  run(id: string, work: (signal: AbortSignal, progress: (share: number) => void) => Promise<void>): void {
    if (this.#running.has(id)) return;
    const { signal } = this.#stop;
    const progress = (share: number) => {
      const mine = this.#running.get(id);
      if (mine) mine.share = share;
    };
    const ended = Promise.resolve()
      .then(() => work(signal, progress))
      .catch((error: unknown) => {
        if (!signal.aborted) this.#onFault(error);
      })
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { share: 0, ended });
  }

  /** From 0 to 1; undefined when it does not run here. */
  progressOf(id: string): number | undefined {
    return this.#running.get(id)?.share;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }
}
