import type { Log } from "#telemetry";
import type { RuleBook } from "../rules/rule-book.ts";
import { noteRules } from "./core/returned-rules.ts";
import { type GapNotes, readGapNotes, writeGapNotes } from "./gap-notes.ts";
import { repairCorrelations, repairDetections, type RepairParts } from "./repair.ts";
import type { ReplayRules } from "./replay-protocol.ts";

export interface GapOptions extends RepairParts {
  readonly book: Pick<RuleBook, "rules">;
  readonly log: Log;
  /** Where notes for the next start lie. */
  readonly folder: string;
  /** When the oldest delivery came that is not done yet; now, where there is none. */
  readonly oldest: () => number;
}

/** Closes the gaps that nobody decided: between storing and asking when a process ended, and of rules that were missing. */
export interface Gaps {
  /** Reads the notes of the process before; before anything is taken. */
  open(): Promise<void>;
  /** Repairs what is to be repaired, then writes down how far things are. For now and then. */
  look(signal: AbortSignal): Promise<void>;
  /** At the end, once nothing is taken any more. */
  close(): Promise<void>;
}

/** How long before it is taken a delivery may have begun to come in, and after the last note a process may have lived. Milliseconds. */
const before = 60_000;
const after = 60_000;

export function createGaps(options: GapOptions): Gaps {
  const { book, log, folder, clock, generation, oldest } = options;
  let notes: GapNotes = { askedUpTo: 0, inForce: {} };
  let wasInForce: ReadonlySet<string> = new Set();
  let unasked: { readonly from: number; readonly to: number } | undefined;
  let noted = -1;

  async function repair(
    rules: ReplayRules,
    span: Parameters<typeof repairDetections>[2],
    signal: AbortSignal,
  ): Promise<number> {
    let found = 0;
    for await (const { drafts } of repairDetections(options, { rules }, span, signal)) found += drafts.length;
    return found;
  }

  async function askUnasked(signal: AbortSignal): Promise<void> {
    if (!unasked) return;
    const { json } = generation();
    const found = await repair({ from: "set", ruleSet: json }, { ...unasked, of: "received" }, signal);
    log.info("events that the process before may have stored and not asked about were asked about", {
      ...unasked,
      found,
    });
    unasked = undefined;
  }

  async function askReturned(signal: AbortSignal): Promise<void> {
    const { number, byId, json } = generation();
    if (number === noted) return;
    const inForce = new Set(byId.keys());
    const decided = new Set(book.rules.flatMap(({ id, state }) => (state === "off" || state === "below" ? [id] : [])));
    const at = clock.now();
    const next = noteRules(notes.inForce, { inForce, decided, at }, wasInForce);
    if (next.returned.length > 0) {
      const pick = next.returned.map(({ rule }) => rule);
      const span = { from: Math.min(...next.returned.map(({ since }) => since)), to: at };
      const found = await repair({ from: "set", ruleSet: json, pick }, span, signal);
      await repairCorrelations(options, new Set(pick), span, signal);
      log.info("rules that had been missing were asked of what came meanwhile", { rules: pick.length, ...span, found });
    }
    notes = { ...notes, inForce: next.notes };
    wasInForce = inForce;
    noted = number;
  }

  async function write(): Promise<void> {
    const at = clock.now();
    const inForce = { ...notes.inForce };
    for (const rule of wasInForce) inForce[rule] = at;
    // What is still to be asked about stays to be asked about, should this process end too.
    notes = { askedUpTo: unasked ? notes.askedUpTo : oldest(), inForce };
    await writeGapNotes(folder, notes);
  }

  return {
    async open() {
      const read = await readGapNotes(folder);
      if (!read) return;
      notes = read;
      const to = Math.min(clock.now(), read.askedUpTo + after);
      unasked = { from: read.askedUpTo - before, to };
    },
    async look(signal) {
      await askUnasked(signal);
      await askReturned(signal);
      await write();
    },
    close: write,
  };
}
